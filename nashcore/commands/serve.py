"""``serve``: the app in a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from nashcore.commands.lab_files import lab_folder

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


Share = Annotated[
    bool,
    typer.Option(
        "--share",
        help="For several people: a shelf of runs for everybody who signs in, or (--codes) for a class.",
    ),
]
Codes = Annotated[
    Path | None,
    typer.Option(
        help="A file of class codes, one a line; behind it, after a space, the teacher's code if there is one."
    ),
]
Secrets = Annotated[
    Path,
    typer.Option(help="The file that tells the provider with which people sign in, see docs/serving.md."),
]
Demo = Annotated[
    bool, typer.Option("--demo", help="Who is unknown may look at your own runs, and change nothing.")
]
MostRuns = Annotated[int, typer.Option(min=1, help="Runs that a visitor may keep at a time.")]
MostRows = Annotated[int, typer.Option(min=1, help="Rows of a table that a visitor may train on.")]
MostMinutes = Annotated[
    float, typer.Option(min=0.1, help="Minutes that a visitor's run may train at a stretch.")
]


def serve(
    port: Port = 8501,
    address: Address = "127.0.0.1",
    host: Host = None,
    embed: Embed = None,
    share: Share = False,
    codes: Codes = None,
    secrets: Secrets = Path(".streamlit/secrets.toml"),
    demo: Demo = False,
    most_runs: MostRuns = 20,
    most_rows: MostRows = 50_000,
    most_minutes: MostMinutes = 20.0,
) -> None:
    """Serve the app, from whatever folder this is said in, until it is told to end (Ctrl-C).

    It answers to this machine's own names, and to those given, and only to its own pages. Its settings are those beside ``app.py``,
    which go before a reader's own of Streamlit.
    """
    sys.path.insert(0, str(lab_folder()))  # before the current folder, which may hold an ui of its own
    from ui.serving.launcher import Serving, launch
    from ui.shell.sharing import Sharing, read_codes

    sharing = None
    if share or demo or codes is not None:
        from nashcore.runs import Limits

        limits = Limits(most_runs, most_rows, most_minutes)
        known = {} if codes is None else read_codes(codes)
        sharing = Sharing(limits, "code" if known else "login" if share else None, demo, known)
    launch(Serving(port, address, tuple(host or ()), tuple(embed or ()), sharing, secrets))
