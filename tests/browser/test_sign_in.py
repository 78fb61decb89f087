"""Two people who sign in, each with a shelf of their own; the provider is a small one of ours."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE_MS, Visitor, watched_window
from tests.server import free_port, serving

jose = pytest.importorskip("joserfc.jwt", reason="signing in needs the extra `share`")
pytestmark = pytest.mark.browser

QUICK = "/Train?setting=Titanic+passengers,+by+sex&epochs=2&seeds=1"


class Provider(ThreadingHTTPServer):
    """Says that somebody is who they say they are."""

    def __init__(self) -> None:
        from joserfc.jwk import RSAKey

        super().__init__(("127.0.0.1", 0), _Answers)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.asked: dict[str, dict[str, str]] = {}

    def token(self, code: str) -> str:
        """What is said of who came with this code."""
        asked, now = self.asked.pop(code), int(time.time())
        claims = {"iss": self.url, "sub": asked["who"], "aud": "lab", "iat": now, "exp": now + 600}
        claims |= {"nonce": asked["nonce"], "name": asked["who"].title(), "email": "same@school.org"}
        return str(jose.encode({"alg": "RS256", "kid": "one"}, claims, self.key))


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        url = self.server.url
        if parts.path == "/.well-known/openid-configuration":
            places = {"issuer": url, "authorization_endpoint": f"{url}/who", "token_endpoint": f"{url}/token"}
            self._say(
                {**places, "jwks_uri": f"{url}/keys", "id_token_signing_alg_values_supported": ["RS256"]}
            )
        elif parts.path == "/keys":
            self._say({"keys": [self.server.key.as_dict(private=False)]})
        elif "who" in asked:
            code = base64.urlsafe_b64encode(asked["who"].encode()).decode()
            self.server.asked[code] = asked
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?code={quote(code)}&state={quote(asked['state'])}"
            )
            self.end_headers()
        else:
            names = "".join(f'<a href="{self.path}&who={who}">{who}</a> ' for who in ("anne", "ben"))
            self._say(names, "text/html")

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        token = self.server.token(form["code"][0])
        self._say({"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    def _say(self, what: object, kind: str = "application/json") -> None:
        content = (what if isinstance(what, str) else json.dumps(what)).encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as started:
        thread = Thread(target=started.serve_forever, daemon=True)
        thread.start()
        yield started
        started.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def shared(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose visitors sign in."""
    folder, port = tmp_path_factory.mktemp("shared"), free_port()
    settings = {
        "redirect_uri": f"http://localhost:{port}/oauth2callback",
        "cookie_secret": "0123456789abcdef" * 4,
        "client_id": "lab",
        "client_secret": "secret",
        "server_metadata_url": f"{provider.url}/.well-known/openid-configuration",
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (folder / "secrets.toml").write_text("\n".join(["[auth]", *lines]))
    options = ["--share", "--secrets", str(folder / "secrets.toml")]
    with serving(folder / "log.txt", options, port=port) as url:
        yield url


def test_who_signs_in_has_a_shelf_of_their_own(shared: str, browser: Browser) -> None:
    with ExitStack() as windows:

        def sign_in(who: str) -> Visitor:
            visitor = Visitor(windows.enter_context(watched_window(browser)).new_page())
            page = visitor.page
            page.goto(shared)
            expect(page.get_by_text("shared by people who are known to it")).to_be_visible(
                timeout=PATIENCE_MS
            )
            page.get_by_role("button", name="Sign in").last.click()
            page.get_by_role("link", name=who).click()
            expect(page.get_by_text(f"Your shelf, {who.title()}")).to_be_visible(timeout=PATIENCE_MS)
            visitor.settle()
            return visitor

        anne, ben = sign_in("anne"), sign_in("ben")
        page = anne.open(shared + QUICK)
        page.get_by_role("button", name="Train 8 models").click()
        expect(page.get_by_text(re.compile("8 methods × 1 split × 1 seed, 2 of 2 epochs"))).to_be_visible()
        run = re.search("run=([0-9a-f]{8})", page.url)
        assert run is not None
        other = ben.open(page.url)
        expect(other.get_by_text(re.compile(f"There is no run.*{run[1]}"))).to_be_visible()
        again = sign_in("anne")  # on another day, in another browser
        mine = again.open(page.url)
        expect(mine.get_by_text(re.compile("2 of 2 epochs"))).to_be_visible()
        mine.get_by_role("button", name="Sign out").click()
        expect(mine.get_by_text("shared by people who are known to it")).to_be_visible(timeout=PATIENCE_MS)
