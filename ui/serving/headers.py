"""The headers of every answer: what a browser may load and do with the app's pages, and who may frame them."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit

_POLICY = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # Streamlit and Plotly style as they draw
    "img-src": "'self' data: blob:",  # a figure's picture to keep is drawn from either
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def headers_for(embed: tuple[str, ...] = ()) -> dict[str, str]:
    """The headers of every answer.

    Args:
        embed: origins, such as ``https://course.example.org``, whose pages may show the app in a frame.
    """
    rules = {**_POLICY, "script-src": _scripts(), "frame-ancestors": " ".join(("'self'", *embed))}
    return {
        **_ALWAYS,
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
    }


@cache
def _scripts() -> str:
    """Streamlit's files, the scripts within its page by their hashes, and our parts, which it starts from blobs. Its messages are
    read by a compiled program (WebAssembly). No other text is ever run, whatever gets onto a page.
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    within = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in within)
    return " ".join(("'self'", "blob:", "'wasm-unsafe-eval'", *(f"'sha256-{found}'" for found in hashes)))
