"""The one way the engine refuses bad input."""

from __future__ import annotations

import errno
import reprlib

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a disk says that takes no more."""


class InputError(ValueError):
    """What was given cannot be used, and the message says why in one plain sentence.

    The message names the parameter, what was expected, what was found and, where it helps, what to do. Faces (pages, the
    command line) show the message as it is and catch nothing else.
    """


LONGEST = 80
"""So many signs of a value a message quotes."""

_SHORT = reprlib.Repr()
_SHORT.maxlevel = 3
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = LONGEST
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = _SHORT.maxfrozenset = LONGEST // 3


def quoted(value: object) -> str:
    """A value from outside as a message quotes it: as Python writes it, and shortened where it is long.

    >>> quoted("x" * 1_000_000) == f"'{'x' * 37}...{'x' * 38}'"
    True
    """
    return shortened(_SHORT.repr(value))


def shortened(text: str) -> str:
    """A text from outside as a message shows it where it stands without quotation marks: the start of it."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


_OURS = ("nashcore", "synthetic", "ui", "benchmarks")


def missing_package(missing: ImportError, who: str, extra: str) -> str:
    """The sentence that names a package that is not there, or is damaged, and how it is installed.

    Args:
        missing: the failed import.
        who: what needs the package, as the sentence begins.
        extra: the extra that brings it.

    Raises:
        ImportError: it is a module of ours that is missing: nothing that an extra brings.
    """
    name, _, part = (missing.name or "").partition(".")
    if name in _OURS:
        raise missing
    install = f"pip install 'nash-bargaining-lab[{extra}]'"
    if name and not part and isinstance(missing, ModuleNotFoundError):
        return f"{who} needs the package {quoted(name)}. Install it: {install}"
    what = f"the package {quoted(name)}" if name else "a package"
    why = shortened(" ".join(str(missing).split()))
    return f"{who} needs {what}, which is there but cannot be imported ({why}). Install it anew: {install} --force-reinstall"
