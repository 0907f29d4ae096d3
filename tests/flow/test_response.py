"""The authorization response: what the client gets back, and in which form."""

import re
import resource
import urllib.parse

import pytest

from support import (AUTHORIZE, assert_error, authorize, authorize_params, b64url_decode,
                     location_params, proves, redeem)
from support_pages import begin, sign_in_by_page
from support_refusals import ERRORS, ask, page_refusal, redirected_refusal

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]

REFUSED = [  # one request for each way to be told no by redirect
    {"response_type": "token"}, {"response_type": None}, {"scope": "no:such"}, {"scope": None},
    {"scope": "a\"b"}, {"prompt": "none login"}, {"prompt": "hello"}, {"max_age": "-1"},
    {"request": "x"}, {"request_uri": "https://x.example/"}, {"registration": "{}"},
    {"code_challenge": "x"}, {"code_challenge_method": "S256"}, {"response_mode": "jwt"},
    {"id_token_hint": "x"}, {"prompt": "none", "max_age": "0"}, {"state": "s" * 9000},
]
EVERY_VSCHAR = "".join(chr(c) for c in range(0x20, 0x7F))  # RFC 6749 A.5


@proves("RSP-01")
def test_the_answer_is_in_the_query_and_nothing_in_the_fragment(server):
    for more in ({}, {"scope": "no:such"}):
        location = ask(server, **more).headers["Location"]
        parts = urllib.parse.urlsplit(location)
        assert parts.query and "#" not in location
        assert urllib.parse.urlunsplit(parts._replace(query="")) == "http://localhost:3000/cb"


@proves("RSP-09", "RSP-11", "RSP-12", "RSP-13")
def test_every_refusal_is_in_good_form_and_names_the_issuer(start):
    server = start("--issuer", "http://localhost:9/deep-path")
    for more in REFUSED:
        response = server.get("/deep-path" + AUTHORIZE, params=authorize_params(**more))
        params = location_params(response)  # which asserts that none is repeated
        assert params["iss"] == server.issuer
        assert params["error"] in ERRORS
        redirected_refusal(response, params["error"])
        names = [n for n, _ in urllib.parse.parse_qsl(
            urllib.parse.urlsplit(response.headers["Location"]).query)]
        assert sorted(names) == sorted(set(names))


@proves("RSP-09", "RSP-10", "RSP-11")
def test_a_success_has_code_state_and_issuer_once_each(server):
    for send in (server.get(AUTHORIZE, params=authorize_params()),
                 server.post(AUTHORIZE, authorize_params())):
        query = urllib.parse.urlsplit(send.headers["Location"]).query
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
        assert sorted(name for name, _ in pairs) == ["code", "iss", "state"]
        assert dict(pairs)["iss"] == server.issuer


@proves("RSP-09", "RSP-10", "RSP-16")
def test_the_answers_of_the_page_name_the_issuer_and_echo_the_state(start):
    server = start("--login", "page")
    approved = sign_in_by_page(server.browser(), state="page&state=1")
    assert (approved["iss"], approved["state"]) == (server.issuer, "page&state=1")
    denied = begin(server.browser(), state="page&state=2").submit(decision="deny")
    redirected_refusal(denied.response, "access_denied", 303)
    assert (denied.params["iss"], denied.params["state"]) == (server.issuer, "page&state=2")


@proves("AUT-22", "RSP-10")
@pytest.mark.parametrize("state", [
    EVERY_VSCHAR, "s" * 128, "x" * 1000, "%41%2541", "a b+c", "+", "%", " ", "0", "&code=x#&y",
    "\u00e9\u20ac\U0001f511", "a\r\nb\tc", "=;,/?:@[]", '{"a":"b"}',
])
def test_state_comes_back_byte_for_byte(server, state):
    for more in ({}, {"scope": "no:such"}):
        response = ask(server, state=state, **more)
        pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(response.headers["Location"]).query)
        assert [value for name, value in pairs if name == "state"] == [state]


@proves("AUT-22", "RSP-10")
def test_no_state_comes_back_when_none_was_sent(server):
    for more in ({}, {"scope": "no:such"}):
        assert "state" not in location_params(ask(server, state=None, **more))


