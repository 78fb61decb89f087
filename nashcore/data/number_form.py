"""How a column's numbers are written, decided from all of its values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nashcore.data.columns import plain_number
from nashcore.data.number_text import (
    DASH,
    KNOWN_UNITS,
    Parts,
    is_currency,
    parts_of,
    shape,
    to_ascii,
    to_float,
    unit_key,
    without_scale,
)

PROBE = 2_000
"""Values of a column that are looked at before all of them are."""

_PLAIN = re.compile(
    r"^[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?:inf|infinity))$",
    re.MULTILINE | re.IGNORECASE,
)
_THREE = re.compile(r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$", re.MULTILINE)
_CODE = re.compile(r"^0[0-9]+(?:[.,][0-9]+)?$", re.MULTILINE)
_BEFORE_MARK = re.compile(r"^[0-9]+(?=[.,][0-9]+$)", re.MULTILINE)
_DIGITS = re.compile(r"^[+-]?[0-9]+$", re.MULTILINE)
_DIALLED = re.compile(r"^\+[0-9]{8,15}$", re.MULTILINE)
_LONG = re.compile(r"^[+-]?[0-9]{16,}$", re.MULTILINE)


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of a column are written.

    Attributes:
        decimal: the decimal mark; "" where no value has any mark.
        thousands: what parts thousands, or "".
        unit: the currency or unit, or "".
        without_unit: how many distinct values lack it.
        open: whether another reading fits as well.
        scaled: whether k is a thousand, and so on.
    """

    decimal: str = ""
    thousands: str = ""
    unit: str = ""
    without_unit: int = 0
    open: bool = False
    scaled: bool = False

    @property
    def mark(self) -> str:
        """The decimal mark, a point where no value has one."""
        return self.decimal or "."


@dataclass(frozen=True)
class NoForm:
    """Why a column is not read as numbers.

    Attributes:
        why: "codes" (leading zeros), "digits" (in groups, as telephone numbers), "long" (more digits than a number keeps), "units"
            (several), "marks" (they contradict each other), or "text".
        example: a value that shows it.
        share: which part of the values looked at are numbers.
        counts: of the units, the distinct values of each.
    """

    why: str
    example: str = ""
    share: float = 0.0
    counts: tuple[tuple[str, int], ...] = ()


