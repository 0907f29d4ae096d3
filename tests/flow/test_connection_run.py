"""makeshift connection run: Make's side of a connection, against makeshift's own server."""

import contextlib
import json
import os
import pathlib
import pty
import re
import select
import socket
import subprocess
import sys
import threading
import urllib.parse

import pytest
import requests

from support import PROGRAM
from support_connections import changed, put
from support_tools import NOBODY, recording, run

pytestmark = pytest.mark.tenants

APP = {"clientId": "demo-custom-app", "clientSecret": "demo-custom-app-secret-for-tests-only-0001"}


def against(server, *changes):
    """The documented connection, at a server; its changes may say {base}."""
    base = server.issuer
    connection = changed(
        ("authorize.url", f"{base}/oauth/v2/authorize"), ("token.url", f"{base}/oauth/v2/token"),
        ("info.url", f"{base}/oauth/v2/oidc/userinfo"), ("refresh.url", f"{base}/oauth/v2/token"),
        ("invalidate.url", f"{base}/oauth/v2/revoke"),
        ("invalidate.body", {"token": "{{data.refreshToken}}", "client_id": "{{common.clientId}}",
                             "client_secret": "{{common.clientSecret}}"}),
        ("invalidate.log.sanitize", ["request.body"]))
    return changed(*changes, of=connection)


@pytest.fixture
def connect(tmp_path):
    common = tmp_path / "common.json"

    def connect(connection, *options, scope="openid,email offline_access", auto=("--auto",), data=APP):
        common.write_text(json.dumps(data), "utf-8")
        return run("connection", "run", put(tmp_path, connection), "--common", common, "--scope", scope,
                   "--store", connect.store, *auto, *options)
    connect.store = tmp_path / "store.json"
    return connect


