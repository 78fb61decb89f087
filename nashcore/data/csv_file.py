"""Any CSV file."""

from __future__ import annotations

MISSING_WORDS = ("", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A")
"""Values that stand for "no value" in a file."""
