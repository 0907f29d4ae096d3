"""The clients of fixtures/conformance.json, as docs/conformance-suite.md hands them to the suite."""

import base64
import fnmatch
import json
import re

import pytest
from requests.auth import HTTPBasicAuth

from support import AUTHORIZE, DISCOVERY, LOGOUT, ROOT, TOKEN, authorize_params, decode, location_params, userinfo
from support_pages import CONSENT, Visit

pytestmark = pytest.mark.tenants

FIXTURE = json.loads((ROOT / "fixtures/conformance.json").read_text(encoding="utf-8"))
CONFIG = json.loads((ROOT / "docs/conformance-suite.json").read_text(encoding="utf-8"))
OP = "https://op.example:8444"
CLIENTS = {client["client_id"]: client for client in FIXTURE["clients"]}


@pytest.fixture
def server(start):
    return start("--login", "page", fixture=ROOT / "fixtures/conformance.json")


def click(server, client, **params):
    """What the suite's browser does: the button of the user, and that of the consent."""
    visit = Visit(server.browser())
    visit.go(visit.browser.get("/oauth/v2/authorize", params=authorize_params(
        client["client_id"], nonce="a-nonce", scope=client["scope"], **params)))
    visit.submit(user="1001")
    return visit.submit(decision="approve") if visit.path == CONSENT else visit  # it is remembered


@pytest.mark.parametrize("response_type", ["code", "code id_token", "id_token"])
@pytest.mark.parametrize("client_id", CLIENTS)
def test_each_client_signs_in_at_both_places_with_each_response_type(server, client_id, response_type):
    client = CLIENTS[client_id]
    for redirect_uri in client["redirect_uris"]:
        visit = click(server, client, redirect_uri=redirect_uri, response_type=response_type)
        if "id_token" in response_type:
            assert decode(server, visit.params["id_token"], audience=client_id)["nonce"] == "a-nonce"
        if "code" not in response_type.split():
            continue
        form = {"grant_type": "authorization_code", "code": visit.params["code"], "redirect_uri": redirect_uri}
        basic = client["token_endpoint_auth_method"] == "client_secret_basic"
        auth = HTTPBasicAuth(client_id, client["client_secret"]) if basic else None
        if not basic:
            form.update(client_id=client_id, client_secret=client["client_secret"])
        tokens = server.post(TOKEN, form, auth=auth).json()
        claims = userinfo(server, tokens["access_token"]).json()
        assert set(server.get(DISCOVERY).json()["claims_supported"]) & set(claims) == set(claims)
        assert len(claims) == 20
        url = client["post_logout_redirect_uris"][0]
        answer = visit.browser.get(LOGOUT, params={"id_token_hint": tokens["id_token"], "state": "x",
                                                   "post_logout_redirect_uri": url})
        assert answer.headers["Location"].startswith(url) and location_params(answer) == {"state": "x"}


def test_the_page_names_clients_and_buttons_that_there_are(server):
    config = CONFIG
    for member in ("client", "client_secret_post", "client2"):
        named = config[member]
        assert CLIENTS[named["client_id"]]["client_secret"] == named["client_secret"]
    assert config["client"] != config["client2"]
    visit = Visit(server.browser())
    visit.go(visit.browser.get("/oauth/v2/authorize", params=authorize_params(
        "suite-post", redirect_uri=CLIENTS["suite-post"]["redirect_uris"][0], scope="openid")))
    tasks = config["browser"][0]["tasks"]
    for task, form in zip(tasks, ({"user": "1001"}, {"decision": "approve"})):
        (name, value), = form.items()
        assert task["commands"] == [["click", "css", f"button[name='{name}'][value='{value}']"]]
        assert visit.path in task["match"]
        assert (name, value) in [button for each in visit.page.forms for button in each["buttons"]]
        visit.submit(**form)
    assert "code" in visit.params


# -- pictures: what a module sends, and the words that the configuration waits for on the page ---------

LOGOUT_MODULE = "oidcc-rp-initiated-logout-"
NOBODYS_HINT = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in
                        (b'{"alg":"none"}', b'{"sub":"1001"}', b"x"))
