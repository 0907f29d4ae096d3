"""What the log, and any answer, must not hold. The harness compares every test's log with the secrets
that test saw; here everything secret is made to pass by, at the most talkative level."""

import http.client
import json
import os
import socket
import subprocess

import pytest

from support import (AUTHORIZE, DISCOVERY, JWKS, PROGRAM, authorize, authorize_params, canary, pkce, proves,
                     redeem, refresh, revoke, sign_in, userinfo)
from support_api import assert_refused, bearer
from support_pages import begin

every_format = pytest.mark.parametrize("form", ["text", "json"])


def story(server):
    """Successes and refusals that handle every kind of secret there is."""
    tokens = sign_in(server, "demo-native", scope="openid profile offline_access")
    userinfo(server, tokens["access_token"])
    userinfo(server, tokens["id_token"])
    userinfo(server, tokens["access_token"] + "-and-more")
    spent = tokens["refresh_token"]
    refresh(server, spent, "demo-native")
    refresh(server, spent, "demo-native")
    revoke(server, tokens["access_token"], "demo-native")
    verifier, challenge = pkce()
    other, _ = pkce()
    code = authorize(server, code_challenge=challenge, code_challenge_method="S256")["code"]
    redeem(server, code, code_verifier=other)
    redeem(server, code, code_verifier=verifier)
    redeem(server, code, client_secret="not-the-secret-of-demo-web")
    redeem(server, "a-code-that-was-never-issued")
    authorize(server, "demo-spa", id_token_hint=tokens["id_token"])


@every_format
@proves("ADM-09", "PKC-16", "CLA-14")
def test_no_secret_that_passes_by_reaches_the_log(start, form):
    server = start("--log-level", "debug", "--log-format", form)
    story(server)
    server.wait_log("invalid_grant")
    assert len(server.secrets) > 12  # the comparison itself is the harness's, when the server ends


@every_format
@proves("ADM-09")
def test_a_password_and_a_cookie_do_not_reach_the_log(start, form):
    server = start("--login", "page", "--log-level", "debug", "--log-format", form)
    browser = server.browser()
    answer = browser.get(AUTHORIZE, params=authorize_params())
    page = answer.headers["Location"]
    browser.get(page)
    browser.post(page, data={"username": "max.member@example.com", "password": "not-the-password"})
    browser.post(page, data={"username": "max.member@example.com", "password": "member-password"})
    assert any(cookie.name == "makeshift_session" for cookie in browser.cookies)
    assert {"member-password", "not-the-password"} <= server.secrets


# What the control door changed: the call, what was given, and the log's words for it.
CHANGES = [
    (("POST", "clock", {"advance": "1h"}), {"call": "POST clock", "given": '{"advance":"1h"}'}),
    (("POST", "keys/rotate", None), {"call": "POST keys/rotate"}),
    (("POST", "keys", {"alg": "RS256"}), {"call": "POST keys", "given": '{"alg":"RS256"}', "made": "*"}),
    (("POST", "faults", {"fault": "lost_reply"}), {"call": "POST faults", "given": '{"fault":"lost_reply"}', "made": "1"}),
    (("DELETE", "faults/1", None), {"call": "DELETE faults/1"}),
    (("POST", "tenants", {}), {"call": "POST tenants", "given": "{}", "made": "t1"}),
    (("POST", "tenants", {"name": "big", "fixture": {"extends": "default", "resources": {"scenarios": [{"id": 1, "teamId": 1, "name": "a", "description": "x" * 2000}]}}}),
     {"call": "POST tenants", "given": '["name","fixture"]', "made": "big"}),
    (("PATCH", "tenants/t1", {"ttl": "10m"}), {"call": "PATCH tenants/t1", "given": '{"ttl":"10m"}'}),
    (("DELETE", "tenants/t1", None), {"call": "DELETE tenants/t1"}),
    (("PATCH", "users/1002", {"password": "another-password-1"}),
     {"call": "PATCH users/1002", "given": '{"password":"fp:928922caecca"}'}),
    (("DELETE", "consents?client_id=demo-web", None), {"call": "DELETE consents?client_id=demo-web"}),
    (("PUT", "users/me%0Aforged", {"sub": "x"}), None),  # refused
    (("POST", "reset", {"keep": ["clock"]}), {"call": "POST reset", "given": '{"keep":["clock"]}'}),
    (("GET", "clock", None), None),
    (("POST", "journal/verify", {"match": {}, "times": {"exactly": 0}}), None),
    (("POST", "tokens/inspect", {"token": "x"}), None),
]


