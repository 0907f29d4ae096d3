"""The harness must be able to fail: a program that misbehaves in one way is caught for that way."""

import pytest

from support import WEB_SECRET, Server, canary, redeem

FAKE = """#!/usr/bin/python3
import http.server, json, os, signal, sys
TROUBLE = os.environ.get("TROUBLE", "")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer()
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()
    def answer(self):
        body = b'{"access_token": "a-token-that-is-secret"}'
        self.send_response(302 if self.headers["To"] else 200)
        if self.headers["To"]:
            self.send_header("Location", self.headers["To"])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        print(TROUBLE, file=sys.stderr, flush=True)
listener = http.server.HTTPServer(("127.0.0.1", 0), Handler)
port = listener.server_address[1]
signal.signal(signal.SIGTERM, lambda *_: os._exit(3 if TROUBLE == "exit" else 0))
print(json.dumps({"ready": True, "issuer": f"http://localhost:{port}", "port": port}), flush=True)
listener.serve_forever()
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    program = tmp_path / "fake"
    program.write_text(FAKE, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("support.PROGRAM", str(program))
    return lambda trouble="": Server([], env={"TROUBLE": trouble})


def test_a_program_that_behaves_passes(fake):
    server = fake("nothing of interest")
    assert server.get("/").status_code == 200
    server.wait_log("nothing of interest")
    server.close()


@pytest.mark.parametrize("trouble,said", [
    ("exit", "exit code 3"),
    ("a-token-that-is-secret", "ADM-09"),
    ("the-verifier-of-the-client", "ADM-09"),
    (WEB_SECRET, "ADM-09"),
    ("a-session-cookie-value", "ADM-09"),
    (canary()[3], "ADM-06"),
    ("==1==ERROR: AddressSanitizer: heap-use-after-free", "AddressSanitizer"),
    ("a.c:1:2: runtime error: signed integer overflow", "runtime error"),
    ("WARNING: ThreadSanitizer: data race", "ThreadSanitizer"),
])
def test_trouble_is_caught_at_the_end(fake, trouble, said):
    server = fake(trouble)
    redeem(server, "a-code-of-some-length", code_verifier="the-verifier-of-the-client")
    server.get("/", headers={"Authorization": "Bearer a-token-that-is-secret",
                             "Cookie": "makeshift_session=a-session-cookie-value"})
    with pytest.raises(AssertionError, match=said):
        server.close()


@pytest.mark.parametrize("location", [
    "https://evil.example/cb", "//evil.example/", "http://localhost:3000/cb/", "/\\evil.example",
    "http://127.0.0.1.evil.example/callback", "https://127.0.0.1/callback", "javascript:alert(1)",
    "http://localhost:3000@evil.example/cb",
])
def test_a_location_that_leads_elsewhere_is_caught(fake, location):
    server = fake()
    with pytest.raises(AssertionError, match="ADM-07"):
        server.get("/", headers={"To": location})
    server.close()


@pytest.mark.parametrize("location", [
    "http://localhost:3000/cb?code=x", "http://127.0.0.1:51234/callback?code=x",
    "com.example.makeshift:/callback?code=x", "/oauth/v2/authorize/sign-in?interaction=x",
])
def test_a_location_that_is_registered_passes(fake, location):
    server = fake()
    assert server.get("/", headers={"To": location}).status_code == 302
    server.close()
