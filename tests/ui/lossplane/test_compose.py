"""Methods are composed in the engine's words."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from synthetic.config import PlaneConfig
from ui.lossplane.compose import NONE, written


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((NONE, "nash", "continuous", 1), "nash"),
        (("forml", NONE, "two_stage", 100), "forml"),
        (("forml", "pcgrad", "every_nth", 5), "forml-pcgrad@every_nth:5"),
        (("ltr", "nash", "bargain_last", 300), "ltr-nash@bargain_last:300"),
        (("meta_gdro", "mgda", "while_in_conflict", 9), "meta_gdro-mgda@while_in_conflict"),
        ((NONE, "cagrad", "two_stage", 40), "cagrad@two_stage:40"),
    ],
)
def test_composed_methods_are_what_the_engine_reads(parts: tuple[str, str, str, int], name: str) -> None:
    assert written(*parts) == name
    assert PlaneConfig(methods=(name,)).methods == (name,)


def test_a_method_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="needs a goal or a rule"):
        written(NONE, NONE, "continuous", 1)
