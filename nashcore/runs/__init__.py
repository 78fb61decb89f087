"""Runs: what to run, what happened, and the process that does it."""
