"""``serve``: the app in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from nashcore.commands.lab_files import lab_folder
from nashcore.errors import InputError

Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to serve on.")]
Address = Annotated[
    str, typer.Option(help="The address to serve on; others than this machine's let others in.")
]


def serve(port: Port = 8501, address: Address = "127.0.0.1") -> None:
    """Serve the app, from whatever folder this is said in, until it is told to end (Ctrl-C).

    Its settings are those beside ``app.py``, which go before a reader's own of Streamlit.
    """
    try:
        from streamlit.web.cli import main
    except ModuleNotFoundError:
        raise InputError(
            "The app needs Streamlit. Found it missing: pip install 'nash-bargaining-lab[lab]' brings it."
        ) from None
    options = [f"--server.port={port}", f"--server.address={address}"]
    main(["run", str(lab_folder() / "app.py"), *options], prog_name="streamlit")
