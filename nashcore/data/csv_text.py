"""What a file's bytes say as text: its encoding, its lines, and that it is text at all."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from charset_normalizer import from_bytes

from nashcore.errors import InputError, quoted

MAX_ROWS = 1_000_000
MAX_LINE = 1_000_000
"""A longer line (in characters) is no row of a table."""

_BLOCK = 1 << 20
_TELLING = 24
"""So many characters beyond ASCII have to be seen before a guess at the encoding is worth more than the usual one."""
_WESTERN = tuple(map(frozenset, ("äöüßàâçéèêëîïôœùûáíóúñå", "áâãàçéêíóôõúü", "àèéìíòóùú", "åäæöøéüó")))
"""Letters beyond ASCII of western languages: of German, French and Spanish, of Portuguese, Italian, and northern ones."""
_OLD = (  # noqa: SIM905
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp874 koi8_r cp932 euc_jp gb18030 big5 cp949 mac_roman "
    "iso8859_2"
).split()
"""Encodings that files of today may have besides Unicode: among more, a guess is more often wrong."""
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")


@dataclass(frozen=True)
class Text:
    """A file looked through once.

    Attributes:
        encoding: how its bytes become text.
        start: its beginning, with "\\n" as line end.
        last_line: number of the last line that is not blank.
        notices: plain sentences for the user.
    """

    encoding: str
    start: str
    last_line: int
    notices: tuple[str, ...] = ()


def look_through(file: BinaryIO, shown: str, encoding: str | None = None) -> Text:
    """Look through a whole file once, in blocks.

    Args:
        file: the file, which can be rewound.
        shown: what messages call it.
        encoding: how to read it; found out when left out.

    Raises:
        InputError: the file holds no text, a NUL byte, bytes of another encoding, a line longer than
            `MAX_LINE`, or more than `MAX_ROWS` rows (counted here only where nothing is quoted).
    """
    if encoding is not None:
        known = known_encoding(encoding)
        try:
            return _scan(file, shown, known)
        except UnicodeError as error:
            raise InputError(
                f"{shown} is no {encoding} text: {_reason(error)}. Try another --encoding."
            ) from None
    file.seek(0)
    first = file.read(_BLOCK)
    encoding = _marked_encoding(first)
    try:
        return _scan(file, shown, encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise InputError(
                f"{shown} starts as {encoding} text but holds other bytes: save it as UTF-8, or name its --encoding."
            ) from None
    for guess, words in _guesses(file):
        try:
            found = _scan(file, shown, guess)
        except UnicodeError:
            continue
        notice = f"The file is not UTF-8; it is read as {words}, so check that accents look right (--encoding says another)."
        return Text(found.encoding, found.start, found.last_line, (notice,))
    raise InputError(f"{shown} is no text in an encoding that can be guessed: name it with --encoding.")


def known_encoding(name: str) -> str:
    """The name as Python writes it.

    Raises:
        InputError: Python knows no encoding of text by this name.
    """
    try:
        found = codecs.lookup(name.strip())
        codecs.getincrementaldecoder(name.strip())().decode(b"a")
        if not found._is_text_encoding:
            raise LookupError
    except (LookupError, ValueError, UnicodeError, TypeError):
        raise InputError(
            f"Option --encoding should name an encoding of text, as utf-8, latin-1 or shift_jis. Found {quoted(name)}."
        ) from None
    return found.name


def guessed_encoding(file: BinaryIO) -> str:
    """The likeliest encoding by the file's beginning."""
    file.seek(0)
    first = file.read(_BLOCK)
    encoding = _marked_encoding(first)
    if encoding == "utf-8":
        try:
            codecs.getincrementaldecoder(encoding)().decode(first)
        except UnicodeDecodeError:
            return _guesses(file)[0][0]
    return encoding


