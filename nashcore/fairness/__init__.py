"""Fairness goals and metrics; knows only torch and numpy."""
