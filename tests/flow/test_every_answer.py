"""Whatever is asked, and by whom: the server answers, and not with a fault of its own, and ends with 0.

The walks go by the tables: every route, every operation of Make's API, every grant, every page, in both profiles. On
the sanitized build they look for overruns; `scripts/test --full` repeats them under valgrind, which sees what is read
but was never written."""

import re
from urllib.parse import urlencode

import pytest
from support import (CLIENTS, INTROSPECT, LOGOUT, MCP, PROGRAM, ROOT, TOKEN, WEB_SECRET, authorize, authorize_params, fixture_with,
                     introspect, redeem, refresh, revoke, sign_in, userinfo)
from support_api import BEYOND, OPERATIONS, OWNER_TOKEN, RESOURCES, Api, collection_of, fixture_of, path_of, user_with, uuid
from support_pages import begin
from support_registration import as_sent, manage, register
from support_registration import sign_in as sign_in_registered
from support_tools import NOBODY, run

PROFILES = pytest.mark.parametrize("profile", ["make", "standard"])
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"]


def is_answered(response, what=""):
    assert response.status_code in (501, 503, 505) or 200 <= response.status_code < 500, f"{what}: {response.text}"
    return response


def routes():
    """The paths of the route table, which names them by macros of handlers.h."""
    room = ROOT / "server/endpoints"
    named = dict(re.findall(r'#define (PATH_\w+) "([^"]*)"', (room / "handlers.h").read_text(encoding="utf-8")))
    used = re.findall(r"\.path = (\w+|\"[^\"]*\")", (room / "routes.c").read_text(encoding="utf-8"))
    assert len(used) > 15
    return [re.sub(r"\{[^}]*\}", "one", named.get(word, word.strip('"'))) for word in used]


@PROFILES
def test_every_route_answers_every_method_whoever_asks(start, profile):
    server = start("--profile", profile)
    token = sign_in(server)["access_token"]
    forms = [{}, {"data": {"client_id": "demo-web", "token": "x", "interaction": "x", "csrf": "x"}}, {"json": {"a": [1]}},
             {"headers": {"Authorization": f"Bearer {token}"}}, {"headers": {"Authorization": "Basic ZGVtby13ZWI6eA=="}},
             {"headers": {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}}]
    for path in [*routes(), "/", "/favicon.ico", "/nowhere"]:
        for method in METHODS:
            for form in forms:
                is_answered(server.request(method, path, **form), f"{method} {path} {form}")


def asked_of(client_id, response_type, **params):
    return authorize_params(client_id, response_type=response_type, nonce="n", **params)


@PROFILES
def test_every_way_to_ask_and_every_grant_is_answered(start, profile):
    server = start("--profile", profile, fixture=fixture_with(clients={
        "demo-web": {"grant_types": ["authorization_code", "refresh_token", "client_credentials"]}}))
    for response_type in ("code", "id_token", "code id_token", "token"):
        for response_mode in ("query", "fragment", "form_post", "web_message"):
            for prompt in (None, "none", "login", "consent", "select_account"):
                params = asked_of("demo-web", response_type, response_mode=response_mode, prompt=prompt, max_age="1",
                                  claims='{"id_token":{"email":null},"userinfo":{"name":{"essential":true}}}',
                                  claims_locales="de en", login_hint="1002", acr_values="1", state="s")
                is_answered(server.get("/oauth/v2/authorize", params=params), params)
    for client_id in CLIENTS:
        answer = authorize(server, client_id)
        tokens = is_answered(redeem(server, answer, client_id)).json()
        is_answered(redeem(server, answer, client_id))  # twice
        for method in ("GET", "POST"):
            is_answered(userinfo(server, tokens["access_token"], method))
        again = is_answered(refresh(server, tokens.get("refresh_token", "x"), client_id)).json()
        is_answered(refresh(server, tokens.get("refresh_token", "x"), client_id))
        for token in (tokens["access_token"], again.get("access_token", "x"), again.get("refresh_token", "x"), tokens["id_token"]):
            is_answered(introspect(server, token, client_id))
            is_answered(revoke(server, token, client_id))
        is_answered(server.get(LOGOUT, params={"id_token_hint": tokens["id_token"], "state": "s"}))
    for form in ({"scope": "scenarios:read"}, {}):
        is_answered(server.post(TOKEN, data={"grant_type": "client_credentials", "client_id": "demo-web", "client_secret": WEB_SECRET, **form}))
    is_answered(server.post(INTROSPECT, auth=("demo-web", WEB_SECRET), data={"token": "x"}))