def find_form(
    texts: Sequence[str], decimal: str = "", *, by_commas: bool = True, usual: str = ""
) -> NumberForm | NoForm:
    """How the numbers are written, or why they are none.

    Args:
        texts: distinct clean values, without those that stand for no value.
        decimal: the decimal mark, where it is known.
        by_commas: whether commas separate the file's values, so that its writer hardly uses a decimal comma.
        usual: the decimal mark of the file's other columns, where they agree.
    """
    texts = [text for text in texts if not DASH.fullmatch(to_ascii(text))]
    if not texts:
        return NoForm("text")
    probe = texts[:: max(1, len(texts) // PROBE)]
    if len(texts) > 2 * PROBE and sum(is_number_like(text) for text in probe) < 0.25 * len(probe):
        return NoForm("text", probe[0])  # spare a million names
    joined = "\n".join(texts)
    if decimal != "," and joined.count("\n") == len(texts) - 1 and len(_PLAIN.findall(joined)) == len(texts):
        points = joined.count(".")
        if not points or len(_THREE.findall(joined)) < points:
            return _not_codes(joined) or NumberForm("." if points else "")
    return _general(texts, decimal, by_commas, usual)


def is_number_like(text: str) -> bool:
    """Whether the text is a number in some way of writing."""
    return parts_of(text) is not None or _PLAIN.fullmatch(text) is not None


def values_of(texts: Sequence[str], form: NumberForm) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The numbers [n] that the texts say under a form; NaN where a text does not fit it."""
    joined = "\n".join(texts)
    simple = form.mark == "." and not form.unit and joined.count("\n") == len(texts) - 1
    if simple and len(_PLAIN.findall(joined)) == len(texts):
        return np.fromiter(map(float, texts), np.float64, len(texts))
    return np.array([_value(text, form) for text in texts], dtype=np.float64)


def _value(text: str, form: NumberForm) -> float:
    plain = to_ascii(text)
    if not form.unit and plain.lstrip("+-").casefold() in ("inf", "infinity"):
        return float(plain)
    found = parts_of(text)
    if found is None:
        return float("nan")
    unit, power = without_scale(found.unit, letters=True) if form.scaled else (found.unit, 0)
    if not _fits_unit(unit, found.body, form) or not fits(found.body, form.mark):
        return float("nan")
    return found.sign * to_float(found.body, form.mark, power)


def _fits_unit(unit: str, body: str, form: NumberForm) -> bool:
    if not unit:
        return form.unit not in ("%", "‰") or not body.strip("0.,")
    return unit_key(unit) == unit_key(form.unit)


def fits(body: str, decimal: str) -> bool:
    """Whether digits are a number with this decimal mark, whatever parts its thousands."""
    other = "," if decimal == "." else "."
    return any(shape(decimal, mark).fullmatch(body) for mark in ("", other, " ", "'"))


def _not_codes(joined: str) -> NoForm | None:
    """Numbers that are codes: with leading zeros, also before a mark where all have as many digits there (01.10, 12.2024), or
    whole with more digits than a number keeps."""
    count = joined.count("\n") + 1
    whole = len(_DIGITS.findall(joined)) == count
    zeros = _CODE.search(joined)
    if zeros:
        before = list(map(len, _BEFORE_MARK.findall(joined)))
        padded = len(before) == count and min(before) == max(before)
        return NoForm("codes", zeros[0], 1.0) if whole or padded else None
    if not whole:
        return None
    if len(_DIALLED.findall(joined)) == count:
        return NoForm("digits", joined.partition("\n")[0], 1.0)
    long = _LONG.search(joined)
    if long and any(abs(int(one)) > 2**53 for one in _LONG.findall(joined)):
        return NoForm("long", long[0], 1.0)
    return None


def _general(texts: Sequence[str], decimal: str, by_commas: bool, usual: str) -> NumberForm | NoForm:
    found = [parts_of(text) for text in texts]
    infinite = sum(
        one is None and bool(_PLAIN.fullmatch(text)) for one, text in zip(found, texts, strict=True)
    )
    numbers = [one for one in found if one is not None]
    share = (len(numbers) + infinite) / len(texts)
    if share < 1 or not numbers:
        other = next(
            (t for one, t in zip(found, texts, strict=True) if one is None and not _PLAIN.fullmatch(t)),
            texts[0],
        )
        return NoForm("text", other, share)
    if all(one.parentheses for one in numbers if one.body.strip("0.,")):
        return NoForm("text", texts[0])  # a mark rather than negative numbers
    bodies = [one.body for one in numbers]
    joined = "\n".join(bodies)
    scaled = _scaled(numbers)
    if scaled:
        numbers = [one._replace(unit=without_scale(one.unit, letters=True)[0]) for one in numbers]
    unit, without, refused = _unit(numbers)
    if refused is not None:
        if refused.why == "text" and refused.share:
            marked = next(t for one, t in zip(found, texts, strict=True) if one is not None and one.unit)
            return replace(refused, example=marked)
        return refused
    if not unit and (codes := _not_codes(joined)):
        spelled = (t for one, t in zip(found, texts, strict=True) if one and one.body == codes.example)
        return replace(codes, example=next(spelled))
    form = _marks(bodies, joined, decimal, by_commas, usual)
    grouped = " " in joined and not {".", ","} & set(joined)
    if grouped and (form is None or all(to_ascii(text).startswith("+") for text in texts)):
        return NoForm("digits", next(text for text in texts if " " in text.strip()), 1.0)
    if form is None:
        return NoForm("marks", texts[0], 1.0)
    return NumberForm(form.decimal, form.thousands, unit, without, form.open, scaled)


def _scaled(numbers: Sequence[Parts]) -> bool:
    """Whether numbers are followed by k and its like: an M or B alone may be a unit."""
    return any(without_scale(unit)[1] for unit in {one.unit for one in numbers})


def _unit(numbers: Sequence[Parts]) -> tuple[str, int, NoForm | None]:
    """The one unit, how many numbers lack it, and the refusal where there are several."""
    units = Counter(unit_key(one.unit) for one in numbers)
    first = {unit_key(one.unit): one.unit for one in reversed(numbers)}
    without = units.pop("", 0)
    if not units:
        return "", 0, None
    counts = tuple((first[key], count) for key, count in units.most_common())
    refused = NoForm("units", counts=(*counts, *((("no unit", without),) if without else ())), share=1.0)
    if len(units) > 1:
        known = all(is_currency(first[key]) or key.casefold() in KNOWN_UNITS for key in units)
        return "", 0, refused if known else NoForm("text", share=without / len(numbers))
    ((unit, count),) = counts
    if without:
        if unit in ("%", "‰"):
            zero = sum(not one.unit and not one.body.strip("0.,") for one in numbers)
            return (unit, without, None) if zero == without else ("", 0, refused)
        if not is_currency(unit) and count <= without:
            return "", 0, NoForm("text", share=without / len(numbers))  # as 14a among the numbers of houses
    return unit, without, None


def _marks(
    bodies: Sequence[str], joined: str, decimal: str, by_commas: bool, usual: str
) -> NumberForm | None:
    """The marks that all numbers agree on; None where there are none."""
    used = {mark for mark in ".,' " if mark in joined}
    if not used:
        return NumberForm()
    possible = [
        form
        for form in (("." if mark != "." else ",", mark) for mark in (",", ".", "'", " "))
        if form[1] in used
    ]
    possible += [(",", mark) for mark in ("'", " ") if mark in used]
    possible += [(".", ""), (",", "")]
    agreed = [
        NumberForm(*form)
        for form in possible
        if decimal in ("", form[0]) and used <= set(form) and len(shape(*form).findall(joined)) == len(bodies)
    ]
    if not agreed:
        return None
    if len({form.decimal for form in agreed}) == 1:
        return agreed[0]
    if len(used) > 1:
        return None if used == {".", ","} else agreed[0]
    (mark,) = used
    if mark in "' ":
        return agreed[0]  # without a fraction any decimal mark fits
    other = "," if mark == "." else "."
    grouped, split = NumberForm(other, mark), NumberForm(mark, "")
    unmarked = [body for body in bodies if mark not in body]
    if any(len(body) > 3 for body in unmarked):  # who groups thousands would have grouped these
        if _as_large(bodies, unmarked, mark):  # but was another writer
            return replace(grouped, open=mark == "." or not by_commas)
        return NumberForm(mark, "", open=True)
    if len(unmarked) < len(bodies) - 1 and any(body.strip("0") for body in unmarked):
        return grouped  # fractions of just three digits, beside whole numbers below a thousand only
    if usual:
        return grouped if usual == other else split
    if mark == "," and by_commas:
        return grouped
    return NumberForm(other, mark, open=True) if mark == "," else NumberForm(mark, "", open=True)


def _as_large(bodies: Sequence[str], unmarked: Sequence[str], mark: str) -> bool:
    """Whether marked numbers are as large as the others, nearly all of them, only where their mark parts thousands."""
    plain = np.array([float(body) for body in unmarked])
    as_groups = np.array([float(body.replace(mark, "")) for body in bodies if mark in body])
    low, high = plain.min(), plain.max()
    groups, fractions = (
        float(((low <= one) & (one <= high)).mean()) for one in (as_groups, as_groups / 1000)
    )
    return groups >= 0.9 and fractions <= 0.1


def as_written(form: NumberForm, text: str) -> str:
    """The number that a text says under a form, as people write it; "" where it does not fit."""
    value = _value(text, form)
    return "" if np.isnan(value) else plain_number(value)
