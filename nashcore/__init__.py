"""The engine of the Nash Bargaining Lab: bargaining games, fairness goals, lockstep training, data and runs."""

__version__ = "0.1.0"
