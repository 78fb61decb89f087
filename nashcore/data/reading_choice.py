"""What was chosen of the reading of single columns, made of the options' words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nashcore.data.column_reading import ColumnReading
from nashcore.data.columns import first_few, number_or_text
from nashcore.data.values import MISSING_WORDS, clean_value
from nashcore.errors import InputError, quoted
from nashcore.options import DECIMAL_WORDS, ReadingOptions

MARKS = {"point": ".", "comma": ",", "auto": ""}


@dataclass(frozen=True)
class Wanted:
    """What was chosen, column by column."""

    numbers: dict[str, str]
    text: frozenset[str]
    categories: frozenset[str]
    missing: frozenset[tuple[str | None, str]]
    kept: frozenset[tuple[str | None, str]]
    decimal: str
    merge: bool
    known: dict[str, ColumnReading]

    @classmethod
    def of(cls, options: ReadingOptions, names: list[str], known: Iterable[ColumnReading]) -> Wanted:
        """The choices of some options for the columns of a table.

        Raises:
            InputError: a column is not there, or is named twice.
        """
        before = {one.column: one for one in known}
        numbers = dict(_number(text, names) for text in options.as_number)
        for flag, chosen in (
            ("text", options.as_text),
            ("category", options.as_category),
            ("number", numbers),
        ):
            lacking = [name for name in chosen if name not in names]
            if lacking and not before:  # new rows need not have every column of the table
                raise InputError(
                    f"Option {quoted(flag)} should name a column of the table. Found {quoted(lacking[0])}; there are: "
                    f"{first_few(names)}."
                )
        both = [*numbers, *options.as_text]
        if len(set(both)) < len(both):
            twice = next(name for name in both if both.count(name) > 1)
            raise InputError(
                f"Column {quoted(twice)} should be read in one way. Found it named more than once: choose one."
            )
        return cls(
            numbers,
            frozenset(options.as_text),
            frozenset(options.as_category),
            frozenset(_word(text, names) for text in options.missing),
            frozenset(_word(text, names) for text in options.keep_missing),
            MARKS[options.decimal],
            options.merge_spellings,
            before,
        )

    def missing_words(self, name: str, *, text: bool) -> set[str]:
        """The words that stand for no value in a column; those kept everywhere are kept in columns of text."""
        words = {*MISSING_WORDS, *(word for column, word in self.missing if column in (None, name))}
        return words - {word for column, word in self.kept if column == name or (text and column is None)}

    def without_effect(self, readings: Iterable[ColumnReading]) -> Iterator[str]:
        """Sentences on words that were to stand for no value and stand nowhere: mistyped, or another spelling of a number.

        New rows need not have what the table had.
        """
        found = {(one.column, number_or_text(word)) for one in readings for word, _ in one.missing}
        for column, word in sorted(self.missing, key=str) if not self.known else ():
            if not any(column in (None, name) and number_or_text(word) == value for name, value in found):
                where = "the table" if column is None else column
                yield f"The word {quoted(word)} of --missing is no value of {where}, and takes nothing out."

    def is_text(self, name: str) -> bool:
        """Whether the column stays text."""
        return name in self.text or (name in self.known and self.known[name].kind == "text")

    def is_category(self, name: str) -> bool:
        """Whether the column's numbers are names of categories."""
        return name in self.categories or (name in self.known and self.known[name].kind == "category")

    def is_number(self, name: str) -> bool:
        """Whether the column holds numbers in any case."""
        return name in self.numbers or (
            name in self.known and self.known[name].kind in ("number", "category")
        )


def _number(text: str, names: list[str]) -> tuple[str, str]:
    """A column and its decimal mark of "COLUMN", "COLUMN=comma" or "COLUMN=point"."""
    if text in names or "=" not in text:
        return text, ""
    name, _, mark = text.rpartition("=")
    mark = DECIMAL_WORDS.get(mark.strip(), mark.strip())
    if mark not in ("point", "comma"):
        raise InputError(
            f"Option 'number' should read COLUMN, COLUMN=point or COLUMN=comma. Found {quoted(text)}: name the decimal "
            "mark after '='."
        )
    return name, MARKS[mark]


def _word(text: str, names: list[str]) -> tuple[str | None, str]:
    """A column, None for all, and a word of "WORD" or "COLUMN=WORD"."""
    name, sign, word = text.partition("=")
    while sign and name not in names and "=" in word:
        more, _, word = word.partition("=")
        name = f"{name}={more}"
    return (name, clean_value(word)) if sign and name in names else (None, clean_value(text))
