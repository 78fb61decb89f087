"""Starts the app behind its gate. Streamlit's own ``streamlit run`` has none."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit import net_util
from streamlit.runtime.secrets import secrets_singleton

from nashcore.errors import InputError
from nashcore.runs import Shelves, runs_home
from ui.serving import entrance
from ui.serving.gate import Gate
from ui.serving.names import LOCAL, Names, origin_of
from ui.shell.sharing import Sharing, share

ROOT = Path(__file__).parents[2]
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  compared with, not bound to


@dataclass(frozen=True)
class Serving:
    """How to serve the app.

    Attributes:
        port: to listen at.
        address: to listen at; one that is not this machine's own lets others in.
        hosts: names that it answers to besides this machine's own (see `Names`).
        embed: origins whose pages may show it in a frame.
        sharing: how several people share it; None where one has it to themselves.
    """

    port: int = 8501
    address: str = "127.0.0.1"
    hosts: tuple[str, ...] = ()
    embed: tuple[str, ...] = ()
    sharing: Sharing | None = None

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
        InputError: a name or an origin is none.
    """
    names = serving.names()
    embed = tuple(origin_of(one, "--embed") for one in serving.embed)
    _stay_here()
    routes = _share(serving.sharing)
    app = st.App(
        ROOT / "app.py",
        routes=routes,
        middleware=[Middleware(Gate, names=names, embed=embed)],
    )
    sys.argv = [str(ROOT / "app.py")]  # Streamlit looks for its settings beside what was started
    app.run(config=_settings(serving, names))


def _share(shared: Sharing | None) -> list[Route]:
    """Have every page know how the app is shared; the server's own pages that this takes."""
    share(shared)
    if shared is None:
        return []
    Shelves(runs_home()).limit(shared.limits)
    if shared.way == "login":
        _check_login()
    return entrance.routes(shared.codes) if shared.way == "code" else []


def _check_login() -> None:
    if importlib.util.find_spec("authlib") is None:
        raise InputError(
            "Signing in needs Authlib. Found it missing: pip install 'nash-bargaining-lab[share]' brings it. Or share by --codes."
        )
    secrets = load_secrets_if_there()
    if "auth" not in secrets:
        raise InputError(
            "Signing in needs a provider, told in the section [auth] of .streamlit/secrets.toml (see docs/serving.md). Found none. "
            "Or share by --codes."
        )


def load_secrets_if_there() -> Mapping[str, Any]:
    """What Streamlit's file of secrets holds; nothing where there is none."""
    return st.secrets.to_dict() if secrets_singleton.load_if_toml_exists() else {}


def _settings(serving: Serving, names: Names) -> dict[str, Any]:
    """What goes before the settings beside ``app.py``, and before a reader's own of Streamlit, wherever these are."""
    return {
        "server.port": serving.port,
        "server.address": serving.address,
        "server.allowedHosts": [name.strip("[]") for name in names.bare],
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
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


def _no_address() -> None:
    return None
