"""The words of a verdict (`nashcore.learning.verdict`): the same on pages, in the terminal, in JSON and in reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from nashcore.metrics import METRICS, POWER

MOST_NAMED = 5
"""More methods than this are counted, not named."""

MOST_CLAIMS = 4
"""More told differences of methods than this are counted."""

MOST_SAID = 10_000_000
"""A larger number needed is not said: it says that there is nothing to find."""

Names = Mapping[str, str]
Comparison = Mapping[str, Any]


def says(found: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """One to three sentences: what beats what, what cannot be told, and who is Pareto-efficient by the means."""
    names: Names = {arm: titles.get(arm, arm) for arm in found["points"]}
    if not _known(found):
        return ["Nothing can be said: no method has numbers at the last epoch."]
    sentences = [beats(found, names), untold(found, names), by_the_means(found, names)]
    return [sentence for sentence in sentences if sentence]


def beats(found: Mapping[str, Any], names: Names) -> str:
    """Whether anything beats what it is held against."""
    comparisons, over = found["comparisons"], _over(found)
    if not comparisons:
        return "There is nothing to hold a method against: neither Baseline nor a one-stage twin was trained beside another method."
    against = _against(comparisons)
    both = f"in {_either(found)}"
    family = found["family"]
    if not family["shown"]:
        return f"Whether anything beats {against} {both} cannot be told: no {found['unit']} got through on both sides."
    if not family["tested"]:
        return _without_intervals(
            found, comparisons, f"Whether anything beats {against} {both} cannot be told", against
        )
    won, lost = (claims(comparisons, names, won=way) for way in (True, False))
    if not won:
        behind = f"; {few(lost)}" if lost else ""
        return f"Nothing can be told to beat {against}, in {_either(found)}{behind}."
    return f"Larger than chance over {over}: {few([*won, *lost])}{_nothing_beats(comparisons)}."


def claims(comparisons: Sequence[Comparison], names: Names, *, won: bool) -> list[str]:
    """Phrases for the pairs that are told to differ: for the better on an axis, or, not ``won``, for the worse alone.

    Methods that do so beside the same one, on the same axis alone, share a phrase.
    """
    alike: dict[tuple[Any, ...], list[tuple[str, Sequence[Comparison], Sequence[Comparison]]]] = {}
    for (arm, minus, against), group in groupby(
        comparisons, lambda one: (one["arm"], one["minus"], one["against"])
    ):
        pair = list(group)
        better, worse = ([one for one in pair if one["better"] is way] for way in (True, False))
        if bool(better) == won and (better or worse):
            axes = tuple(tuple(one["metric"] for one in part) for part in (better, worse))
            alone = arm if len(better) + len(worse) > 1 else ""
            alike.setdefault((minus, against, axes, alone), []).append((names[arm], better, worse))
    ordered = sorted(alike.items(), key=lambda one: not one[0][3])
    return [_claim(_other(names[minus], against), arms) for (minus, against, _, _), arms in ordered]


def _other(name: str, against: str) -> str:
    return f"its twin {name}" if against == "twin" else name


def _claim(other: str, arms: Sequence[tuple[str, Sequence[Comparison], Sequence[Comparison]]]) -> str:
    """What one method does beside another on both axes, or several on one."""
    (name, better, worse), *more = arms
    if len(better) + len(worse) > 1:
        parts = [f"beats {other} {_in(better)}"] * bool(better)
        parts += [f"is behind {'it' if better else other} {_in(worse)}"] * bool(worse)
        return f"{name} {' but '.join(parts)}"
    verb = ("beat" if more else "beats") if better else ("are behind" if more else "is behind")
    who = listed(
        [f"{arm} ({difference(one)}{_hollow(one)})" for arm, won, lost in arms for one in (*won, *lost)]
    )
    return f"{who} {verb} {other} in {METRICS[(*better, *worse)[0]['metric']].short}"


def untold(found: Mapping[str, Any], names: Names) -> str:
    """How many differences cannot be told, and what it would take for the one that is nearest to it."""
    family = found["family"]
    if not family["tested"]:
        return ""
    open_ones = [one for one in found["comparisons"] if one["mean"] is not None and not one["told"]]
    if not open_ones:
        return f"All {family['shown']} differences can be told from zero after Holm's correction."
    many = family["shown"]
    where = f"with {_rows_here(found)} and {_units(found)}"
    if not family["told"]:
        lead = f"{'It' if many == 1 else f'None of the {many} differences'} can{'not' * (many == 1)} be told from zero {where}"
        lead += f" ({_zeros(open_ones)}{_without(family)})"
    else:
        rest = "one" if len(open_ones) == 1 else len(open_ones)
        lead = f"The other {rest} of {many} differences cannot be told from zero {where}"
    return f"{lead}{_needed(found, open_ones, names)}."


def _zeros(differences: Sequence[Comparison]) -> str:
    """How many intervals leave zero out, each by itself."""
    out = sum(one["low"] is not None and (one["low"] > 0 or one["high"] < 0) for one in differences)
    if out > 1:
        return f"{out} intervals leave zero out by themselves"
    return "one interval leaves zero out by itself" if out else "every interval holds zero"


def by_the_means(found: Mapping[str, Any], names: Names) -> str:
    """Who is Pareto-efficient, and that gaps say nothing where all of them are such as equal groups would show."""
    best = [arm for arm, point in found["points"].items() if point["efficient"]]
    known = _known(found)
    performance, disparity = _metric(found, "performance"), _metric(found, "disparity")
    if len(known) == 1:
        sentence = f"{names[known[0]]} is the only method with numbers"
    elif any(set(arms) == set(known) for arms in found["ties"]):
        sentence = f"All methods show the same {performance} and the same {disparity}"
    elif len(best) == 1:
        both = f"both the highest {performance} and the smallest {disparity}"
        sentence = f"By the means alone, which say nothing about chance, {names[best[0]]} has {both}"
    else:
        who = listed([names[arm] for arm in best], "or")
        sentence = f"By the means alone, no other method beats {who} on both axes (Pareto-efficient)"
    within = all(found["points"][arm]["within_floor"] for arm in known)
    return f"{sentence}{f'; every {disparity} here is {EQUAL_GROUPS}' if within else ''}."


def notes(found: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """What the sentences rest on: which differences, what "would take" takes for granted, ties, floors, and other rows."""
    names: Names = {arm: titles.get(arm, arm) for arm in found["points"]}
    sentences = []
    if found["comparisons"]:
        sentences.append(
            f"Last epoch. Compared are {_axes(found)} of each method with {_against(found['comparisons'], 'and')}, in pairs of the "
            f"same split and seed: {_count(found['family']['shown'], 'difference')}, told at 5% after Holm's correction."
        )
    if any(one["needed"] for one in found["comparisons"]):
        sentences.append(NEEDED_SPLITS if found["unit"] == "split" else NEEDED_SEEDS)
    sentences += [f"The same numbers: {listed([names[arm] for arm in arms])}." for arms in found["ties"]]
    known, disparity = _known(found), _metric(found, "disparity")
    within = [names[arm] for arm in known if found["points"][arm]["within_floor"]]
    if 0 < len(within) < len(known):
        sentences.append(f"{disparity} {EQUAL_GROUPS}: {listed(within)}.")
    if (same := [names[arm] for arm in known if _one_label(found, arm)]) and found[
        "performance"
    ] == "overall_auc":
        sentences.append(
            f"Everybody gets the same label, which leaves no gap and an AUC of 0.5: {listed(same)}."
        )
    if nothing := [names[arm] for arm in found["points"] if arm not in known]:
        sentences.append(f"Without numbers: {listed(nothing)}.")
    if (natural := found["natural"]) is not None:
        sentences.append(
            f"On the {natural['title']}, {natural['same_sign']} of the {natural['told']} told differences have the same sign."
        )
    return sentences


EQUAL_GROUPS = "within what equal groups would show with these test rows"
NEEDED_SPLITS = (
    f"What it would take is told in {POWER:.0%} of the cases if the difference seen were the true one, which is unsure itself, and "
    "if more splits spread as these do."
)
NEEDED_SEEDS = (
    f"What it would take is told in {POWER:.0%} of the cases, for other seeds and for other test rows of the same kind, if the "
    "difference seen were the true one, which is unsure itself. Errors over rows come from each method's own rates (of gaps: from "
    "those of equal groups), as if two methods erred on unrelated rows: they often err on the same ones, so that fewer rows may do."
)


def listed(names: Sequence[str], word: str = "and") -> str:
    """Names in a sentence; many are counted, and those with a comma of their own are parted by semicolons."""
    if len(names) > MOST_NAMED + 1:
        names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
    comma = ";" if any("," in name for name in names) else ","
    if len(names) < 3:
        return f" {word} ".join(names)
    return f"{f'{comma} '.join(names[:-1])} {word} {names[-1]}"


def difference(one: Comparison) -> str:
    """A difference with its interval: "+0.031 [+0.012, +0.050]"."""
    ends = [one["mean"], one["low"], one["high"]]
    digits = 3 if min(map(abs, ends)) >= 0.0005 else 4
    mean, low, high = (f"{end:+.{digits}f}" for end in ends)
    return f"{mean} [{low}, {high}]"


def _in(differences: Sequence[Comparison]) -> str:
    told = [f"{METRICS[one['metric']].short} {difference(one)}{_hollow(one)}" for one in differences]
    return f"in {'both ' * (len(told) > 1)}({', '.join(told)})"


def _hollow(one: Comparison) -> str:
    return ", either gap within that of equal groups" if one["within_floor"] else ""


def few(phrases: Sequence[str]) -> str:
    """Phrases in a row; many are counted."""
    more = len(phrases) - MOST_CLAIMS
    return "; ".join(
        [*phrases[:MOST_CLAIMS], *([f"{more} more pairs of methods differ"] if more > 0 else [])]
    )


def _nothing_beats(comparisons: Sequence[Comparison]) -> str:
    """Of Baseline and twins, which nothing is told to beat, where something is told to beat the other."""
    kinds = dict.fromkeys(one["against"] for one in comparisons)
    beaten = {one["against"] for one in comparisons if one["better"]}
    words = [_KINDS[kind] for kind in kinds if kind not in beaten]
    return f"; nothing can be told to beat {words[0]}" if words else ""


_KINDS = {"baseline": "Baseline", "twin": "its one-stage twin", "run": "its counterpart"}


def _against(comparisons: Sequence[Comparison], word: str = "or") -> str:
    return listed([_KINDS[kind] for kind in dict.fromkeys(one["against"] for one in comparisons)], word)


def _metric(found: Mapping[str, Any], axis: str) -> str:
    return METRICS[found[axis]].short


def _axes(found: Mapping[str, Any]) -> str:
    return f"{_metric(found, 'performance')} and {_metric(found, 'disparity')}"


def _known(found: Mapping[str, Any]) -> list[str]:
    """The arms with numbers on both axes."""
    axes = [found[axis] for axis in ("performance", "disparity")]
    return [
        arm for arm, point in found["points"].items() if all(point[axis]["mean"] is not None for axis in axes)
    ]


def _one_label(found: Mapping[str, Any], arm: str) -> bool:
    """Whether an AUC of 0.5 and no gap, as printed, say that a method tells nobody apart."""
    means = [found["points"][arm][found[axis]]["mean"] for axis in ("performance", "disparity")]
    return [round(mean, 3) for mean in means] == [0.5, 0.0]


def _either(found: Mapping[str, Any]) -> str:
    return f"{_metric(found, 'performance')} or in {_metric(found, 'disparity')}"


def _units(found: Mapping[str, Any]) -> str:
    return _count(found["units"], found["unit"])


def _over(found: Mapping[str, Any]) -> str:
    return f"the {_units(found)}{' on one split' * (found['unit'] == 'seed')}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _rows_here(found: Mapping[str, Any]) -> str:
    rows = found["rows"]
    distinct = " distinct" if rows["distinct"] else ""
    each = " a split" if found["unit"] == "split" else ""
    return f"these {rows['count']:,}{distinct} test rows{each}"


def _without(family: Mapping[str, int]) -> str:
    missing = family["shown"] - family["tested"]
    return f"; {missing} {'has' if missing == 1 else 'have'} none" if missing else ""


def _without_intervals(
    found: Mapping[str, Any], comparisons: Sequence[Comparison], lead: str, against: str
) -> str:
    shown = [one for one in comparisons if one["mean"] is not None]
    if all(one["above"] == one["below"] == 0 for one in shown):
        return f"Nothing beats {against}: no {found['unit']} shows a difference in {_either(found)}."
    most = max(one["count"] for one in shown)
    if most < 5:
        return f"{lead} from {_count(most, found['unit'])}: it takes five at least for an interval."
    return f"{lead} from {_count(most, found['unit'])}: the test rows are so few that the differences take fewer than five values."


def _needed(found: Mapping[str, Any], differences: Sequence[Comparison], names: Names) -> str:
    """What it would take for the difference that needs least."""
    able = [one for one in differences if one["needed"] is not None]
    if not able:
        return ""
    one = min(able, key=lambda one: (one["needed"]["rows"] or 0, one["needed"]["units"]))
    needed, units = one["needed"], found["unit"]
    if max(needed["units"], needed["rows"] or 0) > MOST_SAID:
        return "; it would take more data than anybody has to tell the largest of them"
    what = f"{names[one['arm']]} minus {names[one['minus']]} in {METRICS[one['metric']].short}, {one['mean']:+.3f}"
    what += ", for the worse" * ((one["mean"] > 0) == METRICS[one["metric"]].is_gap)
    rows = found["rows"]
    distinct = " distinct" if rows["distinct"] else ""
    here = f"{rows['count']:,}"
    nearest = f"; the nearest ({what}) would take about"
    if units == "split":
        splits = needed["units"]
        whole = rounded(splits * rows["count"])
        return f"{nearest} {rounded(splits)} splits of {here} test rows, {whole} in all (here {found['units']} splits)"
    seeds = f"{rounded(needed['units'])} seeds (here {found['units']})"
    if needed["rows"] is None:
        return f"{nearest} {seeds}; of test rows nothing is known, since the run holds no rates of its groups"
    takes = f"{rounded(needed['rows'])}{distinct} test rows (here {here})"
    return f"{nearest} {takes}" + ("" if needed["units"] == found["units"] else f" and {seeds}")


def rounded(number: int) -> str:
    """A whole number to two digits, rounded up: what is estimated is not said to the last one.

    >>> rounded(1234), rounded(87), rounded(5)
    ('1,300', '87', '5')
    """
    step = 10 ** max(len(str(number)) - 2, 0)
    return f"{-(-number // step) * step:,}"