def events(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def stored(connect):
    return json.loads(connect.store.read_text("utf-8"))


def test_a_connection_connects_in_makes_order_and_stores_what_it_says(server, connect):
    result = connect(against(server), "--json", "--clock", "2026-01-01T00:00:00Z")
    assert (result.returncode, result.stderr) == (0, "")
    assert [event["step"] for event in events(result)] == ["authorize", "token", "info"]
    kept = stored(connect)
    assert kept["data"]["accessToken"].startswith("eyJ")
    assert kept["data"]["expires"] == {"$date": "2026-01-01T00:05:00.000Z"}
    assert kept["expires"] == {"$date": "2026-07-01T00:00:00.000Z"}
    assert kept["metadata"] == {"type": "email", "value": "olivia.owner@example.com"}
    assert kept["scope"] == ["openid", "email", "offline_access"]
    assert kept["uid"]
    assert connect.store.stat().st_mode & 0o777 == 0o600


def test_no_secret_is_shown_and_each_expression_stands_beside_what_it_became(server, connect, tmp_path):
    connection = against(server)
    result = connect(connection, "--transcript", tmp_path / "transcript.jsonl")
    assert result.returncode == 0
    kept = stored(connect)
    shown = result.stdout + (tmp_path / "transcript.jsonl").read_text("utf-8")
    for secret in (APP["clientSecret"], kept["data"]["accessToken"], kept["data"]["refreshToken"]):
        assert secret not in shown
    assert '  request.body.client_secret: "***"  <- {{ifempty(parameters.clientSecret, common.clientSecret)}}' in result.stdout
    assert '  request.qs.redirect_uri: "https://www.make.com/oauth/cb/app"  <- {{oauth.makeRedirectUri}}\n' in result.stdout
    assert '\n  response.query.code: "***"\n' in result.stdout
    assert '  stored.data.accessToken: "***"  <- {{body.access_token}}' in result.stdout
    lines = (tmp_path / "transcript.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == ["authorize", "token", "info"]


def test_a_token_that_is_kept_by_another_name_is_masked_as_well(server, connect):
    data = {"keys": {"one": "{{body.access_token}}"}, "kind": "{{body.token_type}}", "expires": "{{addSeconds(now, body.expires_in)}}"}
    result = connect(against(server, ("token.response.data", data), ("info", None), ("refresh", None)))
    kept = stored(connect)["data"]
    assert kept["keys"]["one"].startswith("eyJ")
    assert kept["keys"]["one"] not in result.stdout
    assert '  stored.data.keys.one: "***"  <- {{body.access_token}}' in result.stdout
    assert '  stored.data.kind: "Bearer"' in result.stdout


def test_a_refresh_that_the_connection_has_not_is_refused_before_anybody_is_asked(server, connect):
    result = connect(against(server, ("refresh", None)), "--refresh", "now")
    assert (result.returncode, result.stdout) == (2, "")
    assert "--refresh: the connection has no 'refresh'" in result.stderr


def test_a_port_that_another_listens_at_is_told_with_its_reason(server, connect):
    with recording() as other:
        result = connect(against(server), "--redirect-uri", f"{other.url}/cb", auto=())
    assert result.returncode == 2
    assert "cannot be listened at: Address already in use; name another\n" in result.stderr


def test_a_file_that_is_no_store_is_not_written_over(server, connect, tmp_path):
    mine = tmp_path / "mine.json"
    mine.write_text('{"clientId": "x"}', "utf-8")
    connect.store = mine
    result = connect(against(server))
    assert (result.returncode, result.stdout, mine.read_text("utf-8")) == (2, "", '{"clientId": "x"}')
    assert "is no connection's store" in result.stderr
    mine.write_text("", "utf-8")  # as mktemp makes it
    assert connect(against(server)).returncode == 0


def test_a_refresh_rotates_and_the_new_token_is_the_one_that_is_stored(server, connect):
    assert connect(against(server)).returncode == 0
    first = stored(connect)["data"]
    for _ in range(2):
        result = connect(against(server), "--refresh", "now", "--json")
        assert [event["step"] for event in events(result)] == ["refresh", "info"], result.stderr
    again = stored(connect)["data"]
    assert again["refreshToken"] != first["refreshToken"]
    assert again["accessToken"] != first["accessToken"]


def test_a_refresh_runs_when_its_condition_is_true(server, connect):
    connection = against(server, ("refresh.condition", "{{data.expires < addMinutes(now, 1)}}"))
    assert connect(connection).returncode == 0
    result = connect(connection, "--refresh", "when-due")
    assert "refresh: skipped, its condition is false" in result.stdout
    result = connect(connection, "--refresh", "when-due", "--clock", "+270s", "--json")
    assert [event["step"] for event in events(result)] == ["refresh", "info"]


def test_an_old_refresh_token_stays_when_the_answer_brings_none(connect):
    kept = {"data": {"accessToken": "a", "refreshToken": "r"}}
    with recording((200, {"access_token": "b", "expires_in": 60})) as provider:
        connection = changed(("refresh.url", provider.url), ("info", None), ("refresh.condition", True))
        connect.store.write_text(json.dumps(kept), "utf-8")
        assert connect(connection, "--refresh", "when-due").returncode == 0
    assert provider.asked[0].body == f"grant_type=refresh_token&refresh_token=r&client_id={APP['clientId']}&client_secret={APP['clientSecret']}"
    assert stored(connect)["data"]["refreshToken"] == "r"
    assert stored(connect)["data"]["accessToken"] == "b"


def test_a_whole_number_past_64_bits_is_read_from_an_answer_and_from_the_store(connect):
    large = 12345678901234567000  # as ECMAScript writes this double
    with recording((200, {"access_token": "b", "expires_in": 60, "id": large})) as provider:
        connection = changed(("refresh.url", provider.url), ("info", None), ("refresh.condition", True),
                             ("refresh.response.data.id", "{{body.id}}"), ("refresh.response.data.was", "{{data.id}}"))
        connect.store.write_text(json.dumps({"data": {"refreshToken": "r", "id": large}}), "utf-8")
        result = connect(connection, "--refresh", "when-due")
    assert result.returncode == 0, result.stderr
    assert (stored(connect)["data"]["id"], stored(connect)["data"]["was"]) == (large, large)


def test_invalidate_revokes_the_tokens_and_forgets_the_connection(server, connect):
    assert connect(against(server)).returncode == 0
    token = stored(connect)["data"]["accessToken"]
    result = connect(against(server), "--invalidate", "--json")
    assert (result.returncode, [event["step"] for event in events(result)]) == (0, ["invalidate"])
    assert not connect.store.exists()
    assert server.get("/oauth/v2/oidc/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 401


PKCE = [("authorize.qs.code_challenge", "{{base64url(sha256(temp.verifier, 'base64'))}}"), ("authorize.qs.code_challenge_method", "S256"),
        ("token.body.code_verifier", "{{temp.verifier}}")]


def test_pkce_as_make_documents_it_is_refused_for_its_short_verifier(server, connect):
    result = connect(against(server, ("authorize.temp", {"verifier": "{{uuid}}"}), *PKCE))
    assert result.returncode == 12
    assert "step token (/token): POST " in result.stderr
    assert "43" in result.stderr
    assert not connect.store.exists()


def test_pkce_with_a_verifier_of_two_uuids_connects(server, connect):
    assert connect(against(server, ("authorize.temp", {"verifier": "{{uuid}}{{uuid}}"}), *PKCE)).returncode == 0


def test_what_preauthorize_puts_into_temp_lives_through_all_steps(server, connect):
    connection = against(
        server, ("preauthorize", {"url": f"{server.issuer}/.well-known/openid-configuration",
                                  "response": {"temp": {"token": "{{body.token_endpoint}}", "info": "{{body.userinfo_endpoint}}"}}}),
        ("token.url", "{{temp.token}}"), ("info.url", "{{temp.info}}"))
    result = connect(connection, "--json")
    assert (result.returncode, [event["step"] for event in events(result)]) == (0, ["preauthorize", "authorize", "token", "info"])


def test_client_credentials_connect_without_anybody(start, connect):
    server = start("--profile", "standard")
    connection = against(server, ("authorize", None), ("token.condition", True), ("info", None), ("token.body", {
        "grant_type": "client_credentials", "client_id": "{{common.clientId}}", "client_secret": "{{common.clientSecret}}",
        "scope": "{{join(oauth.scope, ' ')}}"}))
    service = {"clientId": "demo-service", "clientSecret": "demo-service-secret-for-tests-only-0001"}
    result = connect(connection, "--json", scope="scenarios:read", data=service)
    assert (result.returncode, [event["step"] for event in events(result)]) == (0, ["token"]), result.stderr


def test_requests_of_an_array_see_what_the_ones_before_them_stored(server, connect):
    connection = against(server)
    connection["token"] = [connection["token"], changed(("response.data", {"mail": "{{body.email}}"}), of=connection.pop("info"))]
    result = connect(connection)
    assert result.returncode == 0
    assert stored(connect)["data"]["mail"] == "olivia.owner@example.com"
    assert '  stored.data.mail: "olivia.owner@example.com"  <- {{body.email}}\n' in result.stdout
    assert [(one["step"], one.get("number")) for one in events(connect(connection, "--json"))] == [("authorize", None), ("token", 1), ("token", 2)]


FAULTS = [
    ("token_unavailable", 12, "ConnectionError", r"\[503\] temporarily_unavailable: the server is down for a moment"),
    ("token_server_error", 12, "ConnectionError", r"\[500\] : "),
    ("token_bad_gateway", 12, "ConnectionError", r"\[502\] : "),
    ("token_rate_limited", 12, "RateLimitError", r"\[429\] slow_down: "),
]


@pytest.mark.parametrize(("fault", "code", "name", "message"), FAULTS)
def test_a_failure_is_told_in_our_words_and_as_make_would_show_it(server, connect, fault, code, name, message):
    assert server.post("/_makeshift/faults", json={"fault": fault}).status_code == 201
    result = connect(against(server))
    assert result.returncode == code
    ours, makes = result.stderr.splitlines()
    assert ours.startswith("step token (/token): POST ")
    shown = json.loads(makes.removeprefix("Make would show: "))
    assert (shown["code"], shown["suberrors"][0]["name"]) == ("SC424", name)
    assert re.fullmatch(message, shown["suberrors"][0]["message"])
    assert not connect.store.exists()


def test_a_person_who_denies_ends_the_run_at_authorize(server, connect):
    fault = {"match": {"endpoint": "authorize"}, "do": {"error": "access_denied"}}
    assert server.post("/_makeshift/faults", json=fault).status_code == 201
    result = connect(against(server))
    assert result.returncode == 11
    assert "the callback says access_denied" in result.stderr


@pytest.mark.parametrize(("sent", "says"), [
    ("{{oauth.makeRedirectUri}}", "at www.integromat.com alone, oauth.redirectUri"),
    ("{{oauth.localRedirectUri}}", "at www.integromat.com alone, oauth.redirectUri"),
    ("{{oauth.redirectUri}}", "at www.make.com alone, oauth.makeRedirectUri"),
])
def test_a_redirect_uri_that_is_refused_may_be_that_of_makes_other_host(connect, sent, says):
    with recording((400, "redirect_uri_mismatch", "text/plain")) as provider:
        result = connect(changed(("authorize.url", provider.url), ("authorize.qs.redirect_uri", sent)))
        assert result.returncode == 11
        assert f"the server answered 400: redirect_uri_mismatch; it may know the redirect URI {says}\n" in result.stderr
        host = "www.integromat.com" if "makeRedirectUri" in says else "www.make.com"
        assert f"redirect_uri=https%3A%2F%2F{host}%2Foauth%2Fcb%2Fapp" in provider.asked[0].target
        result = connect(changed(("authorize.url", provider.url), ("authorize.qs.redirect_uri", sent)), "--redirect-uri", "https://x.example/cb")
        assert result.stderr.startswith("step authorize (/authorize): the server answered 400: redirect_uri_mismatch\n")


def test_a_page_ends_what_goes_without_a_person(start, connect):
    result = connect(against(start("--login", "page")))
    assert result.returncode == 11
    assert result.stderr.startswith("step authorize (/authorize): a page waits for a person; run without --auto\n")


def test_a_page_that_refuses_is_told_by_its_text_and_as_make_would_show_it_without_our_advice(connect):
    page = "<!doctype html><head><title>Oops</title><style>p {}</style></head><body><h1>Redirect URI</h1>\n<p>it&#39;s unknown</p></body>"
    with recording((400, page, "text/html")) as provider:
        result = connect(changed(("authorize.url", provider.url)))
    said, shown = result.stderr.splitlines()
    assert said.startswith("step authorize (/authorize): the server answered 400: Redirect URI it's unknown; it may know")
    assert "Redirect URI it's unknown\"" in shown


def test_a_provider_that_says_what_it_expected_is_given_no_advice(server, connect):
    result = connect(against(server), "--redirect-uri", "https://www.make.com/elsewhere")
    assert "Expected https://www.make.com/oauth/cb/app" in result.stderr
    assert "it may know" not in result.stderr


def test_what_stands_behind_a_number_sign_reaches_no_server(connect):
    with recording((302, "", "text/plain", "https://www.make.com/oauth/cb/app#code=c&state=s")) as provider:
        result = connect(changed(("authorize.url", provider.url)))
    assert result.stderr.startswith("step authorize (/authorize): the callback has no state")


def test_a_sign_in_that_ends_at_the_provider_is_a_line_of_json_with_its_request(start, connect, tmp_path):
    result = connect(against(start("--login", "page")), "--json", "--transcript", tmp_path / "lines.jsonl")
    assert result.returncode == 11
    line, = events(result)
    assert line["request"]["qs"]["response_type"] == "code"
    assert {key: line[key] for key in ("step", "error")} == {"step": "authorize", "error": {
        "pointer": "/authorize", "why": "a page waits for a person; run without --auto",
        "message": "a page waits for a person; run without --auto", "name": "RuntimeError"}}
    assert (tmp_path / "lines.jsonl").read_text("utf-8") == result.stdout


def test_a_step_that_failed_is_one_line_of_json(server, connect):
    assert server.post("/_makeshift/faults", json={"fault": "token_rate_limited"}).status_code == 201
    result = connect(against(server), "--json")
    assert [event["step"] for event in events(result)] == ["authorize", "token"]
    assert events(result)[1]["error"]["name"] == "RateLimitError"
    assert events(result)[1]["response"]["status"] == 429


def test_nobody_who_answers_is_told_apart_from_who_refuses(connect, server):
    result = connect(against(server, ("token.url", NOBODY)))
    assert result.returncode == 20
    assert f"no answer from {NOBODY}" in result.stderr


@pytest.mark.parametrize(("answer", "code", "says"), [
    ((200, "<!doctype html><h1>Sign in</h1>", "application/json"), 13, "the answer is no JSON; it begins with '<!doctype html><h1>Sign in</h1>'"),
    ((200, b"x" * (6 << 20), "application/json"), 13, "longer than"),
    ((200, b'{"a": "\xff"}', "application/json"), 13, "no JSON"),
    ((401, "Unauthorized", "text/plain"), 13, "without response.error Make shows this alone"),
])
def test_an_answer_that_is_of_no_use_names_its_step(connect, answer, code, says):
    with recording((200, {"access_token": "a", "expires_in": 60}), answer) as provider:
        connection = changed(("authorize", None), ("token.url", provider.url), ("token.condition", True), ("token.body.code", None),
                             ("info.url", provider.url), ("refresh", None))
        result = connect(connection)
    assert (result.returncode, result.stderr.startswith("step info (/info")) == (code, True), result.stderr
    assert says in result.stderr
    assert not connect.store.exists()


FIELDS = {"a": "x y+z", "b": ["1", "2 3"], "c": {"d": "\u00e9"}, "n": None, "u": "{{data.nothing}}", "t": "{{true}}"}
BODIES = [
    ("urlencoded", FIELDS, "application/x-www-form-urlencoded", "a=x+y%2Bz&b=1&b=2+3&c%5Bd%5D=%C3%A9&t=true"),
    ("json", FIELDS, "application/json", '{"a":"x y+z","b":["1","2 3"],"c":{"d":"\u00e9"},"n":null,"t":true}'),
    (None, {"a": 1}, "application/json", '{"a":1}'),
    ("text", "{{common.clientId}} & more", "text/plain", "demo-custom-app & more"),
    ("raw", "{{toBinary('4d61', 'hex')}}", "application/octet-stream", "Ma"),
]


@pytest.mark.parametrize(("kind", "body", "content", "sent"), BODIES)
def test_a_request_goes_out_as_its_type_says(connect, kind, body, content, sent):
    with recording((200, {"access_token": "a", "expires_in": 60})) as provider:
        connection = changed(("authorize", None), ("info", None), ("token.url", provider.url + "/?q=0"), ("token.condition", True),
                             ("token.type", kind), ("token.body", body), ("token.qs", FIELDS), ("token.headers", {"X-One": "{{1 + 1}}"}))
        assert connect(connection).returncode == 0
    asked = provider.asked[0]
    assert (asked.method, asked.body, asked.headers["Content-Type"]) == ("POST", sent, content)
    assert asked.target == "/?q=0&a=x%20y%2Bz&b=1&b=2%203&c%5Bd%5D=%C3%A9&t=true"
    assert (asked.headers["User-Agent"], asked.headers["X-One"]) == ("Make/production", "2")


def test_a_multipart_body_has_a_part_for_each_field(connect):
    with recording((200, {"access_token": "a", "expires_in": 60})) as provider:
        connection = changed(("authorize", None), ("info", None), ("token.url", provider.url), ("token.condition", True),
                             ("token.type", "multipart/form-data"), ("token.body", {"a": "x y", "b": "2"}))
        assert connect(connection).returncode == 0
    asked = provider.asked[0]
    boundary = asked.headers["Content-Type"].removeprefix("multipart/form-data; boundary=")
    assert asked.body == "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                                 for name, value in [("a", "x y"), ("b", "2")]) + f"--{boundary}--\r\n"


def test_a_status_of_its_own_has_its_own_error(connect):
    error = {"message": "other", "401": {"message": "sign in again: {{body.why}}", "type": "InvalidAccessTokenError"}}
    with recording((401, {"why": "gone"})) as provider:
        connection = changed(("authorize", None), ("token.url", provider.url), ("token.condition", True), ("token.body.code", None),
                             ("token.response.error", error))
        result = connect(connection)
    shown = json.loads(result.stderr.splitlines()[1].removeprefix("Make would show: "))
    assert shown["suberrors"] == [{"message": "[401] sign in again: gone", "name": "InvalidAccessTokenError"}]


def test_an_answer_that_valid_refuses_stores_nothing(connect):
    with recording((200, {"ok": False, "access_token": "a"})) as provider:
        connection = changed(("authorize", None), ("token.url", provider.url), ("token.condition", True), ("token.body.code", None),
                             ("token.response.valid", "{{body.ok}}"))
        result = connect(connection)
    assert result.returncode == 12
    assert "Response marked as invalid." in result.stderr
    assert not connect.store.exists()


def test_an_expression_that_cannot_be_evaluated_names_its_place(connect, server):
    result = connect(against(server, ("token.response.data.n", "{{body.access_token * 2}}")))
    assert result.returncode == 12
    assert "step token (/token/response/data/n): a text is no number, which '*' needs" in result.stderr


def test_another_server_stands_for_the_one_that_the_connection_names(start_process, connect):
    server = start_process()
    connection = json.loads(json.dumps(against(server)).replace(server.issuer, "https://service.example.com"))
    assert connect(connection, "--against", server.issuer).returncode == 0


def test_default_scopes_stand_in_front_of_those_that_were_asked_for(server, connect, tmp_path):
    file = tmp_path / "scopes.json"
    file.write_text('["openid", "profile"] // of the app', "utf-8")
    assert connect(against(server), "--default-scope", file, scope="email,openid").returncode == 0
    assert stored(connect)["scope"] == ["openid", "profile", "email"]
    file.write_text('{"openid": 1}', "utf-8")
    result = connect(against(server), "--default-scope", file)
    assert (result.returncode, "holds no list of scopes" in result.stderr) == (2, True)


def test_scopes_may_be_given_in_pieces(server, connect):
    assert connect(against(server), "--scope", "openid", "--scope", "offline_access,email").returncode == 0
    assert stored(connect)["scope"] == ["openid", "email", "offline_access"]
    result = connect(against(server), "--timezone", "UTC", "--timezone", "UTC")
    assert (result.returncode, "--timezone is given twice" in result.stderr) == (2, True)


@pytest.mark.parametrize(("browser", "says"), [("{name}", "Opening"), ("{name} --new %s extra:other", "Opening"), ("/nowhere/browser", "Open"), ("", "Open")])
def test_in_a_terminal_the_browser_opens_without_a_shell(server, tmp_path, browser, says):
    os.mkfifo(tmp_path / "said")
    said = os.open(tmp_path / "said", os.O_RDWR)
    program = tmp_path / "browser"
    program.write_text(f"#!{sys.executable}\nimport json, sys\nprint('noise')\nopen({str(tmp_path / 'said')!r}, 'w').write(json.dumps(sys.argv[1:]))\n", "utf-8")
    program.chmod(0o755)
    (tmp_path / "common.json").write_text(json.dumps({"clientId": "demo-native; touch x"}), "utf-8")
    command = [PROGRAM, "connection", "run", put(tmp_path, against(server)), "--common", tmp_path / "common.json", "--json"]
    env = {name: value for name, value in os.environ.items() if "DISPLAY" not in name} | {"BROWSER": browser.format(name=program)}
    terminal, stderr = pty.openpty()
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=stderr, env=env, text=True) as process:
        os.close(stderr)
        guard = threading.Timer(60, process.kill)
        guard.start()
        with open(terminal, encoding="utf-8") as lines:
            assert lines.readline() == f"{says} this address in a browser:\n"
            address = lines.readline().strip()
            assert "client_id=demo-native%3B%20touch%20x" in address
            assert (select.select([said], [], [], 30 if says == "Opening" else 0)[0] == [said]) == (says == "Opening")
            process.kill()
            assert process.stdout.read() == ""
        guard.cancel()
    if says == "Opening":
        assert json.loads(os.read(said, 65536)) == (["--new", address, "extra"] if "%s" in browser else [address])
    os.close(said)


@contextlib.contextmanager
def person(tmp_path, connection, client, redirect_uri):
    """The process that waits for a person, and the address that their browser is redirected to at the end."""
    common = tmp_path / "common.json"
    common.write_text(json.dumps(client), "utf-8")
    command = [PROGRAM, "connection", "run", put(tmp_path, connection), "--common", common, "--scope", "openid email",
               "--redirect-uri", redirect_uri, "--json"]
    with subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        guard = threading.Timer(60, process.kill)
        guard.start()
        assert process.stderr.readline() == "Open this address in a browser:\n"
        answer = requests.get(process.stderr.readline().strip(), allow_redirects=False, timeout=30)
        assert answer.is_redirect, answer.text
        yield process, answer.headers["Location"]
        guard.cancel()


def ended(process):
    """How it ended, the steps it told, and the rest of what it said."""
    code = process.wait(60)
    return code, [json.loads(line)["step"] for line in process.stdout], process.stderr.read()


def test_a_person_comes_back_to_the_listener_and_another_state_does_not(server, tmp_path):
    connection = against(server, ("authorize.temp", {"verifier": "{{uuid}}{{uuid}}"}), *PKCE)
    native = {"clientId": "demo-native"}  # whose port may be any (RFC 8252 7.3)
    with person(tmp_path, connection, native, "http://127.0.0.1/callback") as (process, callback):
        forged = re.sub(r"state=[0-9a-f]{20}", "state=" + "0" * 20, callback)
        assert forged != callback
        assert requests.get(forged, timeout=30).status_code == 400
        assert requests.get(callback.replace("/callback?", "/elsewhere?"), timeout=30).status_code == 404
        assert requests.get(callback, timeout=30).status_code == 200
        assert ended(process) == (0, ["authorize", "token", "info"], "a callback came with another state, and was refused\n")


@pytest.mark.parametrize(("code", "says"), [
    ("%zz", "a % in it has no two hexadecimal digits behind it"), ("%00", "it has a NUL in it"), ("%ff", "it is not in UTF-8"),
    ("c" + "&a=1" * 300, "it has too many fields")], ids=["escape", "nul", "bytes", "many"])
def test_a_callback_that_cannot_be_read_says_why(connect, code, says):
    with recording((302, "", "text/plain", f"https://www.make.com/oauth/cb/app?code={code}")) as provider:
        result = connect(changed(("authorize.url", provider.url)))
    assert (result.returncode, result.stderr.splitlines()[0]) == (
        11, f"step authorize (/authorize): the callback's query cannot be read: {says}")


def test_what_a_browser_opens_ahead_keeps_no_callback_waiting(server, tmp_path):
    with person(tmp_path, against(server, ("authorize.temp", {"verifier": "{{uuid}}{{uuid}}"}), *PKCE),
                {"clientId": "demo-native"}, "http://127.0.0.1/callback") as (process, callback):
        address = urllib.parse.urlsplit(callback)
        with socket.create_connection((address.hostname, address.port)), socket.create_connection((address.hostname, address.port)) as half:
            half.sendall(b"GET /")
            assert requests.get(callback, timeout=4).status_code == 200  # one is given 5 seconds
        assert ended(process)[0] == 0


PASTE = "Paste the address that the browser ends at:\n"


def test_the_address_that_a_browser_ends_at_can_be_pasted(server, tmp_path):
    with person(tmp_path, against(server), APP, "https://www.make.com/oauth/cb/app") as (process, callback):
        process.stdin.write(callback + "\n")
        process.stdin.close()
        assert ended(process) == (0, ["authorize", "token", "info"], PASTE)


def test_a_pasted_address_with_another_state_is_refused(server, tmp_path):
    with person(tmp_path, against(server), APP, "https://www.make.com/oauth/cb/app") as (process, callback):
        process.stdin.write(re.sub(r"state=[0-9a-f]{20}", "state=" + "0" * 20, callback) + "\n")
        process.stdin.close()
        code, steps, said = ended(process)
    assert (code, steps) == (11, ["authorize"])
    assert "the callback has another state than the request" in said


def test_nobody_who_pastes_an_address_ends_it(server, tmp_path):
    with person(tmp_path, against(server), APP, "https://www.make.com/oauth/cb/app") as (process, _):
        process.stdin.close()
        code, _, said = ended(process)
    assert (code, "nobody came back" in said) == (11, True)


def test_a_certificate_is_verified_unless_it_is_said_aloud(start, connect, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls")
    result = connect(against(server))
    assert (result.returncode, "no answer from https://" in result.stderr) == (20, True)
    assert connect(against(server), "--ca", server.said["ca"]).returncode == 0
    result = connect(against(server), "--tls-insecure")
    assert (result.returncode, result.stderr) == (0, "--tls-insecure: no certificate is verified\n")


def test_a_directive_believes_the_ca_that_it_brings(start, connect, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls")
    pem = pathlib.Path(server.said["ca"]).read_text("utf-8")
    connection = against(server, ("authorize", None), ("info", None), ("refresh", None), ("token.condition", True), ("token.body.code", None),
                         ("token.url", f"{server.issuer}/.well-known/openid-configuration"), ("token.method", "GET"), ("token.body", None),
                         ("token.response.data", {"issuer": "{{body.issuer}}"}))
    assert connect(connection).returncode == 20
    believing = changed(("token.ca", pem), of=connection)
    assert connect(believing).returncode == 0
    assert stored(connect)["data"]["issuer"] == server.issuer
    (tmp_path / "another.pem").write_text(pem, "utf-8")
    strange = changed(("token.ca", "{{common.clientId}}"), of=connection)
    assert connect(strange).returncode == 20
    assert connect(strange, "--ca", tmp_path / "another.pem").returncode == 0


@pytest.mark.parametrize(("options", "says"), [
    (("--refresh", "later"), "expected now or when-due"),
    (("--against", "nowhere"), "no URL of a server"),
    (("--timezone", "Mars/Phobos"), "--timezone: this system knows no '"),
    (("--parameters", "/nowhere.json"), "--parameters: '/nowhere.json'"),
    (("--clock", "soon"), "--clock: 'soon' is no time; expected one such as"),
    (("--against", "http://localhost/a"), "--against: 'http://localhost/a' has more than scheme, host and port; paths stay as they are, expected 'http://localhost'"),
    (("--redirect-uri", "here"), "--redirect-uri: 'here' has no scheme; expected a URL such as"),
    (("--redirect-uri", "app:/cb"), "--redirect-uri: 'app:/cb' has a scheme that is neither http nor https"),
    (("--redirect-uri", "http://localhost/cb#x"), "--redirect-uri: 'http://localhost/cb#x' has a fragment"),
    (("--ca", "/dev/null"), "--ca: '/dev/null': holds no certificate in PEM"),
    (("--ca", "no.pem"), "--ca: 'no.pem': cannot be opened: No such file or directory"),
    (("--transcript", "/"), "--transcript: '/': Is a directory; name a file"),
])
def test_a_command_line_that_is_wrong_asks_nobody(connect, options, says):
    result = connect(changed(), *options)
    assert result.returncode == 2
    assert says in result.stderr


def test_a_parameter_by_a_name_of_makes_own_is_told_before_anything_is_asked(connect, tmp_path):
    (tmp_path / "parameters.json").write_text('{"host": "x", "teamID": 7}', "utf-8")
    result = connect(changed(("authorize", None), ("token.condition", True), ("token.url", NOBODY)), "--parameters", tmp_path / "parameters.json")
    assert result.stderr.startswith("--parameters: Make gives 'teamID' a meaning and a value of its own; a parameter needs another name\n")
    assert "'host'" not in result.stderr


def test_a_connection_with_an_error_is_not_run(connect):
    result = connect(changed(("token.aws", {})))
    assert (result.returncode, result.stdout) == (1, "")
    assert "[not-in-connections]" in result.stderr
