"""Starts the app behind its gate. Streamlit's own ``streamlit run`` has none."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit import net_util

from nashcore.errors import InputError, quoted
from nashcore.runs import Shelves, runs_home
from ui.serving import entrance
from ui.serving.gate import Gate
from ui.serving.names import LOCAL, Names, origin_of
from ui.serving.uploads import Uploads
from ui.shell.sharing import Sharing, share, shelf_of_class

ROOT = Path(__file__).parents[2]
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  compared with, not bound to

GRACE_SECONDS = 5
"""How long a server that is told to end waits for what is still being sent."""

MOST_SAID = 4_000_000
"""Bytes of one message of a browser; files come another way."""


@dataclass(frozen=True)
class Serving:
    """How to serve the app.

    Attributes:
        port: to listen at.
        address: to listen at; one that is not this machine's own lets others in.
        hosts: names that it answers to besides this machine's own (see `Names`).
        embed: origins whose pages may show it in a frame.
        sharing: how several people share it; None where one has it to themselves.
        secrets: the file that tells the provider with which people sign in.
    """

    port: int = 8501
    address: str = "127.0.0.1"
    hosts: tuple[str, ...] = ()
    embed: tuple[str, ...] = ()
    sharing: Sharing | None = None
    secrets: Path = Path(".streamlit/secrets.toml")

    def names(self) -> Names:
        """The names that the app answers to: an address that it listens at is one.

        Raises:
            InputError: one of them is no name.
        """
        listens = f"[{self.address}]" if ":" in self.address else self.address
        own = () if self.address in EVERYWHERE or listens in LOCAL else (listens,)
        return Names.of((*own, *self.hosts))


def launch(serving: Serving) -> None:
    """Serve the app until the process is told to end.

    Raises:
        InputError: a name or an origin is none, or nobody can listen at the address.
    """
    names = serving.names()
    embed = tuple(origin_of(one, "--embed") for one in serving.embed)
    _stay_here()
    _limit_server()
    routes = _share(serving.sharing, serving.secrets)
    app = st.App(
        ROOT / "app.py",
        routes=routes,
        middleware=[Middleware(Gate, names=names, embed=embed), Middleware(Uploads)],
    )
    sys.argv = [str(ROOT / "app.py")]  # Streamlit looks for its settings beside what was started
    try:
        app.run(config=_settings(serving, names))
    except OSError as failed:
        raise InputError(
            f"The app cannot be served at the address {quoted(serving.address)}, port {serving.port}: {failed.strerror}. "
            "Choose an --address of this machine, or another --port."
        ) from None


def _share(shared: Sharing | None, secrets: Path) -> list[Route]:
    """Have every page know how the app is shared; the server's own pages that this takes."""
    share(shared)
    if shared is None:
        return []
    shelves = Shelves(runs_home())
    shelves.limit(shared.limits)
    for code in dict.fromkeys(
        one.shelf for one in shared.codes.values()
    ):  # for who backs one up, or takes it away
        print(
            f"  Shelf of class {code[:4]}…: {shelves.store(shelf_of_class(code, shelves)).home}",
            file=sys.stderr,
        )
    if shared.way == "login":
        _check_login(secrets)
    return entrance.routes(shared.codes) if shared.way == "code" else []


def _check_login(secrets: Path) -> None:
    """Refuse to serve where nobody could sign in."""
    for package in ("authlib", "httpx"):
        if importlib.util.find_spec(package) is None:
            raise InputError(
                "Signing in needs more packages: pip install 'nash-bargaining-lab[share]' brings them. Or share by --codes."
            )
    try:
        auth = tomllib.loads(secrets.read_text(encoding="utf-8")).get("auth", {})
    except (OSError, ValueError) as failed:
        why = getattr(failed, "strerror", None) or failed
        raise InputError(
            f"Signing in needs a provider, told in {secrets} (see docs/serving.md). It cannot be read: {why}. Or share by --codes."
        ) from None
    missing = [name for name in ("redirect_uri", "cookie_secret") if not auth.get(name)]
    if missing:
        raise InputError(f"The section [auth] of {secrets} should hold {' and '.join(missing)}. Found none.")


def _settings(serving: Serving, names: Names) -> dict[str, Any]:
    """What goes before the settings beside ``app.py``, and before a reader's own of Streamlit, wherever these are."""
    return {
        "server.port": serving.port,
        "server.address": serving.address,
        "server.allowedHosts": [name.strip("[]") for name in names.bare],
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "secrets.files": [str(serving.secrets.resolve())],
        "server.headless": True,
        "global.developmentMode": False,
        "browser.serverAddress": "localhost",
        "browser.gatherUsageStats": False,
    }


def _stay_here() -> None:
    """Streamlit asks a server on the internet for this machine's address where an origin is not its own. The gate lets none such
    through; should one get past it, the answer is a known nothing.
    """
    for name in ("get_external_ip", "get_internal_ip"):
        setattr(net_util, name, _no_address)


class _Config(uvicorn.Config):
    """Streamlit's settings of the server, and ours, which it hands none on for.

    Told to end, uvicorn waits without limit for what is still being sent, as to a browser that no longer reads. And a session keeps
    whatever its browser says of widgets, up to Streamlit's 200 MB a message.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(
            *arguments, **options | {"timeout_graceful_shutdown": GRACE_SECONDS, "ws_max_size": MOST_SAID}
        )


def _limit_server() -> None:
    """Have Streamlit take ours from where it takes uvicorn's settings."""
    setattr(uvicorn, "Config", _Config)  # noqa: B010


def _no_address() -> None:
    return None
