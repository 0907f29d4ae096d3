"""Same seed, same bytes: with --seed and --clock two runs that are given the same requests answer with the
same bytes, header for header."""

import re
import urllib.parse

import pytest

from support import (
    AUTHORIZE, CUSTOM_APP_SECRET, DISCOVERY, JWKS, REVOKE, TOKEN, USERINFO, WEB_SECRET, fixture_with, jwks,
    parse_answer, proves, read_answers, refresh, s256, sign_in,
)
from support_load import connect
from support_pages import CONSENT, SIGN_IN, Page

ISSUER = "http://localhost:8080"
CLOCK = ("--clock", "2026-01-01T00:00:00Z")
VERIFIER = "a-verifier-that-is-the-same-in-both-runs-123"
APP = {"client_id": "demo-custom-app", "redirect_uri": "https://www.make.com/oauth/cb/app",
       "response_type": "code", "scope": "openid profile email", "state": "s"}
WEB = {"client_id": "demo-web", "redirect_uri": "http://localhost:3000/cb",
       "response_type": "code", "scope": "openid profile email", "state": "s", "nonce": "n"}
SPA = {"client_id": "demo-spa", "redirect_uri": "http://localhost:5173/callback",
       "response_type": "code", "scope": "openid profile", "state": "s",
       "code_challenge": s256(VERIFIER), "code_challenge_method": "S256"}
APP_SECRET = {"client_id": "demo-custom-app", "client_secret": CUSTOM_APP_SECRET}
SECRET = {"client_id": "demo-web", "client_secret": WEB_SECRET}
CODE = {"grant_type": "authorization_code", "redirect_uri": WEB["redirect_uri"], **SECRET}


class Tape:
    """Talks to a server in bytes, over one connection, and keeps all that it answers."""

    def __init__(self, server):
        self.server = server
        self.connection = connect(server)
        self.answers = []
        self.cookie = None

    def send(self, method, path, query=None, form=None, headers=()):
        """Sends a request and returns (status, headers, body)."""
        if query:
            path += "?" + urllib.parse.urlencode(query)
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost:8080", *headers]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        body = urllib.parse.urlencode(form or {}).encode()
        if form is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded",
                      f"Content-Length: {len(body)}"]
        self.connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        self.answers.append(read_answers(self.connection))
        status, headers, body = parse_answer(self.answers[-1])
        if headers["Set-Cookie"]:
            self.cookie = headers["Set-Cookie"].split(";")[0]
            self.server.secret(self.cookie.split("=")[1])
        for secret in re.findall(rb'_token":"([^"]+)"', body):
            self.server.secret(secret.decode())
        return status, headers, body.decode()

    def post(self, path, **form):
        return self.send("POST", path, form=form)

    def code(self, query):
        status, headers, _ = self.send("GET", AUTHORIZE, query)
        assert status == 302
        return self.keep_code(headers["Location"])

    def keep_code(self, location):
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["code"][0]
        self.server.secret(code)
        return code

    def bearer(self, token):
        return self.send("GET", USERINFO, headers=[f"Authorization: Bearer {token}"])

    def close(self):
        self.connection.close()


def member(answer, name):
    status, _, body = answer
    assert status == 200, body
    return re.search(rf'"{name}":"([^"]+)"', body)[1]


def by_page(tape):
    """Through the pages, with cookies and forms; returns the code."""
    _, headers, _ = tape.send("GET", AUTHORIZE, {**APP, "prompt": "login"})
    assert headers["Location"].startswith(SIGN_IN)
    form = Page(tape.send("GET", headers["Location"])[2]).forms[0]
    _, headers, _ = tape.post(form["action"], **form["hidden"], user="1001")
    assert headers["Location"].startswith(CONSENT)
    form = Page(tape.send("GET", headers["Location"])[2]).forms[-1]
    _, headers, _ = tape.post(form["action"], **form["hidden"], scope=form["checked"],
                              decision="approve")
    return tape.keep_code(headers["Location"])


def story(server):
    """Some twenty requests: documents, sign-ins, tokens, pages, and refusals of each dialect."""
    tape = Tape(server)
    for path in (DISCOVERY, JWKS, "/_makeshift/health", "/nowhere"):
        tape.send("GET", path)
    code = tape.code(WEB)
    first = tape.post(TOKEN, **CODE, code=code)
    tape.bearer(member(first, "access_token"))
    second = tape.post(TOKEN, grant_type="refresh_token", **SECRET,
                       refresh_token=member(first, "refresh_token"))
    tape.post(TOKEN, **CODE, code=code)  # a replay
    tape.bearer(member(second, "access_token"))
    tape.send("GET", AUTHORIZE, {**WEB, "scope": "nonsense"})
    tape.send("GET", AUTHORIZE, {**WEB, "redirect_uri": "https://evil.example/"})
    public = tape.post(TOKEN, grant_type="authorization_code", code=tape.code(SPA),
                       client_id="demo-spa", redirect_uri=SPA["redirect_uri"],
                       code_verifier=VERIFIER)
    tape.post(REVOKE, client_id="demo-spa", token=member(public, "access_token"))
    tape.bearer(member(public, "access_token"))
    third = tape.post(TOKEN, grant_type="authorization_code", code=by_page(tape), **APP_SECRET)
    tape.post(REVOKE, **APP_SECRET, token=member(third, "refresh_token"))
    tape.post(TOKEN, grant_type="password")
    tape.send("DELETE", TOKEN)
    tape.send("OPTIONS", TOKEN, headers=["Origin: http://localhost:5173",
                                         "Access-Control-Request-Method: POST"])
    tape.send("GET", AUTHORIZE, {**WEB, "prompt": "none"})
    tape.close()
    return tape.answers


