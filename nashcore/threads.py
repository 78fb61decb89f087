"""How the threads of a computation share the machine: for workers and for the command line alike."""

from __future__ import annotations

import os

GIVE_WAY = {"GOMP_SPINCOUNT": "1000"}
"""Threads that wait for each other sleep soon instead of keeping a core busy, which the app, a browser and another run need: two
runs at once on two cores are more than twice as fast so, one alone is a quarter slower."""


def give_way() -> None:
    """Let this process's threads give way. What the environment says already goes first.

    The thread library reads the settings when it is loaded, so this comes before PyTorch is imported.
    """
    for name, value in GIVE_WAY.items():
        os.environ.setdefault(name, value)
