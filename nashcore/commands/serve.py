"""``serve``: the app in a browser."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from nashcore.commands.lab_files import lab_folder
from nashcore.errors import InputError

Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to serve on.")]
Address = Annotated[
    str, typer.Option(help="The address to serve on; others than this machine's let others in.")
]
Host = Annotated[
    list[str] | None,
    typer.Option(help="A name that browsers ask for besides localhost, such as lab.example.org; repeatable."),
]
Embed = Annotated[
    list[str] | None,
    typer.Option(
        help="An origin whose pages may show the app in a frame, such as https://course.example.org; repeatable."
    ),
]


def serve(port: Port = 8501, address: Address = "127.0.0.1", host: Host = None, embed: Embed = None) -> None:
    """Serve the app, from whatever folder this is said in, until it is told to end (Ctrl-C).

    It answers to this machine's own names, and to those given, and only to its own pages. Its settings are those beside ``app.py``,
    which go before a reader's own of Streamlit.
    """
    sys.path.insert(0, str(lab_folder()))  # before the current folder, which may hold an ui of its own
    try:
        from ui.serving.launcher import Serving, launch
    except ModuleNotFoundError as missing:
        if missing.name not in ("streamlit", "starlette"):
            raise
        raise InputError(
            "The app needs Streamlit. Found it missing: pip install 'nash-bargaining-lab[lab]' brings it."
        ) from None
    launch(Serving(port, address, tuple(host or ()), tuple(embed or ())))