CALLBACK = CLIENTS["suite-post"]["redirect_uris"][0]
UNSIGNED = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in
                    (b'{"alg":"none"}', json.dumps({"redirect_uri": CALLBACK}).encode(), b""))
SENT = {
    "oidcc-prompt-login": {"prompt": "login"},
    "oidcc-max-age-1": {"max_age": "0"},  # the suite waits a second, and sends 1
    "oidcc-ensure-registered-redirect-uri": {"redirect_uri": CALLBACK + "/x"},
    "oidcc-redirect-uri-query-added": {"redirect_uri": CALLBACK + "?foo=bar"},
    "oidcc-redirect-uri-query-mismatch": {"redirect_uri": CALLBACK + "?dummy1=lorem"},
    "oidcc-ensure-redirect-uri-in-authorization-request": {"redirect_uri": None},
    "oidcc-ensure-request-object-with-redirect-uri": {"redirect_uri": CALLBACK + "/x", "request": UNSIGNED},
    LOGOUT_MODULE + "bad-post-logout-redirect-uri": {"post_logout_redirect_uri": "https://x.example/", "hint": True},
    LOGOUT_MODULE + "query-added-to-post-logout-redirect-uri": {
        "post_logout_redirect_uri": CLIENTS["suite-post"]["post_logout_redirect_uris"][0] + "?foo=bar", "hint": True},
    LOGOUT_MODULE + "bad-id-token-hint": {"id_token_hint": NOBODYS_HINT},
    LOGOUT_MODULE + "modified-id-token-hint": {"hint": "modified"},
    LOGOUT_MODULE + "no-id-token-hint": {
        "post_logout_redirect_uri": CLIENTS["suite-post"]["post_logout_redirect_uris"][0], "state": "x"},
    LOGOUT_MODULE + "no-params": {},
    LOGOUT_MODULE + "only-state": {"state": "x"},
    LOGOUT_MODULE + "no-post-logout-redirect-uri": {"hint": True},
}


def asked(**params):
    return authorize_params("suite-post", **{"redirect_uri": CALLBACK, "scope": "openid", **params})


def id_token_of(server, browser):
    visit = Visit(browser).go(browser.get(AUTHORIZE, params=asked()))
    visit.submit(user="1001").submit(decision="approve")
    return server.post(TOKEN, {
        "grant_type": "authorization_code", "code": visit.params["code"], "redirect_uri": CALLBACK,
        "client_id": "suite-post", "client_secret": CLIENTS["suite-post"]["client_secret"]}).json()["id_token"]


def test_every_picture_that_the_configuration_takes_is_of_a_module_known_here():
    assert set(CONFIG["override"]) == set(SENT)


@pytest.mark.parametrize("module", SENT)
def test_the_page_that_a_module_wants_a_picture_of_has_the_words_that_are_waited_for(server, module):
    last = CONFIG["override"][module]["browser"][-1]
    task = last["tasks"][0]
    wait, xpath, every, _, words, update = task["commands"][0]
    assert (wait, xpath, every, update) == ("wait", "xpath", "//*", "update-image-placeholder")
    browser, params = server.browser(), dict(SENT[module])
    path = AUTHORIZE
    if module.startswith(LOGOUT_MODULE) or "redirect" not in module:
        token = id_token_of(server, browser)
    if module.startswith(LOGOUT_MODULE):
        path, hint = LOGOUT, params.pop("hint", None)
        if hint:
            head, body, mark = token.split(".")
            changed = ("A" if mark[0] != "A" else "B") + mark[1:]
            params["id_token_hint"] = token if hint is True else f"{head}.{body}.{changed}"
    else:
        params = asked(**params)
    assert fnmatch.fnmatchcase(OP + path, last["match"])
    visit = Visit(browser).go(browser.get(path, params=params))
    assert visit.page is not None, "the browser was sent on"
    assert fnmatch.fnmatchcase(OP + (visit.path or path), task["match"])
    assert re.search(words, visit.page.text), visit.page.text
