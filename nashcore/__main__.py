"""The command line: everything a page does, without the page.

Run ``nash-lab --help`` or ``python -m nashcore --help``. With ``--json`` a command prints one JSON object and nothing else on the
standard output. A wrong input ends with one plain sentence on the standard error and exit code 2. Interrupted from the keyboard it
ends with 130, by the system with 143.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated

if __name__ == "__main__" and not sys.flags.safe_path:
    # ``python -m`` looks into the current folder first, where somebody's own synthetic.py may lie: ours are beside the engine.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from nashcore import __version__
from nashcore.errors import FULL, InputError, missing_package

try:
    import typer

    from nashcore.commands import runs, steer, sweep
    from nashcore.commands.audit import audit
    from nashcore.commands.bench import bench
    from nashcore.commands.datasets import datasets
    from nashcore.commands.plane import basin, synthetic
    from nashcore.commands.schedules import schedules
    from nashcore.commands.serve import serve
    from nashcore.commands.terminal import ERRORS
    from nashcore.commands.theorem import theorem
    from nashcore.commands.train import train
    from nashcore.threads import give_way
except ModuleNotFoundError as missing:
    raise SystemExit(missing_package(missing, "The command line", "lab")) from None

app = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (serve, datasets, audit, synthetic, basin, schedules, train, theorem, steer.work, bench):
    app.command()(command)
app.add_typer(runs.app, name="runs")
app.add_typer(sweep.app, name="sweep")


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"Nash Bargaining Lab {__version__}")
        raise typer.Exit


@app.callback()
def _of_all_commands(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version.")
    ] = False,
) -> None:
    """The Nash Bargaining Lab on the command line."""


def main(arguments: Iterable[str] | None = None) -> None:
    """Run the command line; a wrong input ends in one sentence and exit code 2."""
    give_way()
    installed = os.path.basename(sys.argv[0]).startswith("nash-lab")
    name = "nash-lab" if installed else "python -m nashcore"
    try:
        try:
            app(args=None if arguments is None else list(arguments), prog_name=name)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # what is refused at the very end of the program could not be told any more
    except InputError as refused:
        says = str(refused)
    except ModuleNotFoundError as missing:
        says = missing_package(missing, "This command", "lab")
    except OSError as failed:
        # Where no file is named, it was the standard output that it was said to.
        if failed.errno not in (*FULL, errno.EIO, errno.EPIPE) or failed.filename is not None:
            raise
        _drop_output()
        if failed.errno == errno.EPIPE:  # who read it has seen enough
            raise SystemExit(1) from None
        says = f"The output cannot be written: {failed.strerror}."
    else:
        return
    ERRORS.print(says, style="red", soft_wrap=True)
    raise SystemExit(2)


def _drop_output() -> None:
    """What could not be written is not tried again when Python ends."""
    with suppress(OSError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def run() -> None:
    """The program itself, as ``nash-lab`` and ``python -m nashcore`` start it."""
    _end_when_asked()
    main()


def _end_when_asked() -> None:
    """Signals that ask the program to end unwind it, so that what it does is kept; exit codes are a shell's.

    One that is ignored stays so, as for a command in the background.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda found, _: sys.exit(128 + found))


if __name__ == "__main__":
    run()
