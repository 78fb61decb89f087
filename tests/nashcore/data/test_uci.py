from __future__ import annotations

import gzip
import hashlib
from importlib.resources import files

import pytest

from nashcore.data.catalogue import DATASETS
from nashcore.data.uci import to_csv
from nashcore.errors import InputError
from tests.nashcore.data.published_files import adult_files, credit_file, crime_file, semicolon_file


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


def _small_credit() -> str:
    return "".join(f"{line}\n" for line in _carried("default_credit").splitlines()[:30])


def test_the_old_excel_sheet_of_default_credit_is_read(capfd: pytest.CaptureFixture[str]) -> None:
    assert to_csv("default_credit", [credit_file(_small_credit())]).decode() == _small_credit()
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("damage", [b"", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_sheet_that_is_none_is_refused(damage: bytes) -> None:
    with pytest.raises(InputError, match=r"should be an old Excel sheet. It cannot be read") as refused:
        to_csv("default_credit", [damage])
    assert "\n" not in str(refused.value)


def test_another_sheet_is_refused() -> None:
    with pytest.raises(InputError, match="should have LIMIT_BAL among the headers"):
        to_csv("default_credit", [credit_file("a,b\n1,2\n3,4\n")])


def test_another_file_is_not_us_crime() -> None:
    with pytest.raises(InputError, match=r"should have 103 columns without missing values. Found 3"):
        to_csv("us_crime", [b"1,2,?,x\n3,4,5,y\n"])


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputError, match="should be text with one row a line"):
        to_csv("bank", [b"\xff\xfe\x00"])