@PROFILES
def test_a_client_that_registers_is_answered_all_its_life(start, profile):
    server = start("--profile", profile)
    for metadata in ({}, {"token_endpoint_auth_method": "client_secret_post", "client_name": "A", "scope": "mcp:use"},
                     {"redirect_uris": []}, {"scope": "no:such"}):
        is_answered(server.post("/oauth/v2/register/mcp", json={"redirect_uris": ["http://localhost:4000/cb"], **metadata}))
    client = register(server)
    token = sign_in_registered(server, client, scope="mcp:use", resource=f"{server.issuer}/mcp")["access_token"]
    for method in ("initialize", "ping", "tools/list", "tools/call", "resources/list", "prompts/list", "no/such"):
        is_answered(server.post(MCP, headers={"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"},
                                json={"jsonrpc": "2.0", "id": 1, "method": method, "params": {"name": "x", "arguments": {}}}))
    is_answered(manage(server, "GET", client))
    is_answered(manage(server, "PUT", client, json=as_sent(client, client_name="Another")))
    is_answered(manage(server, "DELETE", client))
    is_answered(manage(server, "GET", client))


@PROFILES
def test_every_page_is_shown_and_takes_what_is_pressed(start, profile):
    server = start("--profile", profile, "--login", "page")
    for response_mode in ("query", "form_post"):
        browser = server.browser()
        visit = begin(browser, scope="openid email offline_access scenarios:read", response_mode=response_mode)
        visit.submit(username="max.member@example.com", password="wrong")
        visit.submit(username="max.member@example.com", password="member-password")
        visit.submit(decision="switch")
        visit.submit(user="1001")
        visit.submit(decision="approve", withhold=("email",))
        is_answered(visit.response)
        is_answered(begin(browser, prompt="none").response)
        is_answered(begin(browser, prompt="login consent").submit(user="1003").response)
        is_answered(begin(server.browser()).submit(decision="deny").response)
        is_answered(begin(server.browser()).submit(user="1001", csrf="x").response)
        is_answered(begin(browser, redirect_uri="http://localhost:3000/other").response)
        is_answered(browser.get(LOGOUT))
        is_answered(browser.post(LOGOUT, data={"csrf": "x"}))


@pytest.mark.parametrize("token", [OWNER_TOKEN, uuid(3001), uuid(3002), None], ids=["owner", "member", "nobody", "no-token"])
def test_every_operation_is_answered_for_everybody(start, token):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].extend([
        user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team monitoring")]), user_with(3002)])))
    api = Api(server.browser(), token)  # one connection for thousands of calls
    # What takes others with it goes last.
    rows = sorted(OPERATIONS + BEYOND, key=lambda row: (row["method"] == "DELETE", collection_of(row) in ("teams", "organizations")))
    for row in rows:
        documents = RESOURCES.get(collection_of(row)) or [{}]
        made = {"teamId": 1, "organizationId": 1, "name": "made", **documents[0]}
        for query in ("", "?confirmed=true&teamId=1&organizationId=2&pg[limit]=2&pg[offset]=1&pg[sortDir]=desc", "?confirmed=true&teamId=1"):
            for body in (None,) if row["method"] == "GET" else (None, {}, made):
                is_answered(api(row["method"], path_of(row) + query, body), f"{row['method']} {row['path']}{query} {body}")
        # What was deleted may be in the trash: all that can be asked of it is asked once more.
        for below in rows if row["method"] == "DELETE" else ():
            if below["method"] != "DELETE" and below["path"].startswith(row["path"]):
                is_answered(api(below["method"], f"{path_of(below)}?confirmed=true", None if below["method"] == "GET" else {}), below)


def test_every_verb_of_the_tools_ends_as_it_says(start, tmp_path):
    fixture = tmp_path / "fixture.json"
    fixture.write_text('{"extends": "default"}', encoding="utf-8")
    server = start("--fixtures", fixture, "--watch")
    url = server.issuer
    asked = f"{url}/oauth/v2/authorize?{urlencode(authorize_params('demo-web'))}"
    for code, verb in [
        (0, ("doctor", url, "--origin", "http://localhost:3000", "--sign-in", asked)), (1, ("doctor", url, "--as", "makeshift:80")),
        (1, ("doctor", NOBODY)), (0, ("wait", url)), (1, ("wait", NOBODY, "--timeout", "100ms")), (0, ("healthcheck", url)), (1, ("healthcheck", NOBODY)),
        (0, ("ctl", "fault", "add", "lost_reply", "--url", url)), (0, ("ctl", "journal", "list", "--url", url)),
        (1, ("ctl", "verify", "--endpoint", "token", "--exactly", "9", "--url", url)), (4, ("ctl", "key", "delete", "x", "--url", url)),
        (2, ("ctl", "nothing")), (1, ("audit", "--url", url)), (0, ("iml", "join(split('a b', ' '), ',')")), (1, ("iml", "(")),
        (0, ("complete", "ctl", "fault", "")),
    ]:
        result = run(*verb, program=PROGRAM)  # as the command, which valgrind follows into the tools
        assert result.returncode == code, (verb, result.stdout, result.stderr)
    fixture.write_text('{"extends": "default", "users": [{"sub": "1", "email": "a@example.com"}]}', encoding="utf-8")
    server.wait_log("the fixture was read again", 30)
