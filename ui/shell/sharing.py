"""Who a visitor is where the app is shared by several people, and which shelf is theirs."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from nashcore.errors import InputError

if TYPE_CHECKING:  # pages show their text before the engine is loaded
    from nashcore.runs import Limits, Shelf, Shelves, Visitor

COOKIE = "nash_visitor"
LEAST_CODE = 8
"""Letters that a class code has at least: it is all that keeps others out."""

_CODE = re.compile(r"[\w-]{8,64}")
_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})\.([0-9a-f]{32})")


@dataclass(frozen=True)
class Code:
    """A class code.

    Attributes:
        shelf: the class code that names the shelf; of a teacher's code, that of the class.
        keeper: whether who enters with it keeps the shelf.
    """

    shelf: str
    keeper: bool = False


@dataclass(frozen=True)
class Sharing:
    """How the app is shared.

    Attributes:
        limits: how much a visitor may take.
        way: visitors sign in, enter a class code, or (None) are all unknown.
        demo: who is unknown may look at the runs of the machine's own folder, and change nothing.
        codes: the class codes, where these are the way.
    """

    limits: Limits
    way: Literal["login", "code"] | None = None
    demo: bool = False
    codes: Mapping[str, Code] = field(default_factory=dict)


_now: list[Sharing | None] = [None]
"""How this process shares the app; None where one person has it to themselves."""


def share(sharing: Sharing | None) -> None:
    """Share the app from now on, which the launcher does before anybody comes."""
    _now[0] = sharing


def sharing() -> Sharing | None:
    """How the app is shared; None where it is not."""
    return _now[0]


@dataclass(frozen=True)
class Known:
    """A visitor who is known.

    Attributes:
        shelf: the name of their shelf.
        visitor: who they are at it.
        title: what to call them, as they or their class call themselves; text from outside.
    """

    shelf: str
    visitor: Visitor
    title: str


def read_codes(path: Path) -> dict[str, Code]:
    """Class codes from a file: one a line, and behind it, after a space, the code of who keeps that shelf, if anybody does.

    Raises:
        InputError: the file cannot be read, a code is too short or has other signs, or one stands there twice.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as failed:
        why = getattr(failed, "strerror", None) or "it is no text"
        raise InputError(f"The file of class codes, {path}, cannot be read: {why}.") from None
    codes: dict[str, Code] = {}
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) > 2 or not all(_CODE.fullmatch(word) for word in words):
            raise InputError(
                f"Line {number} of {path.name} should hold a class code and, if wanted, a teacher's code, each of {LEAST_CODE} to "
                "64 letters, digits, - or _. Found something else."
            )
        for word, code in zip(words, (Code(words[0]), Code(words[0], keeper=True)), strict=False):
            if word in codes:
                raise InputError(
                    f"Every code should stand in {path.name} once. Found that of line {number} twice."
                )
            codes[word] = code
    if not codes:
        raise InputError(f"The file of class codes, {path.name}, should hold one code a line. Found none.")
    return codes


def shelf_of_class(code: str, shelves: Shelves) -> str:
    """The name of the shelf that a class code opens."""
    return shelves.name_of("class", code)


def token_for(code: str, shelves: Shelves, visitor: str | None = None) -> str:
    """What the browser of somebody keeps who entered a class code: the code's digest, a number of their own, and a seal.

    Args:
        code: one that is known.
        shelves: whose key seals it.
        visitor: the number, for somebody who has one; a new one when left out.
    """
    number = visitor or secrets.token_hex(16)
    digest = shelves.name_of("code", code)
    return f"{digest}.{number}.{shelves.name_of('seal', digest, number)}"


def known_by_token(token: str, codes: Mapping[str, Code], shelves: Shelves) -> Known | None:
    """Who keeps this token; None where it was not given out here, or its code is known no longer."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    digest, number, seal = parts.groups()
    if not hmac.compare_digest(seal, shelves.name_of("seal", digest, number)):
        return None
    for text, code in codes.items():
        if hmac.compare_digest(digest, shelves.name_of("code", text)):
            from nashcore.runs import Visitor

            visitor = Visitor(shelves.name_of("visitor", number), code.keeper)
            return Known(shelf_of_class(code.shelf, shelves), visitor, code.shelf)
    return None


def known_by_claims(claims: Mapping[str, Any], shelves: Shelves) -> Known | None:
    """Who signed in, by what the provider says of them; None where it says too little.

    An issuer and its number for a person (``iss``, ``sub``) are theirs for good. A name or an address is not: it may be changed, or
    given to somebody else.
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not (isinstance(issuer, str) and issuer and isinstance(subject, str) and subject):
        return None
    from nashcore.runs import Visitor

    name = shelves.name_of("login", issuer, subject)
    title = next(
        (found for key in ("name", "email") if isinstance(found := claims.get(key), str) and found), ""
    )
    return Known(name, Visitor(name, keeper=True), title)


def here() -> str:
    """Where the visitor's runs are kept, in words."""
    return "on this machine" if sharing() is None else "on this shelf"


def check_rows(rows: int) -> None:
    """Refuse a table that is too long for a visitor.

    Raises:
        InputError: it is.
    """
    shared = sharing()
    if shared is not None:
        shared.limits.check_rows(rows)


def known() -> Known | None:
    """The visitor of this page, where the app is shared and they are known."""
    shared = sharing()
    if shared is None or shared.way is None:
        return None
    from nashcore.runs import Shelves, runs_home

    shelves = Shelves(runs_home())
    if shared.way == "code":
        return known_by_token(st.context.cookies.get(COOKIE, ""), shared.codes, shelves)
    return known_by_claims(st.user.to_dict(), shelves) if st.user.is_logged_in else None


def shelf(shared: Sharing) -> Shelf:
    """The visitor's shelf; for somebody unknown the machine's own runs, to look at.

    Raises:
        InputError: nothing is shown to somebody unknown, or the folder cannot be used.
    """
    from nashcore.runs import Shelf, Shelves, runs_home

    shelves, who = Shelves(runs_home()), known()
    if who is not None:
        return Shelf(shelves.store(who.shelf), who.visitor, shared.limits)
    if not shared.demo:
        raise InputError("This lab is for people who are known to it. Sign in first.")
    return Shelf(shelves.own_store(), None, shared.limits)
