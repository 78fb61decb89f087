"""The conflict-geometry page: what the browser foresees is what the engine finds, and what readers do there."""

from __future__ import annotations

import json
import math
import random
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitor
from ui.components import HERE
from ui.geometry.scenes import (
    LENGTHS,
    POWERS,
    PRESETS,
    Scene,
    agreement_cone,
    available_rules,
    meetings,
    solve,
    verdict,
)

pytestmark = pytest.mark.browser

PATH = "/Conflict_geometry"
EDGES = (
    *PRESETS.values(),
    Scene((0, 180), (1.0, 1.0)),
    Scene((0, 180), (1.0, 2.0)),
    Scene((40, 40), (1.0, 5.0)),
    Scene((0, 360), (1.0, 2.0)),
    Scene((0, 180, 0), (1.0, 2.0, 5.0)),
    Scene((0, 90, 180), (1.0, 2.0, 5.0)),
    Scene((10, 10, 190, 190), (1.0, 1.0, 1.0, 1.0)),
    Scene((0, 179), (0.01, 100.0)),
)


def scenes() -> list[tuple[Scene, int]]:
    """Edges and random scenes, wide and narrow, each with a place among the exponents."""
    draw = random.Random(5)  # noqa: S311
    found = [(scene, place % len(POWERS)) for place, scene in enumerate(EDGES)]
    for _ in range(60):
        groups, spread = draw.choice((2, 3, 4, 5)), draw.choice((30, 170, 179, 360))
        first = draw.randrange(360)
        angles = tuple((first + draw.randrange(spread + 1)) % 361 for _ in range(groups))
        found.append(
            (Scene(angles, tuple(draw.choice(LENGTHS) for _ in angles)), draw.randrange(len(POWERS)))
        )
    return found


def test_the_sentence_of_a_drag_is_worded_as_the_engines(browser: Browser) -> None:
    rules = available_rules()
    solved = [solve(scene, rules, POWERS[place]) for scene, place in scenes()]
    told = [
        {
            "cone": agreement_cone(one.gradients) if bool(one.nash.agreement) else None,
            "rules": [{"title": name, "shares": one.shares[name].tolist()} for name in rules],
        }
        for one in solved
    ]
    page = browser.new_page()
    script = (HERE / "gradients_rules.js").read_text(encoding="utf-8")
    worded = page.evaluate(
        f"(cases) => {{ {script}; return cases.map(({{ cone, rules }}) => verdict(cone, rules)); }}", told
    )
    page.close()
    assert worded == [verdict(one, {name: name for name in rules}) for one in solved]


def test_what_is_foreseen_is_what_the_engine_finds(browser: Browser) -> None:
    cases, rules = scenes(), available_rules()
    asked = [
        {"groups": len(scene.angles), "angles": scene.angles, "lengths": scene.lengths, "power": place}
        for scene, place in cases
    ]
    page = browser.new_page()
    script = (HERE / "gradients_rules.js").read_text(encoding="utf-8")
    foreseen = page.evaluate(
        f"([cases, names, powers, meetings]) => {{ {script}; return cases.map((one) => "
        "foresee(one, names, powers.map((p) => p ?? -Infinity), meetings)); }",
        [asked, rules, [None if p == -math.inf else p for p in POWERS], meetings()],
    )
    page.close()
    for (scene, place), found in zip(cases, foreseen, strict=True):
        solved = solve(scene, rules, POWERS[place])
        assert (found["cone"] is not None) == bool(solved.nash.agreement), scene
        if found["curve"] is not None:
            np.testing.assert_allclose(found["curve"], solved.curve, atol=1e-6, err_msg=str(scene))
        for name, rule in zip(rules, found["rules"], strict=True):
            where = f"{name} {scene} p = {POWERS[place]}"
            assert (rule["direction"] is None) == (solved.directions[name] is None), where
            np.testing.assert_allclose(rule["shares"], solved.shares[name], atol=5e-6, err_msg=where)


def drawn(page: Page) -> list[str]:
    """What the bars say to a mouse."""
    page.locator(".bar").first.wait_for()
    return [bar.get_attribute("data-tip") or "" for bar in page.locator(".bar").all()]


def test_a_turned_knob_is_in_the_address_and_the_address_turns_the_knob(
    server: str, visit: Callable[..., Visitor]
) -> None:
    page = visit().open(f"{server}{PATH}?preset=one-shouts")
    page.get_by_role("slider", name="Group 1: angle").press("ArrowRight")
    expect(page).to_have_url(re.compile(r"angle1=21"))
    again = visit().open(page.url)
    expect(again.get_by_role("slider", name="Group 1: angle")).to_have_value("21")
    expect(again.get_by_role("slider", name="Number of groups")).to_have_value("3")
    assert drawn(again) == drawn(page)


def test_a_knob_moves_everything_and_the_engine_agrees(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server + PATH)
    formula = page.locator(".katex-mathml").last
    before, formulas = drawn(page), formula.text_content()
    page.get_by_role("slider", name="Exponent p").press("ArrowRight")
    foreseen = drawn(page)
    assert foreseen != before
    expect(page.locator(".ends output")).to_have_text("p = −2")
    expect(page.locator(".rules li").nth(2)).to_have_text("GM (utilities, p = −2)")
    expect(formula).not_to_have_text(formulas or "")
    expect(page).to_have_url(re.compile("p=%E2%88%922"))
    visitor.settle()
    solved = solve(PRESETS["conflict"], ("gm",), -2.0)
    shares = [f"{share:.3f}".replace("-", "−") for share in solved.shares["gm"]]
    assert [tip.rpartition(" ")[2] for tip in drawn(page) if "GM" in tip] == shares
    assert drawn(page) == foreseen


