"""A run's file from another machine is taken in on the Compare page, or refused in a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from nashcore.runs.bundle import export_bundle
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import quick_config
from ui.compare.imports import FILE, NEW_ID
from ui.shell.pages import COMPARE


def test_a_file_is_imported_once_and_again_under_another_id(
    opened: Callable[..., AppTest], tmp_path: Path
) -> None:
    there = Store(tmp_path / "there")
    with there.begin(quick_config(), "<b>mine</b>") as run:
        carry_out(there, run)
    bundle = io.BytesIO()
    export_bundle(there, run.id, bundle)
    app = opened(COMPARE.path)
    assert app.button(key="import_run").disabled
    app.file_uploader(key=FILE).upload("run.zip", bundle.getvalue(), "application/zip").run()
    app.button(key="import_run").click().run()
    assert not app.exception
    assert f"Run {run.id}" in app.success[0].value
    app.button(key="import_run").click().run()
    assert "the same figures" in app.error[0].value
    app.checkbox(key=NEW_ID).check().run()
    app.button(key="import_run").click().run()
    assert not app.exception
    assert len(Store().runs()) == 2
    app.file_uploader(key=FILE).upload("run.zip", b"PK nothing", "application/zip").run()
    app.button(key="import_run").click().run()
    assert "no bundle of a run" in app.error[0].value
