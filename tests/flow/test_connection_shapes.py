"""Connections in the shapes that people write them in: each is found without an error, connects and refreshes."""

import pytest

from test_connection_run import APP, PKCE, against, connect, events, stored  # noqa: F401: connect is a fixture

pytestmark = pytest.mark.tenants

BASIC = "Basic {{base64(common.clientId + ':' + common.clientSecret)}}"
FORM = "grant_type=authorization_code&code={{encodeURL(temp.code)}}&client_id={{common.clientId}}&client_secret={{common.clientSecret}}"

SHAPES = {
    "scopes with commas": [("authorize.qs.scope", "{{join(oauth.scope, ',')}}")],
    "scopes merged with those of the parameters": [
        ("authorize.qs.scope", "{{join(distinct(merge(oauth.scope, ifempty(parameters.scopes, emptyarray))), ' ')}}")],
    "the body as a text of its own": [
        ("token.type", "raw"), ("token.headers", {"content-type": "application/x-www-form-urlencoded"}), ("token.body", FORM)],
    "no redirect URI at the token endpoint": [("token.body.redirect_uri", None)],
    "the older name of the redirect URI": [("authorize.qs.redirect_uri", "{{oauth.redirectUri}}"), ("token.body.redirect_uri", "{{oauth.redirectUri}}")],
    "the redirect URI of the instance": [
        ("authorize.qs.redirect_uri", "{{oauth.localRedirectUri}}"), ("token.body.redirect_uri", "{{oauth.localRedirectUri}}")],
    "the code straight from the callback": [("authorize.response.temp", {"authorization": "{{query}}"}), ("token.body.code", "{{temp.authorization.code}}")],
    "the code by its path": [("authorize.response.temp", {"query": "{{query}}"}), ("token.body.code", "{{get(temp, 'query.code')}}")],
    "tokens in an object": [
        ("token.response.data", {"tokens": {"access": "{{body.access_token}}"}, "refreshToken": "{{body.refresh_token}}",
                                 "expires": "{{addSeconds(now, body.expires_in)}}"}),
        ("info.headers", {"authorization": "Bearer {{connection.tokens.access}}"})],
    "a type in front of the token": [
        ("token.response.data.type", "{{capitalize(ifempty(body.token_type, 'bearer'))}}"),
        ("info.headers", {"authorization": "{{connection.type}} {{connection.accessToken}}"})],
    "an end that comes a minute early": [("token.response.data.expires", "{{addSeconds(now, body.expires_in - 60)}}")],
    "an end as a text": [("token.response.data.expires", "{{formatDate(addSeconds(now, body.expires_in), 'YYYY-MM-DDTHH:mm:ss[Z]')}}")],
    "an end by timestamp": [
        ("token.response.data.expires", "{{parseDate(parseNumber(formatDate(now, 'X')) + body.expires_in, 'X')}}")],
    "an end that may not be said": [
        ("token.response.data.expires", "{{if(body.expires_in, addSeconds(now, body.expires_in), addYears(now, 1))}}")],
    "errors by status": [("token.response.error", {"400": {"message": "{{body.error_description}}"}, "500-599": {"message": "down"}, "message": "?"})],
    "an answer that has to hold something": [("token.response.valid", {"condition": "{{contains(keys(body), 'access_token')}}", "message": "no token"})],
    "a condition that is a text": [("token.condition", "{{true}}")],
    "a step in front that does not run": [("preauthorize", {"condition": "{{parameters.host}}", "url": "{{parameters.host}}/login"})],
    "a step in front with a default": [
        ("preauthorize", {"condition": {"condition": False, "default": {"host": "h"}}, "url": "https://x.example/", "response": {"temp": {"h": "{{body.host}}"}}}),
        ("authorize.qs.host", "{{temp.h}}")],
    "PKCE": [("authorize.temp", {"verifier": "{{uuid}}{{uuid}}"}), *PKCE],
    "a name and an address": [("info.response.metadata", {"type": "text", "value": "{{body.name}} ({{body.email}})"})],
    "a name that is made": [("info.qs", {"{{lower('TENANT')}}": "{{parameters.tenant}}", "fields": "sub,email"})],
    "a host that is filled in": [
        ("token.url", "{{ifempty(parameters.host, common.host)}}/oauth/v2/token"), ("refresh.url", "{{ifempty(parameters.host, common.host)}}/oauth/v2/token"),
        ("info.url", "{{ifempty(parameters.host, common.host)}}/oauth/v2/oidc/userinfo")],
    "the old refresh token by hand": [("refresh.response.data.refreshToken", "{{ifempty(body.refresh_token, data.refreshToken)}}")],
    "an end of the connection that the answer may say": [
        ("token.response.expires", "{{addSeconds(now, ifempty(body.refresh_token_expires_in, 15552000))}}")],
    "an answer without an error": [("token.response.valid", "{{!body.error}}"), ("info.response.valid", "{{body.sub != ''}}")],
    "a last try before the end": [("refresh.condition", "{{addMinutes(now, 15) > data.expires || data.accessToken = emptystring}}")],
    "an id that is made": [("info.response.uid", "{{toString(body.sub)}}-{{substring(md5(body.email), 0, 8)}}")],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_connection_of_this_shape_connects_and_refreshes(server, connect, shape):  # noqa: F811
    result = connect(against(server, *SHAPES[shape]), "--refresh", "when-due", "--json", scope="openid email profile offline_access",
                     data=APP | {"host": server.issuer})
    assert (result.returncode, result.stderr) == (0, "")
    steps = [event["step"] for event in events(result)]
    assert steps == ["authorize", "token", "info", "refresh", "info"]
    assert stored(connect)["uid"]


def test_a_secret_in_a_header_goes_to_a_server_that_takes_it(start, connect):  # noqa: F811
    changes = [("token.headers", {"authorization": BASIC}), ("token.body.client_secret", None), ("token.body.client_id", None)]
    assert connect(against(start("--profile", "standard"), *changes)).returncode == 0
    result = connect(against(start(), *changes))  # Make's own server wants it in the body
    assert (result.returncode, "invalid_client" in result.stderr) == (12, True)
