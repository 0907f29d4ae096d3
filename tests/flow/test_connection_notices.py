"""What people have met at Make and asked about in public: each is noticed, by check before anything is run, or by run."""

import json

import pytest

from support_connections import changed, put
from support_tools import recording, run
from test_connection_run import connect  # noqa: F401: a fixture

UUID = [("preauthorize", {"url": "https://x.example/", "temp": {"v": "{{uuid}}"}}), ("token.body.code_verifier", "{{temp.v}}")]

CHECKED = {
    "the zone where parseDate takes the format": ("parse-date", [("token.response.data.at", "{{parseDate(body.at, 'UTC')}}")]),
    "a log that masks nothing while the body holds tokens": ("sanitize", [("token.log", {})]),
    "a redirect URI at another host than the one before": ("redirect-uri", [("token.body.redirect_uri", "{{oauth.redirectUri}}")]),
    "a parameter that is called accountName": ("reserved-parameter", [("info.qs", {"n": "{{parameters.accountName}}"})]),
    "a parameter that is called teamID": ("reserved-parameter", [("info.qs", {"n": "{{parameters.teamID}}"})]),
    "a refresh whose data.expires nobody stored": ("refresh-never-due", [("token.response.data.expires", None)]),
    "response.expires for the access token": ("expires", [("token.response.expires", "{{addSeconds(now, body.expires_in)}}")]),
    "type left at json for a token": ("request-type", [("token.type", None)]),
    "type left at json for a refresh": ("request-type", [("refresh.type", None)]),
    "a verifier of 36 characters": ("short-verifier", [*UUID, ("token.log.sanitize", ["request.body", "response.body"])]),
    "a semicolon between arguments": ("iml", [("authorize.qs.scope", "{{join(oauth.scope; ' ')}}")]),
    "a new refresh token that refresh does not store": ("refresh-token", [("refresh.response.data.refreshToken", None)]),
}


@pytest.mark.parametrize("what", CHECKED)
def test_check_notices(tmp_path, what):
    rule, changes = CHECKED[what]
    result = run("connection", "check", put(tmp_path, changed(*changes)), "--strict")
    assert result.returncode == 1
    assert f"[{rule}]" in result.stdout


def test_check_notices_a_redirect_uri_that_the_provider_does_not_know(tmp_path):
    result = run("connection", "check", put(tmp_path, changed()), "--redirect-uri", "https://www.integromat.com/oauth/cb/app", "--strict")
    assert (result.returncode, "[redirect-uri]" in result.stdout) == (1, True)


ASKING = [("authorize", None), ("info", None), ("refresh", None), ("token.condition", True), ("token.body.code", None)]


def test_run_notices_a_secret_in_the_body_where_basic_is_announced(connect):  # noqa: F811
    # One header's value that ends its line and begins another: the recorder sends it as it is.
    with recording((401, {"error": "invalid_client"}, 'application/json\r\nWWW-Authenticate: Basic realm="token"')) as provider:
        result = connect(changed(*ASKING, ("token.url", provider.url)))
        assert result.returncode == 12
        assert "; the server asks for the secret by HTTP Basic, and it was sent in the body" in result.stderr
        basic = "Basic {{base64(common.clientId + ':' + common.clientSecret)}}"
        result = connect(changed(*ASKING, ("token.url", provider.url), ("token.headers", {"authorization": basic})))
        assert "by HTTP Basic" not in result.stderr


def test_run_notices_a_401_of_bare_text_that_is_all_that_make_shows(connect):  # noqa: F811
    with recording((401, "Unauthorized", "text/plain")) as provider:
        result = connect(changed(*ASKING, ("token.url", provider.url), ("token.response.error", None)))
    ours, makes = result.stderr.splitlines()
    assert ours.endswith('answered 401: "Unauthorized"; without response.error Make shows this alone')
    shown = json.loads(makes.removeprefix("Make would show: "))
    assert shown["suberrors"] == [{"message": '[401] "Unauthorized"', "name": "RuntimeError"}]
