"""One number as people write it: its sign, its digits and marks, its currency or unit."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_FAR = 0x1FC00
_SIGNS = "".join(chr(code) for code in range(_FAR) if unicodedata.category(chr(code)) == "Sc")

_ASCII: dict[int, str] = {
    **{code: str(unicodedata.decimal(chr(code))) for code in range(128, _FAR) if chr(code).isdecimal()},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), "-"),
    **dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x066C), "'"),
    0x066A: "%",
    0x066B: ".",
    0xFFE0: "¢",
    0xFFE1: "£",
    0xFFE5: "¥",
    0xFFE6: "₩",
}
"""Digits, signs and marks of other scripts and widths; only for numbers, the text itself stays as it is."""

_OFTEN = "USD EUR GBP CHF JPY CAD AUD INR CNY SEK NOK DKK PLN CZK HUF BRL MXN ZAR NZD SGD HKD KRW"
_SELDOM = (
    "AED AFN ALL AMD AOA ARS AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BSD BTN BWP BYN BZD CDF CLP COP CRC CUP CVE DJF DOP DZD "
    "EGP ERN ETB FJD FKP GEL GHS GIP GMD GNF GTQ GYD HNL HTG IDR ILS IQD IRR ISK JMD JOD KES KGS KHR KMF KPW KWD KYD KZT LAK LBP "
    "LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MYR MZN NAD NGN NIO NPR OMR PAB PEN PGK PHP PKR PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX UYU UZS VES VND VUV WST "
    "XAF XCD XOF XPF YER ZMW"
)
_CODES = frozenset([*_OFTEN.split(), *_SELDOM.split()])

_BEFORE = (
    rf"[A-Za-z]{{0,3}}[{_SIGNS}]|(?:{_OFTEN.replace(' ', '|')})|(?:{_SELDOM.replace(' ', '|')})(?= )"
    r"|(?:kr|Kr|Rs|Fr)\.?|%"
)
_AFTER = rf"[{_SIGNS}][A-Z]{{0,3}}|[kKM][{_SIGNS}]|[%‰]|[°µ]?[^\W\d_][^\W\d_]*(?:[./²³][^\W\d_]*)*|°"
_BODY = r"(?:[0-9](?:[0-9.,' ]*[0-9])?(?:\.(?!-))?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = re.compile(
    rf"(?P<open>\()? ?(?P<sign>[+-])? ?(?P<before>{_BEFORE})? ?(?P<within>\()?(?P<inner>[+-])?"
    rf"(?P<body>{_BODY})(?P<round>[.,]-{{1,2}}|/-)? ?(?P<trail>-(?![^\W\d_]))? ?(?P<after>{_AFTER})? ?(?P<last>-)?(?P<close>\))?"
)

DASH = re.compile(r"-{1,3}")
"""What stands for no value in a column of numbers, in ASCII."""

_MONTH = (
    r"(?:jan|feb|f[eé]v|m[aäe]r|mrt|a[bpv]r|ma[gijy]|mei|jun|jui|giu|jul|lug|aug|ao[uû]|ago|sep|set|o[ckt]t|out|nov|de[cz]|d[ei]c|déc"
    r"|ene|gen)"
)
"""How months begin in some languages."""
_REST = r"[^\W\d_]*\.?"

DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?: .*)?|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"|(?:19|20)\d\d[-/](?:0[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])/(?:19|20)\d\d"
    r"|\d{4} ?[年년] ?\d{1,2} ?[月월](?: ?\d{1,2} ?[日일])?"
    rf"|\d{{1,2}}-{_MONTH}|\d{{1,2}}[. -]{{1,2}}(?:de )?{_MONTH}{_REST}[ ,-]{{1,2}}(?:de )?\d{{2,4}}(?: .*)?"
    rf"|{_MONTH}{_REST}[ -](?:\d{{1,2}},? )?(?:19|20)\d\d(?: .*)?",
    re.IGNORECASE,
)
"""What a date or a time of day looks like."""

KNOWN_UNITS = frozenset(
    "% ‰ k mn bn kg g mg lb lbs oz t st km m cm mm mi ft in yd h hr hour min s sec d day week month yr year c f °c °f °".split()  # noqa: SIM905
)
"""Units that make a column of several of them a mixture of units rather than one of codes."""


_SCALES = {
    "k": 3,
    "tsd": 3,
    "thousand": 3,
    "mn": 6,
    "mio": 6,
    "mln": 6,
    "million": 6,
    "bn": 9,
    "mrd": 9,
    "billion": 9,
}
_LETTERS = {"m": 6, "b": 9}
"""Also metres and bytes: millions and billions only beside a currency, or among thousands."""


class Parts(NamedTuple):
    """A number's parts: -1 or 1, its digits with their marks, its currency or unit, whether in parentheses."""

    sign: int
    body: str
    unit: str
    parentheses: bool


