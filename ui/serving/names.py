"""The names that the app answers to: no page opened beside it, and no name made to lead to it, gets anything from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from nashcore.errors import InputError, quoted

LOCAL = ("localhost", "127.0.0.1", "[::1]")
"""This machine's own."""

_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")
_PORT = re.compile(r":[0-9]+$")


@dataclass(frozen=True)
class Names:
    """Names of this server.

    Attributes:
        given: those that the operator named, such as ``lab.example.org`` or ``lab.example.org:8443``.
    """

    given: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Iterable[str], option: str = "--host") -> Names:
        """The names that an option gives.

        Raises:
            InputError: one is no name: an address with a path, a pattern.
        """
        names = tuple(name.strip().lower() for name in given)
        for name in names:
            if not _NAME.fullmatch(name):
                raise InputError(
                    f"{option} should be a name as it stands in the browser's address, such as lab.example.org or "
                    f"lab.example.org:8443. Found {quoted(name)}."
                )
        return cls(names)

    @property
    def bare(self) -> tuple[str, ...]:
        """All names without ports."""
        return (*LOCAL, *map(_bare, self.given))

    def answers_to(self, host: str) -> bool:
        """Whether a request's ``Host`` is a name of this server, on whatever port."""
        return bool(_NAME.fullmatch(host.lower())) and _bare(host) in self.bare

    def is_own(self, origin: str, host: str) -> bool:
        """Whether a request's ``Origin`` is a page of this server: of the name and port that it asks (``host``), or of a name that
        the operator gave, where a proxy in front asks under another. A page of another port is another's.
        """
        try:
            parts = urlsplit(origin.lower())
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or origin.lower() != f"{parts.scheme}://{parts.netloc}":
            return False
        asked = _usual(parts.netloc, parts.scheme)
        return asked in {_usual(name, parts.scheme) for name in (host.lower(), *self.given)}


def origin_of(text: str, option: str) -> str:
    """An origin as it stands in a header, so that nothing else gets into one.

    Raises:
        InputError: it is none.
    """
    scheme, _, name = text.strip().lower().partition("://")
    if scheme not in ("http", "https") or not _NAME.fullmatch(name):
        raise InputError(
            f"{option} should be an origin such as https://course.example.org. Found {quoted(text)}."
        )
    return f"{scheme}://{name}"


def _bare(name: str) -> str:
    return _PORT.sub("", name.lower()) if not name.endswith("]") else name.lower()


def _usual(name: str, scheme: str) -> str:
    """Without the port that its scheme has anyway."""
    return name.removesuffix(":443" if scheme == "https" else ":80")
