"""Sentences about a file that name the command line's flags, in the words of the page."""

from __future__ import annotations

import re

from nashcore.options import ReadingOptions, declared

CONTROLS = {one.option.flag: one.label for one in declared(ReadingOptions) if one.option.flag}
_FLAG = re.compile(rf"--({'|'.join(sorted(map(re.escape, CONTROLS), key=len, reverse=True))})(?![\w-])")


def on_page(sentence: object) -> str:
    """The sentence with the label of the page's control in place of each flag, "“Sheet”" for "--sheet"."""
    return _FLAG.sub(lambda found: f"“{CONTROLS[found[1]]}”", str(sentence))
