from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nashcore.data import prepare, sources
from nashcore.data.catalogue import DATASETS, Dataset
from nashcore.data.sources import availability, data_home, describe_datasets, load
from nashcore.errors import InputError
from tests.nashcore.data.published_files import adult_files, zipped


@pytest.mark.usefixtures("home")
def test_the_catalogue_describes_itself_in_plain_records() -> None:
    records = describe_datasets()
    assert json.loads(json.dumps(records)) == records
    assert [record["name"] for record in records] == list(DATASETS)
    assert {record["place"] for record in records} == {"carried", "download"}
    assert all(record["labels"] and record["says"].endswith(".") for record in records)
    assert [record["name"] for record in records if record["whole"]] == ["adult", "default_credit"]
    assert all(bool(record["url"]) != bool(record["by_hand"]) for record in records)


def test_a_copy_in_the_data_home_counts_as_whole(home: Path) -> None:
    (home / "us_crime.csv").write_bytes(b"x")
    assert next(record for record in describe_datasets() if record["name"] == "us_crime")["whole"]


def test_titanic_says_how_to_get_the_whole_table(home: Path) -> None:
    with pytest.raises(InputError) as refused:
        prepare("titanic", "sex", splits="rows.npz")
    message = str(refused.value)
    assert (
        "Found another copy (carried). Put titanic.csv (1,309 rows, 14 columns) from OpenML 40945 into"
        in message
    )
    assert str(home) in message
    assert "There is no download" in message
    assert "lacks name, ticket, fare, cabin, embarked, boat, body and home.dest" in message


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", [name for name, dataset in DATASETS.items() if dataset.bundled])
def test_carried_copies_load_as_described(name: str) -> None:
    loaded, dataset = load(name), DATASETS[name]
    assert loaded.place == "carried"
    assert availability(name).place == "carried"
    complete = dataset.bundled == "the whole table"
    assert loaded.exact == complete
    assert (loaded.frame.shape == (dataset.rows, dataset.columns)) == complete
    assert bool(loaded.notices) != complete
    assert {dataset.target.column, *(one.column for one in dataset.sensitive.values())} <= set(
        loaded.frame.columns
    )


def test_the_data_home_comes_first(home: Path) -> None:
    table = pd.DataFrame({"survived": [0, 1], "sex": ["male", "female"]})
    (home / "titanic.csv.gz").write_bytes(gzip.compress(table.to_csv(index=False).encode()))
    loaded = load("titanic")
    assert loaded.place == availability("titanic").place == "data home"
    assert loaded.frame.equals(table)
    assert loaded.notices == (f"{home / 'titanic.csv.gz'} differs from the catalogue's table of titanic.",)
    table.assign(survived=[1, 1]).to_csv(home / "titanic.csv", index=False)
    assert load("titanic").frame["survived"].tolist() == [1, 1], "the plain file is not preferred"


