"""makeshift connection run with OAuth 1, against the server endpoints of python3-oauthlib."""

import json
import re
import subprocess
import threading

import pytest
import requests

from support import PROGRAM
from support_connections import changed, put
from support_oauth1 import CONSUMER_KEY, CONSUMER_SECRET, PRIVATE_PEM, connection, providing
from support_tools import run

DATA = {"consumerKey": CONSUMER_KEY, "consumerSecret": CONSUMER_SECRET, "privateKey": PRIVATE_PEM}
STEPS = ["requestToken", "authorize", "accessToken", "info"]
CALLBACK = "https://www.integromat.com/oauth/cb/app-oauth1"


@pytest.fixture(name="provider")
def fixture_provider():
    with providing() as provider:
        yield provider


@pytest.fixture(name="connect")
def fixture_connect(tmp_path):
    common = tmp_path / "common.json"

    def connect(what, *options, data=DATA, auto=("--auto",)):
        common.write_text(json.dumps(data), "utf-8")
        return run("connection", "run", put(tmp_path, what), "--common", common, "--store", tmp_path / "store.json", *auto, *options)
    connect.store = tmp_path / "store.json"
    return connect


def events(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


METHODS = {
    "HMAC-SHA1": [],
    "RSA-SHA1": [("oauth.signature_method", "RSA-SHA1"), ("oauth.private_key", "{{common.privateKey}}"), ("oauth.consumer_secret", None)],
    "PLAINTEXT": [("oauth.signature_method", "PLAINTEXT")],
}


@pytest.mark.parametrize("way", ["header", "query", "body"])
@pytest.mark.parametrize("method", METHODS)
def test_a_connection_signs_by_each_method_and_sends_it_each_way(provider, connect, method, way):
    # A GET has no body that could carry what it is signed with.
    info = [("info.method", "POST"), ("info.type", "urlencoded")] if way == "body" else []
    what = changed(*METHODS[method], ("oauth.transport_method", way), ("requestToken.type", "urlencoded"), *info, of=connection(provider.url))
    result = connect(what, "--json")
    assert (result.returncode, result.stderr) == (0, "")
    assert [event["step"] for event in events(result)] == STEPS
    kept = json.loads(connect.store.read_text("utf-8"))
    assert provider.validator.granted[kept["data"]["token"]] == kept["data"]["token_secret"]
    assert (kept["uid"], kept["metadata"]) == (7, {"type": "text", "value": "olivia"})
    path, headers, body = provider.asked[0]
    said = {"header": headers.get("Authorization", ""), "query": path, "body": body}[way]
    assert f"oauth_signature_method={'' if way != 'header' else chr(34)}{method}" in said
    assert sum("oauth_signature=" in place for place in (headers.get("Authorization", ""), path, body)) == 1


def test_fields_of_query_and_form_are_signed_with_the_rest(provider, connect):
    what = changed(("requestToken.qs", {"lang": "cs é", "a": ["2", "1"]}), ("requestToken.type", "urlencoded"),
                   ("requestToken.body", {"x_scope": "read+write & more", "a": "0", "empty": ""}), ("info.qs", {"fields[]": "id, name"}),
                   of=connection(provider.url))
    result = connect(what)
    assert (result.returncode, result.stderr) == (0, "")
    assert provider.asked[0][0] == "/request_token?lang=cs%20%C3%A9&a=2&a=1"


def test_the_callback_goes_with_the_request_token_and_the_token_with_the_person(provider, connect):
    assert connect(connection(provider.url)).returncode == 0
    assert f'oauth_callback="{CALLBACK.replace(":", "%3A").replace("/", "%2F")}"' in provider.asked[0][1]["Authorization"]
    assert re.fullmatch(r"/authorize\?oauth_token=\w+", provider.asked[1][0])
    assert "oauth_callback" not in provider.asked[2][1]["Authorization"]


def test_a_callback_that_the_connection_says_itself_is_the_one_that_counts(provider, connect):
    what = changed(("requestToken.qs", {"oauth_callback": "{{oauth.redirectUri}}?own"}), ("oauth.transport_method", "query"), of=connection(provider.url))
    result = connect(what)
    assert (result.returncode, result.stderr) == (0, "")
    assert provider.asked[0][0].count("oauth_callback=") == 1
    assert "app-oauth1%3Fown&" in provider.asked[0][0]


@pytest.mark.parametrize(("step", "path", "value", "code"), [
    ("requestToken", "oauth.consumer_secret", "another", 10),
    ("accessToken", "accessToken.oauth.token_secret", "another", 12),
    ("info", "info.oauth.token_secret", "another", 13),
])
def test_a_wrong_signature_is_refused_at_its_step_and_told(provider, connect, step, path, value, code):
    result = connect(changed((path, value), of=connection(provider.url)))
    assert result.returncode == code
    assert result.stderr.startswith(f"step {step} (/{step}): ")
    assert "the request is signed by OAuth 1: compare consumer_key, consumer_secret, token, token_secret" in result.stderr
    assert not connect.store.exists()


@pytest.mark.parametrize(("changes", "pointer", "says"), [
    ([("oauth.consumer_key", "{{common.nothing}}")], "/requestToken/oauth/consumer_key", "there is no consumer_key"),
    ([("oauth.signature_method", "{{'HMAC-SHA256'}}")], "/requestToken/oauth/signature_method", "expected HMAC-SHA1, RSA-SHA1 or PLAINTEXT"),
    ([("oauth.signature_method", "RSA-SHA1")], "/requestToken/oauth/private_key", "signs with private_key, and there is none"),
    ([("oauth.signature_method", "RSA-SHA1"), ("oauth.private_key", "x")], "/requestToken/oauth/private_key", "no private key in PEM"),
    ([("oauth.consumer_secret", None), ("oauth.private_key", PRIVATE_PEM)], "/requestToken/oauth/signature_method", "without signature_method it is HMAC-SHA1"),
    ([("oauth.transport_method", "body")], "/requestToken/oauth/transport_method", "the body of a POST of type urlencoded alone"),
    ([("oauth.consumer_key", "{{1 * 'x'}}")], "/oauth/consumer_key", "no number"),
])
def test_what_cannot_be_signed_is_told_and_nobody_is_asked(provider, connect, changes, pointer, says):
    result = connect(changed(*changes, of=connection(provider.url)))
    assert result.returncode == 10
    assert result.stderr.startswith(f"step requestToken ({pointer}): "), result.stderr
    assert says in result.stderr
    assert provider.asked == []


def test_a_person_without_a_token_is_sent_nowhere(provider, connect):
    result = connect(changed(("authorize.oauth", None), of=connection(provider.url)))
    assert result.returncode == 11
    assert "step authorize (/authorize/oauth/token): there is no token" in result.stderr


def test_a_callback_with_another_token_is_refused(provider, connect):
    provider.change = lambda url: re.sub(r"oauth_token=\w+", "oauth_token=forged", url)
    result = connect(connection(provider.url))
    assert (result.returncode, "the callback has another oauth_token than the request" in result.stderr) == (11, True)


def test_a_person_who_refuses_ends_the_run_at_authorize(provider, connect):
    provider.change = lambda url: re.sub(r"oauth_verifier=\w+", "oauth_problem=user_refused", url)
    result = connect(connection(provider.url))
    assert (result.returncode, "the callback says user_refused" in result.stderr) == (11, True)


@pytest.mark.parametrize(("said", "hashed"), [(True, "qZk%2BNkcGgWq6PiVxeFDCbJzQ2J0%3D"), ("{{'own='}}", "own%3D")])
def test_a_body_hash_is_signed_with_the_rest(provider, connect, said, hashed):
    what = changed(("info.method", "POST"), ("info.type", "raw"), ("info.body", "abc"), ("info.oauth.body_hash", said), of=connection(provider.url))
    result = connect(what)
    assert (result.returncode, result.stderr) == (0, "")
    assert f'oauth_body_hash="{hashed}"' in provider.asked[3][1]["Authorization"]


def test_no_secret_of_oauth_1_is_shown(provider, connect, tmp_path):
    what = changed(("oauth.signature_method", "PLAINTEXT"), ("oauth.transport_method", "query"), of=connection(provider.url))
    result = connect(what, "--transcript", tmp_path / "lines.jsonl")
    assert result.returncode == 0
    kept = json.loads(connect.store.read_text("utf-8"))["data"]
    shown = result.stdout + (tmp_path / "lines.jsonl").read_text("utf-8")
    for secret in (CONSUMER_SECRET, kept["token"], kept["token_secret"]):
        assert secret not in shown
    assert '  request.qs.oauth_signature: "***"' in result.stdout


def test_a_person_comes_back_to_the_listener_with_the_token(provider, tmp_path):
    (tmp_path / "common.json").write_text(json.dumps(DATA), "utf-8")
    command = [PROGRAM, "connection", "run", put(tmp_path, connection(provider.url)), "--common", tmp_path / "common.json", "--json"]
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        guard = threading.Timer(60, process.kill)
        guard.start()
        assert process.stderr.readline() == "Open this address in a browser:\n"
        callback = requests.get(process.stderr.readline().strip(), allow_redirects=False, timeout=30).headers["Location"]
        assert re.match(r"http://localhost:\d+/oauth/cb/app-oauth1\?", callback)
        assert requests.get(re.sub(r"oauth_token=\w+", "oauth_token=forged", callback), timeout=30).status_code == 400
        assert requests.get(callback, timeout=30).status_code == 200
        assert process.wait(60) == 0
        guard.cancel()
        assert [json.loads(line)["step"] for line in process.stdout] == STEPS
        assert process.stderr.read() == "a callback came with another oauth_token, and was refused\n"
