"""Who a visitor is: class codes, tokens that only this server gives out, and what a sign-in says."""

from __future__ import annotations

from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs import Limits, Shelf, Shelves, runs_home
from ui.shell import sharing
from ui.shell.sharing import Code, Sharing, known_by_claims, known_by_token, read_codes, shelf, token_for

CODES = {
    "physics-7b-2026": Code("physics-7b-2026"),
    "teacher-of-7b": Code("physics-7b-2026", keeper=True),
    "chemistry-8a": Code("chemistry-8a"),
}


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    return Shelves(tmp_path / "runs")


def test_who_enters_with_a_code_is_at_the_shelf_of_the_class(shelves: Shelves) -> None:
    anne, ben = (known_by_token(token_for("physics-7b-2026", shelves), CODES, shelves) for _ in range(2))
    teacher = known_by_token(token_for("teacher-of-7b", shelves), CODES, shelves)
    other = known_by_token(token_for("chemistry-8a", shelves), CODES, shelves)
    assert anne
    assert ben
    assert teacher
    assert other
    assert anne.shelf == ben.shelf == teacher.shelf != other.shelf
    assert len({who.visitor.name for who in (anne, ben, teacher, other)}) == 4
    assert [who.visitor.keeper for who in (anne, ben, teacher, other)] == [False, False, True, False]
    assert {who.title for who in (anne, ben, teacher)} == {"physics-7b-2026"}


def test_a_browser_keeps_its_number(shelves: Shelves) -> None:
    token = token_for("chemistry-8a", shelves)
    again = token_for("chemistry-8a", shelves, token.split(".")[1])
    assert known_by_token(token, CODES, shelves) == known_by_token(again, CODES, shelves)


def test_tokens_are_given_out_here_alone(shelves: Shelves, tmp_path: Path) -> None:
    token, other = (token_for("chemistry-8a", shelves) for _ in range(2))
    digest, number, seal = token.split(".")
    teacher = shelves.name_of("code", "teacher-of-7b")
    for forged in (
        "",
        "nonsense",
        token + "0",
        token.upper(),
        f"{digest}.{other.split('.')[1]}.{seal}",  # somebody else's number
        f"{teacher}.{number}.{seal}",  # another class
        f"{digest}.{number}.{'0' * 32}",
        token_for("chemistry-8a", Shelves(tmp_path / "elsewhere")),
        token_for("a-code-of-nobody", shelves),
    ):
        assert known_by_token(forged, CODES, shelves) is None
    fewer = {text: code for text, code in CODES.items() if text != "chemistry-8a"}
    assert known_by_token(token, fewer, shelves) is None, "a code that is known no longer lets nobody in"


def test_who_signs_in_has_a_shelf_by_issuer_and_number(shelves: Shelves) -> None:
    anne = {"iss": "https://id.school.org", "sub": "17", "name": "Anne", "email": "anne@school.org"}
    who = known_by_claims(anne, shelves)
    assert who
    assert who.visitor.keeper
    assert who.title == "Anne"
    renamed = known_by_claims(anne | {"name": "Ben", "email": "ben@school.org"}, shelves)
    assert renamed
    assert renamed.shelf == who.shelf
    for other in ({"sub": "18"}, {"iss": "https://id.other.org"}):
        found = known_by_claims(anne | other, shelves)
        assert found
        assert found.shelf != who.shelf
    split = known_by_claims(anne | {"iss": "https://id.school.org1", "sub": "7"}, shelves)
    assert split
    assert split.shelf != who.shelf


@pytest.mark.parametrize(
    "change", [{"sub": ""}, {"sub": None}, {"sub": 17}, {"iss": ""}, {"iss": ["https://id.school.org"]}]
)
def test_who_is_not_told_apart_for_good_has_none(shelves: Shelves, change: dict[str, object]) -> None:
    assert (
        known_by_claims({"iss": "https://id.school.org", "sub": "17", "email": "a@b.c"} | change, shelves)
        is None
    )
    assert known_by_claims({"email": "anne@school.org"}, shelves) is None


def test_a_title_may_be_anything(shelves: Shelves) -> None:
    claims = {"iss": "i", "sub": "../../etc", "name": {"a": 1}, "email": "<b>"}
    who = known_by_claims(claims, shelves)
    assert who
    assert who.title == "<b>"
    assert shelves.store(who.shelf).home.parent == shelves.home / "shelves"


def test_codes_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "codes.txt"
    path.write_text("# 2026\nphysics-7b-2026 teacher-of-7b\n\n  chemistry-8a  \n")
    assert read_codes(path) == CODES


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "Found none"),
        ("short", "Line 1"),
        ("fine-code-1\nwith/slash", "Line 2"),
        ("three words1 here-too1", "Line 1"),
        ("same-code-1\nsame-code-1", "line 2 twice"),
        ("same-code-1 same-code-1", "line 1 twice"),
    ],
)
def test_codes_that_keep_nobody_out_are_refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "codes.txt"
    path.write_text(content)
    with pytest.raises(InputError, match=says):
        read_codes(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_codes(tmp_path / "missing.txt")


def test_who_is_unknown_gets_nothing_or_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "known", lambda: None)
    with pytest.raises(InputError, match="Sign in first"):
        shelf(Sharing(Limits(), "code"))
    shown = shelf(Sharing(Limits(), "code", demo=True))
    assert isinstance(shown, Shelf)
    assert (shown.home, shown.visitor) == (runs_home(), None)


def test_a_file_of_codes_that_cannot_be_read_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "codes").write_bytes(b"\xff")
    for name, why in (("nothing", "No such file or directory"), ("codes", "it is no text")):
        with pytest.raises(InputError) as refused:
            read_codes(tmp_path / name)
        assert str(refused.value) == f"The file of class codes, {tmp_path / name}, cannot be read: {why}."