def to_ascii(text: str) -> str:
    """The text with the digits, signs and marks of other scripts as ASCII."""
    return text if text.isascii() else text.translate(_ASCII)


def parts_of(text: str) -> Parts | None:
    """What a number is made of; None where the text is none."""
    if len(text) > 60:
        return None
    found = _NUMBER.fullmatch(to_ascii(text))
    if found is None:
        return None
    opened = found["open"] or found["within"]
    signs = (found["sign"], found["inner"], found["trail"], found["last"], "-" if opened else None)
    if (
        bool(opened) != bool(found["close"])
        or (found["open"] and found["within"])
        or sum(sign is not None for sign in signs) > 1
    ):
        return None
    after = found["after"] or ""
    if after and not (after[0].isalpha() or not after[0].isalnum()):
        return None  # ½ and ² would change the number
    unit = " ".join(part.rstrip(".") for part in (found["before"], after) if part)
    body, mark = found["body"], (found["round"] or "/")[0]
    if mark != "/":
        body += f"{mark}0"  # 20.000,- says which mark is the decimal one
    return Parts(-1 if "-" in signs else 1, body, unit, bool(opened))


def unit_key(unit: str) -> str:
    """What spellings of a unit share: case aside in words, and the plural."""
    if unit in _CODES or len(unit) < 2:
        return unit
    folded = unit.casefold()
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


def is_currency(unit: str) -> bool:
    """Whether the unit is a currency."""
    return any(part in _CODES or any(sign in _SIGNS for sign in part) for part in unit.split()) or unit in (
        "kr",
        "Kr",
        "Rs",
        "Fr",
    )


def without_scale(unit: str, *, letters: bool = False) -> tuple[str, int]:
    """A unit without a word such as k, and the power of ten that the word stands for; 0 where there is none.

    Args:
        unit: the unit, as "k", "$ M" or "k€".
        letters: whether a single M or B is one in any case.
    """
    head, blank, last = unit.rpartition(" ")
    if not blank and len(unit) == 2 and unit[1] in _SIGNS:
        head, last = unit[1], unit[0]
    word = last.casefold()
    word = word[:-1] if word in ("thousands", "millions", "billions") else word
    power = _SCALES.get(word, 0) or (_LETTERS.get(word, 0) if letters or is_currency(head) else 0)
    return (head, power) if power else (unit, 0)


@lru_cache
def shape(decimal: str, thousands: str) -> re.Pattern[str]:
    """The digits of a number with these marks, one a line; "" for no thousands mark."""
    point = re.escape(decimal)
    whole = "[0-9]+"
    if thousands:
        mark = re.escape(thousands)
        groups = rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+"
        if thousands == ",":
            groups += r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"  # as in India: 12,34,567
        whole = f"(?:{groups})"
    fraction = rf"(?:{point}[0-9]{'*' if decimal == '.' else '+'})?"
    plain = rf"(?:[0-9]+{fraction}|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"  # nobody groups what has an exponent
    return re.compile(rf"^(?:{plain}|{whole}{fraction})$", re.MULTILINE)


def to_float(body: str, decimal: str, power: int = 0) -> float:
    """The number that digits with this decimal mark say, times a power of ten."""
    for mark in ".,' ":
        if mark != decimal:
            body = body.replace(mark, "")
    body = body.replace(decimal, ".")
    return float(Decimal(body).scaleb(power)) if power else float(body)
