"""Known vulnerabilities of what is installed, asked of the package index; says so where its data cannot be reached.

Run by ``make audit``. Exit code 1 where something is known; 0 where nothing is, and where nothing could be asked, unless
NASH_AUDIT=required.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Findings:
    """What an audit found.

    Attributes:
        known: a sentence for each vulnerability.
        asked: packages of which the index knew something to say.
        unknown: those of which it did not.
    """

    known: tuple[str, ...]
    asked: int
    unknown: tuple[str, ...]


def read(report: str) -> Findings:
    """Findings in what ``pip-audit --format json`` printed; nothing was asked where it printed nothing."""
    packages = json.loads(report)["dependencies"] if report.strip() else []
    known = tuple(
        f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version'}"
        for package in packages
        for fault in package.get("vulns", ())
    )
    unknown = tuple(package["name"] for package in packages if "skip_reason" in package)
    return Findings(known, len(packages) - len(unknown), unknown)


def verdict(findings: Findings, required: bool) -> tuple[str, int]:
    """What to print, and the exit code."""
    if not findings.asked:
        return (
            "NOT AUDITED: the index's data on vulnerabilities cannot be reached from here; nothing was checked.",
            int(required),
        )
    left_out = (
        f" Nothing is known of {len(findings.unknown)}: {', '.join(findings.unknown)}."
        if findings.unknown
        else ""
    )
    if findings.known:
        return "\n".join(findings.known) + f"\n{findings.asked} packages asked.{left_out}", 1
    return f"No known vulnerability in {findings.asked} packages.{left_out}", 0


def output_of(words: list[str]) -> tuple[str, str]:
    """What a program prints, and what it complains of."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return done.stdout.strip(), done.stderr.strip()


def main() -> int:
    """Ask about the environment whose Python is named, print, and answer the exit code."""
    folder, _ = output_of([sys.argv[1], "-c", "import site; print(site.getsitepackages()[0])"])
    ask = [
        sys.executable,
        "-m",
        "pip_audit",
        "--progress-spinner",
        "off",
        "--format",
        "json",
        "--path",
        folder,
    ]
    report, complaint = output_of(ask)
    said, code = verdict(read(report), os.environ.get("NASH_AUDIT") == "required")
    print(said)
    if not report:
        print(complaint.splitlines()[-1] if complaint else "pip-audit printed nothing.")
    return code


if __name__ == "__main__":
    sys.exit(main())
