"""How a reader's own file becomes a table. A new option of reading is declared here, and used in `nashcore.data`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from nashcore.options.model import FrozenModel
from nashcore.options.option import Option

DecimalMark = Literal["auto", "point", "comma"]

DECIMAL_WORDS = {".": "point", ",": "comma"}
"""A mark itself may be given instead of its word."""

OTHER_WAY = "Columns to read in another way"
"""The page's one control of what the command line says by several flags."""


def _decimal_word(value: object) -> object:
    return DECIMAL_WORDS.get(value, value) if isinstance(value, str) else value


class ReadingOptions(FrozenModel):
    """How the text of a file is read: its lines, and then its values.

    Attributes:
        header_line: the line that holds the columns' names, from 1; found out when left out.
        no_header: whether the file starts with a row, without names.
        comment: what lines begin with that are no rows.
        delimiter: what separates the values; found out when left out.
        encoding: the file's encoding; found out when left out.
        skip_lines: numbers of lines to leave out, as "2,5-7"; -1 is the last.
        backslash: whether a backslash makes the quotation mark behind it a part of the value; found out when false.
        sheet: which sheet of a workbook, or which file of an archive; the only one, or the first sheet, when left out.
        decimal: the decimal mark of all columns; decided column by column when "auto".
        as_number: columns that hold numbers, each "COLUMN", "COLUMN=point" or "COLUMN=comma" (the decimal mark); what is no
            number counts as missing.
        as_text: columns whose values stay text as the file spells them.
        as_category: columns of numbers that are names of categories.
        missing: further words that stand for no value, each "WORD" or "COLUMN=WORD".
        keep_missing: words that are a value rather than none, each "WORD" (in columns of text) or "COLUMN=WORD".
        merge_spellings: whether spellings of a value that are nearly equal become the most frequent one.
    """

    header_line: Annotated[
        int | None,
        Field(ge=1),
        Option("Line of the header", "The line that holds the columns' names, from 1.", "header-line"),
    ] = None
    no_header: Annotated[
        bool, Option("File without a header", "The file starts with a row, without names.", "no-header")
    ] = False
    comment: Annotated[
        str | None,
        Field(min_length=1),
        Option("Mark of comments", "What lines begin with that are no rows, as '#'.", "comment"),
    ] = None
    delimiter: Annotated[
        str | None,
        Field(min_length=1),
        Option("Delimiter", "What separates the values: a character, or 'tab'.", "delimiter"),
    ] = None
    encoding: Annotated[
        str | None,
        Field(min_length=1),
        Option("Encoding", "The file's encoding, as utf-8 or windows-1252.", "encoding"),
    ] = None
    skip_lines: Annotated[
        str | None,
        Field(min_length=1),
        Option("Lines left out", "Lines that are no rows, as 2,5-7, or -1 for the last.", "skip-lines"),
    ] = None
    backslash: Annotated[
        bool,
        Option(
            "Backslashes before quotation marks",
            "A backslash makes the quotation mark behind it a part of the value.",
            "backslash",
        ),
    ] = False
    sheet: Annotated[
        str | None,
        Field(min_length=1),
        Option("Sheet", "Which sheet of a workbook, or which file of an archive.", "sheet"),
    ] = None
    decimal: Annotated[
        DecimalMark,
        BeforeValidator(_decimal_word),
        Option(
            words="Decimal mark",
            help="The decimal mark of every column: point or comma; decided column by column when left out.",
            flag="decimal",
            titles={"auto": "Found out", "point": "Point", "comma": "Comma"},
        ),
    ] = "auto"
    as_number: Annotated[
        tuple[str, ...],
        Option(
            words="Columns read as numbers",
            help="A column of numbers, COLUMN or with its decimal mark, COLUMN=comma; may be repeated.",
            flag="number",
            label=OTHER_WAY,
        ),
    ] = ()
    as_text: Annotated[
        tuple[str, ...],
        Option(
            words="Columns read as text",
            help="A column whose values stay as the file spells them; may be repeated.",
            flag="text",
            label=OTHER_WAY,
        ),
    ] = ()
    as_category: Annotated[
        tuple[str, ...],
        Option(
            words="Numbers read as categories",
            help="A column whose numbers are names of categories; may be repeated.",
            flag="category",
            label=OTHER_WAY,
        ),
    ] = ()
    missing: Annotated[
        tuple[str, ...],
        Option(
            words="Further words for no value",
            help="A word that stands for no value, WORD or COLUMN=WORD; may be repeated.",
            flag="missing",
        ),
    ] = ()
    keep_missing: Annotated[
        tuple[str, ...],
        Option(
            words="Words kept as values",
            help="A word such as None that is a value, WORD or COLUMN=WORD; may be repeated.",
            flag="keep-missing",
            label="Words taken as missing that are values",
        ),
    ] = ()
    merge_spellings: Annotated[
        bool,
        Option(
            words="Nearly equal spellings merged",
            help="Spellings that differ in case, a final dot or leading zeros, and F beside female or Y beside yes, become the "
            "most frequent one.",
            flag="merge-spellings",
            label="Merge nearly equal spellings",
        ),
    ] = False