def paged(**web):
    """A fixture in which the users of one client see the pages."""
    return fixture_with(clients={"demo-custom-app": {"login": "page"}, "demo-web": web})


def launch(start, *args, fixture=None, **options):
    return start("--issuer", ISSUER, *args, fixture=fixture or paged(), **options)


def tell(start, *args, **options):
    return story(launch(start, *args, **options))


def secrets_in(answers):
    """Codes, tokens and cookies of a story."""
    found = set()
    for answer in answers:
        for pattern in (rb'_token":"([^"]+)"', rb"[?&]code=([^&\s]+)", rb"Set-Cookie: [^=]+=([^;]+)",
                        rb"interaction=([^&\s\"]+)"):
            found |= {match for match in re.findall(pattern, answer) if len(match) > 20}
    return found


@pytest.mark.parametrize("fixture", [paged(), paged(access_token_format="opaque")],
                         ids=["jwt", "opaque"])
def test_two_runs_with_the_same_seed_and_clock_answer_with_the_same_bytes(start, fixture):
    first = tell(start, "--seed", 7, *CLOCK, fixture=fixture)
    second = tell(start, "--seed", 7, *CLOCK, "--threads", 3, fixture=fixture)
    assert len(first) > 20
    for before, after in zip(first, second, strict=True):
        assert before == after
    assert len(secrets_in(first)) >= 12
    for answer in first:
        assert b"\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n" in answer


def test_a_run_on_a_file_answers_with_the_bytes_of_one_in_memory(start):
    assert tell(start, "--seed", 7, *CLOCK) == tell(start, "--seed", 7, *CLOCK, db=True)


def test_another_seed_gives_other_secrets_and_no_seed_ever_others(start):
    runs = [tell(start, "--seed", 7, *CLOCK), tell(start, "--seed", 8, *CLOCK),
            tell(start, *CLOCK), tell(start, *CLOCK)]
    found = [secrets_in(run) for run in runs]
    assert all(len(one) >= 12 for one in found)
    assert len(set.union(*found)) == sum(map(len, found))  # none is in two
    # Documents and refusals have nothing to do with chance.
    assert all(run[:4] == runs[0][:4] for run in runs)


def test_another_clock_gives_the_same_codes_at_another_date(start):
    later = ("--clock", "2026-01-01T00:00:01Z")
    runs = [tell(start, "--seed", 7, *CLOCK), tell(start, "--seed", 7, *later)]
    codes = [re.findall(rb"[?&]code=([^&\s]+)", b"".join(run)) for run in runs]
    assert codes[0] == codes[1] and len(codes[0]) == 4
    assert b"Date: Thu, 01 Jan 2026 00:00:01 GMT" in runs[1][0]


def test_a_second_start_on_the_same_file_does_not_repeat_the_first_ones_secrets(start):
    server = launch(start, "--seed", 7, *CLOCK, db=True)
    found = [secrets_in(story(server))]
    for _ in range(2):
        server.restart()
        found.append(secrets_in(story(server)))
    server.kill9()
    server.restart()
    found.append(secrets_in(story(server)))
    assert all(len(one) >= 12 for one in found)
    assert len(set.union(*found)) == sum(map(len, found))


def test_second_starts_can_be_replayed_too(start):
    runs = []
    for _ in range(2):
        server = launch(start, "--seed", 7, *CLOCK, db=True)
        first = story(server)
        server.restart()
        runs.append(first + story(server))
    assert runs[0] == runs[1]
    assert runs[0][:len(first)] != runs[0][len(first):]


@proves("RFR-26")
def test_without_a_seed_a_restart_draws_new_secrets(start):
    server = start(*CLOCK, db=True)
    tokens = [sign_in(server)]
    tokens.append(refresh(server, tokens[0]["refresh_token"]).json())
    server.restart()
    tokens.append(sign_in(server))
    assert len({one["refresh_token"] for one in tokens}) == 3


def test_the_built_in_key_is_the_same_in_every_run_and_a_generated_one_in_none(start, tmp_path):
    fixture = fixture_with(keys="generate")
    path = tmp_path / "kept.db"
    built_in = [jwks(start("--seed", 7)), jwks(start("--seed", 8)), jwks(start())]
    assert built_in[0] == built_in[1] == built_in[2]
    server = start("--seed", 7, fixture=fixture, db=path)
    generated = jwks(server)
    other = jwks(start("--seed", 7, fixture=fixture))
    assert len({one["keys"][0]["kid"] for one in (built_in[0], generated, other)}) == 3
    server.restart()
    assert jwks(server) == generated  # kept in the database
