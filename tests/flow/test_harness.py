"""The harness must be able to fail: a program that misbehaves in one way is caught for that way."""

import types

import pytest

from support import DISCOVERY, WEB_SECRET, Server, canary, fixture_with, redeem, sign_in
from support_tenant import Tenant

FAKE = """#!/usr/bin/python3 -IS
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


# -- tenants in place of servers --------------------------------------------------------------------------------------


def test_what_a_tenant_can_be_is_one_and_anything_else_a_process(start_tenant, tmp_path):
    own = [start_tenant(), start_tenant("--login", "page", "--seed", 7), start_tenant(fixture=fixture_with()),
           start_tenant(env={"MAKESHIFT_CLOCK": "2026-01-01T00:00:00Z"})]
    assert [type(one) for one in own] == [Tenant] * 4
    assert len({one.issuer for one in own}) == 4 and len({one.port for one in own}) == 1
    others = [start_tenant("--threads", 2), start_tenant(db=True), start_tenant(env={"MAKESHIFT_LOGIN": "page"})]
    assert [type(one) for one in others] == [Server] * 3


def test_a_tenant_is_what_was_asked_for(start_tenant, shared_server):
    fixture = fixture_with(clients={"demo-web": {"access_token_ttl": 77}})
    tenant = start_tenant("--clock", "2026-01-01T00:00:00Z", "--seed", 7, "--profile", "standard", fixture=fixture)
    assert sign_in(tenant)["expires_in"] == 77
    assert tenant.get(DISCOVERY).headers["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    paged = start_tenant("--login", "page")
    shown = [shared_server.get("/_makeshift/tenants/" + one.path.rpartition("/")[2]).json() for one in (tenant, paged)]
    assert [(one["profile"], one["login"]) for one in shown] == [("standard", "auto"), ("make", "page")]


def test_metadata_of_a_tenant_is_found_by_the_paths_that_a_server_has(start_tenant):
    tenant = start_tenant()
    for path, name, value in (("/.well-known/oauth-authorization-server", "issuer", tenant.issuer),
                              ("/.well-known/oauth-authorization-server/mcp", "issuer", tenant.issuer + "/mcp"),
                              ("/.well-known/oauth-protected-resource/mcp", "resource", tenant.issuer + "/mcp"),
                              (DISCOVERY, "issuer", tenant.issuer)):
        assert tenant.get(path).json()[name] == value


def test_what_is_secret_in_a_tenant_is_judged_with_its_server(start_process):
    server = start_process()
    token = sign_in(Tenant(server))["access_token"]
    assert token in server.secrets


def test_a_location_out_of_a_tenant_is_caught(start_process):
    server = start_process()
    tenant = Tenant(server)
    for location in ("/oauth/v2/authorize/sign-in", tenant.path + "/", f"{tenant.path}x/oauth", server.issuer + "/t/other/"):
        with pytest.raises(AssertionError, match="ADM-07"):
            tenant._check_location(types.SimpleNamespace(headers={"Location": location}))
    for location in (tenant.path + "/oauth/v2/authorize/sign-in", tenant.issuer + "/oauth", "http://localhost:3000/cb?code=x"):
        tenant._check_location(types.SimpleNamespace(headers={"Location": location}))


def test_raw_bytes_for_a_tenant_name_it(start_process):
    tenant = Tenant(start_process())
    with pytest.raises(AssertionError, match="another world"):
        tenant.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert tenant.raw(f"GET {tenant.path}{DISCOVERY} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()).startswith(b"HTTP/1.1 200")