def test_a_gradient_is_turned_by_its_tip(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server + PATH)
    before = drawn(page)
    box = page.locator(".grips circle").nth(1).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 40, steps=8)
    page.mouse.up()
    angle = int(page.get_by_role("slider", name="Group 2: angle").input_value())
    assert 90 < angle < 155
    expect(page).to_have_url(re.compile(f"angle2={angle}"))
    assert drawn(page) != before
    visitor.settle()


def test_a_group_that_comes_back_is_as_it_was(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server + PATH)
    count = page.get_by_role("slider", name="Number of groups")
    third = page.get_by_role("slider", name="Group 3: angle")
    count.press("ArrowRight")
    third.press("ArrowRight")
    expect(page).to_have_url(re.compile("groups=3.*angle3=96|angle3=96.*groups=3"))
    count.press("ArrowLeft")
    expect(third).to_have_count(0)
    expect(page).not_to_have_url(re.compile("groups="))
    count.press("ArrowRight")
    expect(third).to_have_value("96")
    expect(page).to_have_url(re.compile("angle3=96"))
    visitor.settle()


def test_a_preset_turns_the_knobs(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server + PATH)
    page.get_by_role("slider", name="Group 1: angle").press("End")
    visitor.settle()
    page.get_by_role("button", name="No agreement").click()
    expect(page.get_by_role("slider", name="Group 1: angle")).to_have_value("215")
    expect(page.locator(".says")).to_contain_text("there is no agreement")
    expect(page.locator(".cone")).to_have_count(0)
    page.get_by_role("button", name="Conflict", exact=True).click()
    expect(page.locator(".cone")).to_have_count(1)
    expect(page.locator(".says")).to_contain_text("Mean takes from group 2")
    visitor.settle()


def test_below_the_pictures_are_their_numbers_and_files(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server + PATH)
    visitor.unfold(page.get_by_text("Arrows: numbers, downloads"))
    expect(page.get_by_test_id("stDataFrame")).to_have_count(1)
    expect(page.get_by_test_id("stCode")).to_contain_text("from nashcore.bargaining import bargain")
    with page.expect_download() as download:
        page.get_by_role("button", name="Data (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert text.splitlines()[0] == "Rule,Group 1,Group 2,Direction (degrees)"
    assert len(text.splitlines()) == 7
    with page.expect_download() as download:
        page.get_by_role("button", name="Figure (interactive HTML)").click()
    assert "Who pulls where" in download.value.path().read_text(encoding="utf-8")
    visitor.settle()


@pytest.mark.parametrize("picture", ["fan", "gains", "family"])
def test_a_picture_is_a_file_of_its_own(server: str, visit: Callable[..., Visitor], picture: str) -> None:
    visitor = visit(dark=True)
    page = visitor.open(server + PATH)
    drawn(page)
    files = page.locator(f".{picture} .files button")
    with page.expect_download() as download:
        files.nth(0).click()
    root = ElementTree.fromstring(download.value.path().read_text(encoding="utf-8"))  # noqa: S314 (our own)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "#15191C" in {part.get("fill") for part in root}, "the paper belongs to the picture"
    with page.expect_download() as download:
        files.nth(1).click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    visitor.settle()


def test_pictures_follow_a_switched_theme(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server + PATH)
    label = page.locator(".fan text").first
    expect(label).to_have_attribute("fill", "#22252B")
    page.get_by_test_id("stMainMenu").click()
    page.locator("[role=radio], label, button").filter(has_text=re.compile("Dark$")).first.click()
    expect(label).to_have_attribute("fill", "#E9E6DE")
    visitor.settle()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_finger_turns_a_gradient_on_a_phone(browser: Browser, server: str, dark: bool) -> None:
    context = browser.new_context(
        viewport={"width": 393, "height": 850}, has_touch=True, color_scheme="dark" if dark else "light"
    )
    visitor = Visitor(context.new_page())
    page = visitor.open(server + PATH)
    before = drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 393
    tip = page.locator(".grips circle").first
    tip.scroll_into_view_if_needed()
    box = tip.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = context.new_cdp_session(page)
    for kind, down in (("touchStart", 0), ("touchMove", 20), ("touchMove", 45)):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y - down}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page).to_have_url(re.compile("angle1="))
    assert drawn(page) != before
    visitor.settle()
    context.close()


def test_every_knob_has_a_name_and_a_value(server: str, visit: Callable[..., Visitor]) -> None:
    page = visit().open(server + PATH)
    drawn(page)
    for name, says in (
        ("Group 1: angle", "25 degrees"),
        ("Group 2: length", "1"),
        ("Exponent p of the generalised mean (GM)", "−1"),
    ):
        expect(page.get_by_role("slider", name=name)).to_have_attribute("aria-valuetext", says)
    for picture in ("fan", "gains", "family"):
        alt = page.locator(f".{picture} .drawing").get_attribute("aria-label")
        assert alt, json.dumps(picture)
