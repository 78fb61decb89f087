"""What a reader takes away of runs with one click: a report, and a run as one file."""

from __future__ import annotations

import io
from collections.abc import Sequence

import streamlit as st

from nashcore.options import ShownOptions
from nashcore.runs import export_bundle
from nashcore.runs.results import StoredResult, hand_in
from ui.shell.runs import store


def report_button(runs: Sequence[StoredResult], epoch: str, shown: ShownOptions) -> None:
    """A report on the runs as one HTML file, made when it is asked for."""
    st.download_button(
        "Report to hand in (HTML)",
        lambda: hand_in(runs, "html", epoch, shown),
        "report.html",
        "text/html",
        icon=":material/description:",
        on_click="ignore",
        help="Tables, figures, settings, provenance, and what the numbers do not show: one file, which opens without a network.",
    )


def bundle_button(run: StoredResult) -> None:
    """A run that is over as one file for another machine, made when it is asked for."""

    def content() -> bytes:
        file = io.BytesIO()
        export_bundle(store(), run.id, file)
        return file.getvalue()

    own = " It holds your own table, row by row." if run.config.own else ""
    st.download_button(
        "The run as one file (ZIP)",
        content,
        f"run-{run.id}.zip",
        "application/zip",
        icon=":material/package_2:",
        on_click="ignore",
        help=f"Figures, models and provenance; the Compare page of another machine imports it.{own}",
    )
