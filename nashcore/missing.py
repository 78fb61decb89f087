"""What to say where a package is not there that an extra of ours brings."""

from __future__ import annotations

from nashcore.errors import quoted

OURS = ("nashcore", "synthetic", "ui", "benchmarks")


def missing_package(missing: ImportError, who: str, extra: str) -> str:
    """The sentence that names the package and how it is installed.

    Args:
        missing: the failed import.
        who: what needs the package, as the sentence begins.
        extra: the extra that brings it.

    Raises:
        ImportError: it is a module of ours that is missing, or a part of a package that is there: nothing that an extra brings.
    """
    if missing.name is None or "." in missing.name or missing.name in OURS:
        raise missing
    return f"{who} needs the package {quoted(missing.name)}. Install it: pip install 'nash-bargaining-lab[{extra}]'"