def test_the_catalogues_own_table_is_recognised(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"survived,sex\n1,male\n"
    (home / "titanic.csv").write_bytes(content)
    monkeypatch.setattr(sources, "get_dataset", lambda _: _with_sum(hashlib.sha256(content).hexdigest()))
    loaded = load("titanic")
    assert loaded.exact
    assert loaded.notices == ()


def _with_sum(sha256: str) -> Dataset:
    return replace(DATASETS["titanic"], sha256=sha256)


def test_what_is_not_there_is_explained(home: Path) -> None:
    assert availability("bank").place == "download"
    with pytest.raises(InputError) as refused:
        load("bank")
    assert str(refused.value) == (
        "Dataset bank is not on this machine. Download it (python -m nashcore datasets --download bank), or put "
        "bank+marketing.zip from https://archive.ics.uci.edu/static/public/222/bank+marketing.zip, or "
        f"bank-full.csv out of it, into {home}."
    )


def _adult_by_hand() -> dict[str, bytes]:
    carried = files("nashcore.data").joinpath("bundled", "adult.csv.gz").read_bytes()
    return adult_files(gzip.decompress(carried).decode(), tested=16281)


@pytest.mark.parametrize("name", ["bank+marketing.zip", "bank marketing.zip", "bank.zip"])
def test_an_archive_is_known_by_the_names_that_browsers_give_it(home: Path, name: str) -> None:
    (home / name).write_bytes(zipped({"bank.zip": zipped({"bank-full.csv": b'"age";"y"\n30;"no"\n'})}))
    assert load("bank").frame.to_dict("list") == {"age": [30], "y": ["no"]}


def test_an_archive_taken_out_of_the_archive_is_read_too(home: Path) -> None:
    (home / "student.zip").write_bytes(
        zipped({"student-por.csv": b'"sex";"G3"\n"F";9\n', "student.txt": b""})
    )
    assert load("student_por").frame.to_dict("list") == {"sex": ["F"], "G3": [9]}


@pytest.mark.parametrize("name", ["adult.zip", None])
def test_the_archives_own_files_are_read_as_they_are(home: Path, name: str | None) -> None:
    parts = _adult_by_hand()
    for path, content in parts.items() if name is None else [(name, zipped(parts))]:
        (home / path).write_bytes(content)
    assert availability("adult").says == f"In {home} ({name or 'adult.test, adult.data'})."
    loaded = load("adult")
    assert (loaded.place, loaded.exact, loaded.notices) == ("data home", True, ())


def test_half_of_the_archives_files_are_not_enough(home: Path) -> None:
    (home / "adult.data").write_bytes(b"1, 2\n")
    assert availability("adult").place == "carried"


def test_semicolon_files_in_the_data_home_are_read(home: Path) -> None:
    (home / "bank-full.csv").write_bytes(b'"age";"y"\n30;"no"\n20;"yes"\n')
    loaded = load("bank")
    assert loaded.frame.to_dict("list") == {"age": [30, 20], "y": ["no", "yes"]}
    assert loaded.notices == (f"{home / 'bank-full.csv'} differs from the catalogue's table of bank.",)


def test_a_broken_archive_in_the_data_home_is_named(home: Path) -> None:
    (home / "bank+marketing.zip").write_bytes(b"half an arch")
    with pytest.raises(
        InputError, match=r"bank\+marketing.zip cannot be used. The archive should be a complete zip"
    ):
        load("bank")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "It cannot be read"),
        (b"a,b\n1,2\n", "It lacks the columns survived, sex"),
        (b"survived,sex\n1,male,3\n1,2,3,4\n", "It cannot be read"),
        (b"survived,sex\n1,\xff\xfe\n", "It cannot be read"),
    ],
)
def test_a_broken_file_in_the_data_home_is_named(home: Path, content: bytes, message: str) -> None:
    (home / "titanic.csv").write_bytes(content)
    with pytest.raises(InputError, match=message) as refused:
        load("titanic")
    assert str(home / "titanic.csv") in str(refused.value)


@pytest.mark.parametrize("damage", [slice(-12, None), slice(10, 12)])
def test_a_damaged_archive_in_the_data_home_is_named(home: Path, damage: slice) -> None:
    content = bytearray(gzip.compress(b"survived,sex\n" * 99))
    content[damage] = b"\xff\xff"
    (home / "titanic.csv.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"cannot be read: .* Replace the file, or remove it"):
        load("titanic")


def test_a_huge_file_in_the_data_home_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_TABLE_BYTES", 1000)
    (home / "titanic.csv.gz").write_bytes(gzip.compress(b"x" * 5000))
    with pytest.raises(InputError, match="Found more: it is not this dataset"):
        load("titanic")


def test_the_data_home_without_a_setting_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NASH_DATA_HOME", raising=False)
    assert "nash-bargaining-lab" in data_home().parts
    monkeypatch.setenv("NASH_DATA_HOME", "~/tables")
    assert data_home() == Path.home() / "tables"
    monkeypatch.setenv("NASH_DATA_HOME", "tables")
    assert data_home() == Path.cwd() / "tables"


@pytest.mark.parametrize("home", ["/" + "x" * 5000, "~nobody-of-this-name/x", "/no/such/folder", __file__])
def test_a_data_home_that_cannot_be_looked_into_holds_nothing(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASH_DATA_HOME", home)
    assert load("adult").place == "carried"
    assert availability("bank").place == "download"
    with pytest.raises(InputError, match="Dataset bank is not on this machine"):
        load("bank")


def test_a_data_home_of_somebody_else_holds_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.stat", refused)
    assert availability("adult").place == "carried"


@pytest.mark.parametrize("huge", ["1e999", "-1e400", "9" * 400], ids=lambda text: text[:8])
def test_numbers_beyond_what_a_float_holds_are_numbers_whatever_pandas_makes_of_them(
    home: Path, huge: str
) -> None:
    packed = files("nashcore.data").joinpath("bundled/titanic.csv.gz").read_bytes()
    header, *rows = gzip.decompress(packed).decode().splitlines()
    place = header.split(",").index("age")
    cells = rows[0].split(",")
    cells[place] = huge
    (home / "titanic.csv").write_text("\n".join([header, ",".join(cells), *rows[1:]]))
    column = load("titanic").frame["age"]
    assert column.dtype == "float64"
    assert np.isinf(column[0])
    assert "age" in prepare("titanic", "sex").feature_names