def test_each_change_by_the_control_door_has_a_line_in_the_log(start):
    server = start("--log-format", "json")
    expected = []
    for (method, resource, body), line in CHANGES:
        number = server.request(method, "/_makeshift/" + resource, json=body).headers["X-Request-Id"]
        expected += [{"request": int(number), "tenant": "default", **line}] if line else []
    server.stop()
    lines = [json.loads(line) for line in server.log_lines() if '"steered"' in line]
    for line, wanted in zip(lines, expected):
        if wanted.get("made") == "*":
            wanted["made"] = line["made"]
    assert [{name: value for name, value in line.items() if name not in ("time", "level", "event")} for line in lines] == expected
    assert {line["level"] for line in lines} == {"info"}


def test_the_log_says_which_tenant_was_steered_and_that_one_ended_unasked(start):
    server = start("--log-format", "json")
    server.post("/_makeshift/tenants", json={"name": "brief", "ttl": "1ms"})
    server.post("/_makeshift/tenants", json={"name": "mine"})
    server.post("/t/mine/_makeshift/clock", json={"freeze": True})
    assert json.loads(server.wait_log("POST clock"))["tenant"] == "mine"
    server.get("/_makeshift/tenants")
    assert json.loads(server.wait_log("a tenant ended"))["tenant"] == "brief"


@pytest.mark.parametrize("at", ["port", "control_port"])
def test_what_is_no_http_has_a_line_whichever_port_it_came_to(start, at):
    server = start("--control", "0")
    port = server.port if at == "port" else server.said["control_port"]
    with socket.create_connection(("localhost", port), 10) as peer:
        peer.sendall(b"GET /_makeshift/clock HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n")
        assert peer.recv(100).startswith(b"HTTP/1.1 400")
    assert 'event="refused"' in server.wait_log('check="malformed"')


@every_format
@proves("ADM-09")
def test_a_line_break_in_a_request_makes_no_line_in_the_log(start, form):
    server = start("--log-level", "debug", "--log-format", form)
    for hostile in ("x\r\nFORGED line", "x\nFORGED line", "x\rFORGED line", "x\x1b[31mFORGED"):
        server.get(AUTHORIZE, params=authorize_params(client_id=hostile))
        server.get(AUTHORIZE, params=authorize_params(scope=hostile, state="s"))
        server.get(AUTHORIZE, params=authorize_params(redirect_uri=hostile))
        server.post("/oauth/v2/token", data={"grant_type": hostile, "client_id": hostile})
        server.get("/x", headers={"User-Agent": "FORGED"})
    server.stop()
    assert not [line for line in server.log_lines() if line.startswith("FORGED")]
    assert "\r" not in server.log() and "\x1b" not in server.log()


