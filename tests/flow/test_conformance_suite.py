"""The clients of fixtures/conformance.json, as docs/conformance-suite.md hands them to the suite."""

import json
import re

import pytest
from requests.auth import HTTPBasicAuth

from support import DISCOVERY, LOGOUT, ROOT, TOKEN, authorize_params, decode, location_params, userinfo
from support_pages import CONSENT, Visit

FIXTURE = json.loads((ROOT / "fixtures/conformance.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/conformance-suite.md").read_text(encoding="utf-8")
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
    config = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.S)[1])
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
