"""The one way the engine refuses bad input."""

from __future__ import annotations


class InputError(ValueError):
    """What was given cannot be used, and the message says why in one plain sentence.

    The message names the parameter, what was expected, what was found and, where it helps, what to do. Faces (pages, the
    command line) show the message as it is and catch nothing else.
    """