@proves("ADM-06", "JWK-02")
def test_no_answer_holds_any_of_the_private_key(server):
    bodies = [server.get(path).text for path in (DISCOVERY, JWKS, "/_makeshift/health", "/nowhere",
                                                 "/fixtures/keys/signing.pem")]
    bodies += [redeem(server, "none").text, userinfo(server, "none").text]
    for body in bodies:
        assert "PRIVATE KEY" not in body
        assert not [line for line in canary() if line in body]
    for key in server.get(JWKS).json()["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}.intersection(key)


@proves("ADM-07")
@pytest.mark.parametrize("redirect_uri", [
    "https://evil.example/", "//evil.example", "http://localhost:3000/cb@evil.example",
    "http://localhost:3000/cb/../evil", "javascript:alert(1)", "http://localhost:3000.evil.example/cb",
    "http://localhost:3000/cb\\@evil.example", "http://localhost:3000/cb\r\nLocation: https://evil.example",
])
def test_no_request_makes_the_server_lead_elsewhere(server, redirect_uri):
    for more in ({}, {"response_type": "token"}, {"prompt": "login"}, {"scope": "no:such"}):
        answer = server.get(AUTHORIZE, params=authorize_params(redirect_uri=redirect_uri, **more))
        assert answer.status_code == 400
        assert "Location" not in answer.headers


def test_a_log_that_nobody_reads_stops_nothing():
    """stderr is a pipe without a reader: it fills up, and the server answers and ends all the same."""
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [PROGRAM, "--port", "0", "--threads", "1"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=write_end, env={k: v for k, v in os.environ.items() if not k.startswith("MAKESHIFT_")})
    os.close(write_end)
    try:
        port = json.loads(process.stdout.readline())["port"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(1000):  # a refusal is a line of 300 bytes and more, and a pipe holds 64 KiB
            connection.request("GET", "/nothing")
            assert connection.getresponse().read()
        connection.close()
        process.terminate()
        assert process.wait(timeout=10) == 0
        assert "finishing" not in os.read(read_end, 1 << 20).decode()  # the pipe was full by then
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        os.close(read_end)


def test_numbers_in_a_json_log_are_numbers(start):
    server = start("--log-level", "debug", "--log-format", "json")
    serving = json.loads(server.wait_log("serving, for tests only"))
    assert serving["port"] == server.port
    server.get("/nowhere")
    assert json.loads(server.wait_log('"answered"'))["status"] == 404


def log_of(server, event):
    """The lines of that event, as dicts; the server logs JSON, and ends first so that all have come."""
    server.stop()
    lines = [json.loads(line) for line in server.log_lines()]
    return [line for line in lines if line["event"] == event]


def test_each_line_about_a_request_has_its_number_and_says_who_answered(start):
    server = start("--log-level", "debug", "--log-format", "json")
    server.get(DISCOVERY)
    server.get("/nowhere")
    server.get(DISCOVERY, headers={"Host": "evil.example"})
    server.stop()
    lines = [json.loads(line) for line in server.log_lines()]
    # Each is told by the thread that sent it, and maybe after the next.
    answered = sorted((line for line in lines if line["event"] == "answered"), key=lambda line: line["request"])
    assert [line["by"] for line in answered] == [DISCOVERY, "no route", "the gate"]
    assert [line["status"] for line in answered] == [200, 404, 421]
    assert {line["sent"] for line in answered} == {"whole"}
    refused = [line for line in lines if line["event"] == "refused"]
    assert [line["request"] for line in refused] == [line["request"] for line in answered[1:]]
    assert len({line["request"] for line in answered}) == 3


def test_what_the_gate_refuses_is_in_the_log_with_its_reason(start):
    server = start("--log-format", "json")
    server.get(DISCOVERY, headers={"Host": "evil.example"})
    refused, = log_of(server, "refused")
    assert refused["check"] == "http"
    assert refused["detail"].endswith("add it with --allow-host evil.example")


def test_curiosity_is_no_refusal(start):
    server = start("--log-format", "json")
    assert [server.get(path).status_code for path in ("/", "/favicon.ico", "/other")] == [200, 200, 404]
    assert [line["path"] for line in log_of(server, "refused")] == ["/other"]


def test_a_flow_that_goes_well_has_a_line_for_each_step(start):
    server = start("--log-format", "json")
    tokens = sign_in(server, "demo-native", scope="openid profile offline_access")
    fresh = refresh(server, tokens["refresh_token"], "demo-native").json()
    revoke(server, fresh["refresh_token"], "demo-native")
    server.stop()
    lines = [json.loads(line) for line in server.log_lines()]
    steps = [line for line in lines if "request" in line]
    assert [line["event"] for line in steps] == [
        "signed in", "consented", "code issued", "tokens issued", "refreshed", "revoked"]
    for line in steps:
        assert line["level"] == "info"
        assert (line["client_id"], line["user"]) == ("demo-native", "1001"), line
        assert line["scope"] == "openid profile offline_access", line
    assert len({line["request"] for line in steps}) == 4  # authorize, token, token, revoke
    grants = {line["grant"] for line in steps[3:]}
    assert len(grants) == 1 and all(isinstance(grant, int) for grant in grants)


def test_a_person_who_signs_in_and_consents_is_in_the_log(start):
    server = start("--login", "page", "--log-format", "json")
    visit = begin(server.browser())
    visit.submit(user="1001")
    visit.submit(decision="approve")
    assert visit.params["code"]
    server.stop()
    lines = [json.loads(line) for line in server.log_lines()]
    assert [(line["event"], line["user"]) for line in lines if "request" in line] == [
        ("signed in", "1001"), ("consented", "1001"), ("code issued", "1001")]


def test_a_refusal_says_whose_it_is_once_that_is_known(start):
    server = start("--log-format", "json")
    tokens = sign_in(server)
    redeem(server, "a-code-that-was-never-issued")
    userinfo(server, sign_in(server, scope="email")["access_token"])
    unknown, narrow = log_of(server, "refused")
    assert unknown["client_id"] == "demo-web" and "user" not in unknown
    assert (narrow["client_id"], narrow["user"]) == ("demo-web", "1001")
    assert narrow["grant"] > 0 and tokens


def test_a_refused_change_is_no_failure_of_the_server(start):
    server = start("--log-level", "error")
    api = bearer(server, "scenarios:write")
    assert_refused(api("POST", "/scenarios", {"teamId": 1}), 400, "IM005")
    assert server.stop() == 0
    assert server.log() == ""