def text_of(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The file as text from its start, with "\\n" as line end; to be detached, so that the file stays open."""
    file.seek(0)
    return io.TextIOWrapper(cast(BinaryIO, _Reader(file)), encoding=encoding, newline=None)


class _Reader(io.BufferedIOBase):
    """An upload's file as the text layer wants it, which does not close it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._file.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self._file.read(size if size > 0 else _BLOCK)


def _reason(error: UnicodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it holds the byte 0x{error.object[error.start]:02x}, which that cannot read"
    return "its bytes cannot be read so"


def _marked_encoding(first: bytes) -> str:
    """The encoding that a byte order mark, or every other byte being zero, gives away; else UTF-8."""
    if first.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if first.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = first[:4096]
    if len(start) >= 4 and start[1::2].count(0) > 0.6 * len(start[1::2]) and not start[::2].count(0):
        return "utf-16-le"
    if len(start) >= 4 and start[::2].count(0) > 0.6 * len(start[::2]) and not start[1::2].count(0):
        return "utf-16-be"
    return "utf-8"


def _guesses(file: BinaryIO) -> list[tuple[str, str]]:
    """Encodings to try, the likeliest first, with their names in words.

    A few accents say nothing: nearly every old encoding can read them, and a guess would be one by chance.
    """
    usual = [("windows-1252", "Windows-1252"), ("latin-1", "Latin-1")]
    file.seek(0)
    telling = b"\n".join(line for line in file.read(8 * _BLOCK).splitlines() if not line.isascii())[:100_000]
    if len(telling) - len(telling.translate(None, bytes(range(128, 256)))) < _TELLING:
        return usual
    words = sorted({word for word in _WORD.findall(telling) if not word.isascii()})
    if _is_western(words):
        return usual
    best = from_bytes(b" ".join(words), cp_isolation=_OLD).best()  # repeated lines look like noise to it
    if best is None or best.encoding in ("ascii", "cp1252", "latin_1", "utf_8"):
        return usual
    return [(best.encoding, best.encoding), *usual]


def _is_western(words: Sequence[bytes]) -> bool:
    """Whether bytes beyond ASCII are, as Windows-1252, western letters here and there in words of others.

    A guess by statistics takes them for the letters of some other language as often: the two differ in a few accents.
    """
    text = "".join(word.decode("windows-1252", errors="replace") for word in words).lower()
    beyond = [sign for sign in text if not sign.isascii() and sign not in "’‘“”–—…«»€"]
    if len(beyond) < 2:
        return True
    best = max(sum(sign in letters for sign in beyond) for letters in _WESTERN)
    without = "õ" in beyond and "ã" not in beyond  # that is a Hungarian letter in another encoding
    return 2 * len(beyond) < len(text) and best >= 0.97 * len(beyond) and not without


def _scan(file: BinaryIO, shown: str, encoding: str) -> Text:
    file.seek(0)
    start, lines, open_line, filled, last, quoted = "", 0, 0, 0, 1, False
    ends = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    while block := file.read(_BLOCK):
        text = ends.decode(block)
        if not start:
            start = text
            odd = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\f\x1a")
            if odd > 0.02 * len(text) and odd > 1:
                raise InputError(
                    f"{shown} should be a text file. Found binary data: save the table as CSV first."
                )
        if "\0" in text:
            line = lines + text.count("\n", 0, text.index("\0")) + 1
            raise InputError(
                f"{shown} should be text. Found a NUL byte in line {line:,}: the file is damaged."
            )
        pieces = text.split("\n")
        lengths = [open_line + len(pieces[0]), *map(len, pieces[1:])]  # the first goes on from the last block
        if max(lengths) > MAX_LINE:
            line = lines + 1 + next(place for place, length in enumerate(lengths) if length > MAX_LINE)
            raise InputError(
                f"{shown} should have lines of at most {MAX_LINE:,} characters. Found a longer one, line "
                f"{line:,}: it is no table."
            )
        quoted = quoted or '"' in text
        filled += sum(map(bool, pieces)) - bool(open_line and pieces[0])
        if not quoted and filled > MAX_ROWS + 1:
            raise InputError(too_many_rows(shown))
        for place in range(len(pieces) - 1, -1, -1):
            if pieces[place].strip(" \t\x1a"):
                last = lines + 1 + place
                break
        open_line = lengths[-1]
        lines += len(pieces) - 1
    ends.decode(b"", final=True)
    if not start.strip("\n\t ,;|\ufeff\x1a"):
        raise InputError(f"{shown} should be a CSV file. Found only blank text.")
    return Text(encoding, start, last)


def too_many_rows(shown: str) -> str:
    """The sentence about a file with more than `MAX_ROWS` rows."""
    return f"{shown} should have at most {MAX_ROWS:,} rows. Found more: take a sample of them."