@proves("RSP-12", "RSP-18")
@pytest.mark.parametrize("hostile", [
    "x\r\nSet-Cookie: a=b\r\n\r\n<script>", "\u00e9\u20ac", "\"\\", "a\tb", "\x7f\x01", "%0d%0aX: y",
    "&error=x&iss=https://evil.example", "#fragment", "\u202e\u2028",
])
def test_nothing_sent_breaks_out_of_the_location(server, hostile):
    for name in ("state", "scope", "response_type", "prompt", "max_age", "response_mode",
                 "code_challenge_method", "registration"):
        extra = {"code_challenge": "x"} if name == "code_challenge_method" else {}
        response = ask(server, **{name: hostile, **extra})
        location = response.headers["Location"]
        assert re.fullmatch(r"[\x21-\x7E]+", location)
        assert "#" not in location
        assert "X" not in response.headers
        assert {cookie.name for cookie in response.cookies} <= {"makeshift_session"}
        params = location_params(response)
        assert params["iss"] == server.issuer
        if name != "state":
            redirected_refusal(response, params["error"])
            assert params["state"] == "a-state"


@proves("RSP-15")
def test_a_code_has_160_random_bits_in_visible_characters(server):
    codes = [authorize(server)["code"] for _ in range(200)]
    assert len(set(codes)) == 200
    columns = [b64url_decode(code) for code in codes]
    assert {len(column) for column in columns} == {len(columns[0])}
    assert len(columns[0]) * 8 >= 160
    # Each bit is set in some codes and clear in others: of 200, all the same has odds of 2**-199.
    for bit in range(len(columns[0]) * 8):
        assert {column[bit // 8] >> bit % 8 & 1 for column in columns} == {0, 1}
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", code) for code in codes)


@proves("RSP-17")
def test_a_store_that_fails_is_told_to_the_client_by_redirect(start):
    server = start(db=True)
    authorize(server)
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, hard))  # no write succeeds any more
    redirected_refusal(ask(server), "temporarily_unavailable")
    redirected_refusal(ask(server, prompt="login"), "temporarily_unavailable")
    assert location_params(ask(server))["state"] == "a-state"
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert redeem(server, authorize(server)["code"]).status_code == 200


@proves("RSP-20")
def test_a_reload_mints_another_code_and_the_first_stays_good_for_one_use(server):
    request = authorize_params()
    first, second = (location_params(server.get(AUTHORIZE, params=request))["code"]
                     for _ in range(2))
    assert first != second
    assert redeem(server, second).status_code == 200
    assert redeem(server, first).status_code == 200
    for code in (first, second):
        assert "redeemed" in assert_error(redeem(server, code), "invalid_grant")


@proves("RSP-20")
def test_a_code_left_unused_by_a_reload_expires(start):
    server = start(db=True, env={"MAKESHIFT_CLOCK": "2026-01-01T00:00:00Z"})
    codes = [authorize(server)["code"] for _ in range(3)]
    server.restart(env={"MAKESHIFT_CLOCK": "2026-01-01T00:04:59Z"})
    assert redeem(server, codes[0]).status_code == 200
    server.restart(env={"MAKESHIFT_CLOCK": "2026-01-01T00:05:00Z"})
    for code in codes[1:]:
        assert "expired" in assert_error(redeem(server, code), "invalid_grant")


@proves("AUT-38", "AUT-39")
def test_no_answer_is_cached_or_lends_its_url_as_referrer(server):
    answers = [ask(server), server.post(AUTHORIZE, authorize_params()), ask(server, prompt="login"),
               ask(server, scope="no:such"), ask(server, client_id="stranger"),
               ask(server, redirect_uri="https://evil.example/")]
    assert [answer.status_code for answer in answers] == [302, 303, 302, 302, 400, 400]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_terse_refusals_keep_the_reason_to_the_log(start):
    server = start("--explain", "terse")
    assert redirected_refusal(ask(server, scope="no:such"), "invalid_scope") == ""
    server.wait_log("no:such")
    page_refusal(ask(server, client_id="stranger"))
