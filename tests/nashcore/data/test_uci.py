from __future__ import annotations

import gzip
import hashlib
from importlib.resources import files

import pytest

from nashcore.data import uci
from nashcore.data.catalog import DATASETS
from nashcore.data.uci import read_members, to_csv
from nashcore.errors import InputError
from tests.nashcore.data.archives import adult_files, crime_file, semicolon_file, zipped


def _carried(name: str) -> str:
    return gzip.decompress(files("nashcore.data").joinpath("bundled", f"{name}.csv.gz").read_bytes()).decode()


def test_adult_is_rebuilt_to_the_byte() -> None:
    parts = adult_files(_carried("adult"), tested=16281)
    # the published files' own checksums: what is read here is what the server sends
    sums = {name: hashlib.sha256(content).hexdigest()[:16] for name, content in parts.items()}
    assert sums == {"adult.test": "a2a9044bc167a35b", "adult.data": "5b00264637dbfec3"}
    table = to_csv("adult", [parts["adult.test"], parts["adult.data"]])
    assert hashlib.sha256(table).hexdigest() == DATASETS["adult"].sha256


def test_columns_with_missing_values_are_left_out_of_us_crime() -> None:
    table = _carried("us_crime")
    assert to_csv("us_crime", [crime_file(table)]).decode() == table


@pytest.mark.parametrize("quote_numbers", [False, True])
def test_semicolons_and_quotes(quote_numbers: bool) -> None:
    table = 'age,job,y\n30,"a, b",no\n-4,clerk,yes\n'
    assert to_csv("bank", [semicolon_file(table, quote_numbers=quote_numbers)]).decode() == table


def test_archives_inside_the_archive_are_opened() -> None:
    inner = zipped({"folder/bank-full.csv": b"a;b\n1;2\n", "bank.csv": b"other"})
    archive = zipped({"readme.txt": b"hello", "extra.zip": zipped({"x": b""}), "bank.zip": inner})
    assert read_members(archive, ["bank-full.csv"]) == [b"a;b\n1;2\n"]
    assert read_members(inner, ["bank.csv", "bank-full.csv"]) == [b"other", b"a;b\n1;2\n"]


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        (b"", "The archive should be a complete zip file."),
        (b"<html>busy</html>", "The archive should be a complete zip file."),
        (zipped({"bank-full.csv": b"a;b\n" * 999})[:-30], "The archive should be a complete zip file."),
        (zipped({"other.csv": b""}), "The archive should hold the file bank-full.csv. It does not."),
    ],
)
def test_broken_archives_are_refused(archive: bytes, message: str) -> None:
    with pytest.raises(InputError) as refused:
        read_members(archive, ["bank-full.csv"])
    assert message in str(refused.value)


def test_an_archive_that_unpacks_to_a_flood_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uci, "MAX_FILE_BYTES", 1000)
    with pytest.raises(InputError, match=r"bank-full.csv should unpack to at most"):
        read_members(zipped({"bank-full.csv": bytes(100_000)}), ["bank-full.csv"])


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputError, match="should be text with one row a line"):
        to_csv("bank", [b"\xff\xfe\x00"])
