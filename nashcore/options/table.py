"""How a table is made ready for training. A new option of the table is declared here, and used in `nashcore.data`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from nashcore.options.model import FrozenModel
from nashcore.options.option import Option
from nashcore.options.protocol import spelled_out

Data = Literal["careful", "published"]

MAX_SPLITS = 100
"""Most splits in a run."""

DRAWN = ("split_seed", "split_seeds", "validation_per_cell", "test_per_cell", "natural_test_share")
"""What a drawn split depends on; given row numbers leave nothing of it to choose."""


class TableOptions(FrozenModel):
    """The options of a table, whichever it is.

    Attributes:
        data: "careful" fits the encoding on training rows, puts rare categories together, takes the catalogue's codes for
            categories and drops columns that give the target away; "published" fits on all rows, leaves numbers
            numbers, gives every category its own feature and keeps those columns. ``protocol="paper"`` is read as
            "published" (see `nashcore.options.protocol`).
        split_seed: seed of the split, or of the first of several.
        split_seeds: splits in a run: every method is trained with every seed on each of them. Their seeds are ``split_seed`` and
            the numbers after it.
        validation_per_cell: validation rows a cell; left out, as published, or what fits one's own table
            (`nashcore.options.fit`).
        test_per_cell: test rows a cell; likewise.
        natural_test_share: share of every cell's rows that is kept, without replacement, for the natural test part; left out,
            `NATURAL_SHARE` of one's own table, and nothing of the catalogue's or where row numbers are given.
        keep_sensitive: whether the sensitive columns stay among the features.
        drop: columns to leave out of the features.
        drop_duplicates: keep only the first of rows that are the same in every column, those aside that only name the
            row.
        drop_groups: groups, by their names, whose rows are left out of the table.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    data: Annotated[
        Data,
        Option(
            words="Data",
            help="Changes what is learned from. Careful: scaling and encoding are fitted on training rows, rare "
            "categories are put together, codes are categories, and columns that give the outcome away are left "
            "out. As published: fitted on all rows, such columns and every category stay, and codes stay numbers "
            "(as categories they cost LtR .05 of Overall AUC on default_credit; rare categories put together turn "
            "Max-gAUCD on adult by race from .15 into .04).",
            flag="data",
            key="data",
            titles={"careful": "Careful", "published": "As published"},
        ),
    ] = "careful"
    split_seed: Annotated[
        int,
        Field(ge=0),
        Option(
            words="Split seed",
            help="The same seed draws the same rows.",
            flag="split-seed",
            key="split",
            label="Seed of the split",
            span=(0, 99),
        ),
    ] = 0
    split_seeds: Annotated[
        int,
        Field(ge=1, le=MAX_SPLITS),
        Option(
            words="Number of splits",
            help="Splits drawn, with the seed of the split and the numbers after it; every method is trained with every seed on "
            "each. Seeds on one split only tell of this split: a sentence on a method needs several.",
            flag="split-seeds",
            key="split_seeds",
            label="Number of splits",
            span=(1, MAX_SPLITS),
        ),
    ] = 1
    validation_per_cell: Annotated[
        int | None,
        Field(ge=1),
        Option(
            words="Validation rows a cell",
            help="The few rows that steer the reweighting, the same number for every group and label.",
            flag="validation-rows",
            key="validation_rows",
            span=(1, 1000),
        ),
    ] = None
    test_per_cell: Annotated[
        int | None,
        Field(ge=1),
        Option(
            words="Test rows a cell",
            help="The rows that are tested, the same number for every group and label.",
            flag="test-rows",
            key="test_rows",
            span=(1, 10_000),
        ),
    ] = None
    natural_test_share: Annotated[
        float | None,
        Field(ge=0, le=0.9),
        Option(
            words="Natural test part",
            help="Share of every group and label's rows that is kept, drawn without replacement, for a second test with "
            "the table's own shares and intervals over its rows; 0 keeps none. Standard is 0.25 of one's own table, "
            "and none of the catalogue's.",
            flag="natural-test-share",
            key="natural_test",
            label="Natural test part: share of rows",
            span=(0.0, 0.9),
            step=0.05,
        ),
    ] = None
    keep_sensitive: Annotated[
        bool,
        Option(
            words="Sensitive columns among the features",
            help="Hidden, the columns that make the groups are no features.",
            flag="hide-sensitive",
            key="keep_sensitive",
            label="Sensitive columns are features",
        ),
    ] = True
    drop: Annotated[
        tuple[str, ...],
        Option(words="Columns left out", help="A column to leave out; may be repeated.", flag="drop"),
    ] = ()
    drop_duplicates: Annotated[
        bool,
        Option(words="Repeated rows left out", help="Leave repeated rows out.", flag="drop-duplicates"),
    ] = False
    drop_groups: Annotated[
        tuple[str, ...],
        Option(
            words="Groups left out",
            help="A group, by its name, whose rows are left out; may be repeated.",
            flag="drop-group",
        ),
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _read_protocol(cls, values: Any) -> Any:
        return spelled_out(values, cls.model_fields) if isinstance(values, dict) else values
