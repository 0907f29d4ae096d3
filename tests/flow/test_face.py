"""The pages about the server itself, as what comes over the wire: tests/browser/face.test.mjs uses them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from support import WEB_SECRET, decode, fixture_with, location_params, redeem

DOOR = "/_makeshift/"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

pytestmark = pytest.mark.shared_server


def begin(server, client_id="demo-spa", **members):
    return server.request("POST", DOOR + "tries", json={"client_id": client_id, **members})


def visit(server, url):
    parts = urlsplit(url)
    return server.get(f"{parts.path}?{parts.query}")


def refused_page(answer, status, text):
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert text in answer.text


def test_a_program_is_told_as_json_where_everything_is(server):
    answer = server.get("/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    told = answer.json()
    assert told["issuer"] == server.issuer and told["profile"] == "make" and told["login"] == "auto"
    assert server.get(urlsplit(told["openid_configuration"]).path).json()["issuer"] == server.issuer
    assert server.get(told["openapi"]).json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", ["/", DOOR, DOOR + "try"])
def test_a_page_loads_nothing_from_elsewhere_and_is_framed_nowhere(server, path):
    answer = server.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ") and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY" and answer.headers["Cache-Control"] == "no-store"
    assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!localhost)', answer.text)


def test_a_browser_sees_endpoints_clients_and_users(server):
    page = server.get("/", headers=HTML).text
    metadata = server.get("/.well-known/openid-configuration").json()
    for text in (metadata["token_endpoint"], metadata["jwks_uri"], "demo-web", "http://localhost:3000/cb",
                 "olivia.owner@example.com", 'href="/_makeshift/try?client_id=demo-spa"'):
        assert text in page


def test_what_a_client_has_not_is_left_out(server):
    page = server.get("/", headers=HTML).text
    cards = {re.search(r"<span>([^<]+)</span>", card)[1]: card for card in page.split("<h2>Clients</h2>")[1].split("<h2>")[0].split("<li>")[1:]}
    assert "<dt>redirect_uris</dt>" in cards["demo-spa"] and "<dt>redirect_uris</dt>" not in cards["demo-service"]
    assert "none: a public client" in cards["demo-spa"] and "<dt>sent by</dt>" not in cards["demo-spa"]


def test_the_inspector_names_its_parts_and_the_clients_without_script(server):
    page = server.get(DOOR, headers=HTML).text
    for text in (">Journal</h2>", ">Clock</h2>", ">Faults</h2>", "<option>demo-web</option>"):
        assert text in page


def test_only_who_may_have_a_code_can_be_tried(server):
    page = server.get(DOOR + "try", headers=HTML).text
    assert "<option>demo-web</option>" in page and "<option>demo-service</option>" not in page


def test_the_icon_is_there(server):
    answer = server.get("/favicon.ico")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")


def test_pages_do_not_stand_in_the_journal(server):
    before = [entry["id"] for entry in server.get(DOOR + "journal").json()["items"]]
    for path in ("/", "/favicon.ico", DOOR, DOOR + "try"):
        server.get(path, headers=HTML)
    assert [entry["id"] for entry in server.get(DOOR + "journal").json()["items"]] == before


def test_pages_are_read_and_nothing_else(server):
    for path in ("/", DOOR, DOOR + "try"):
        answer = server.request("POST", path)
        assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD"


def test_a_navigation_from_another_site_sees_the_pages(server):
    for path in ("/", DOOR):
        answer = server.get(path, headers={**HTML, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
        assert answer.status_code == 200


def test_hostile_names_stay_text(start):
    evil = "</script><img src=x onerror=alert(1)>"
    server = start(fixture=fixture_with(clients={"demo-web": {"client_name": evil}},
                                        users={"1001": {"name": evil}}))
    page = server.get("/", headers=HTML).text
    assert evil not in page
    assert page.count("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;") == 2


def test_a_tenant_has_pages_of_its_own(server):
    server.request("POST", DOOR + "tenants", json={"name": "faced"})
    page = server.get("/t/faced/", headers=HTML).text
    assert "Tenant faced" in page and 'href="/t/faced/_makeshift/"' in page
    assert 'data-door="/t/faced/_makeshift/"' in server.get("/t/faced/_makeshift/", headers=HTML).text
    assert server.get("/t/faced/").json()["issuer"] == f"{server.issuer}/t/faced"


def test_a_secret_or_password_is_shown_where_the_fixture_states_it_and_while_it_is_right(start):
    server = start()
    assert WEB_SECRET in server.get("/", headers=HTML).text
    assert begin(server, "demo-web").json()["client_secret"] == WEB_SECRET
    assert "client_secret" not in begin(server, "demo-spa").json()
    server.request("PATCH", DOOR + "clients/demo-web", json={"client_secret": "another-secret-for-tests-only-0001"})
    assert "member-password" in server.get("/", headers=HTML).text
    server.request("PATCH", DOOR + "users/1002", json={"password": "another-password"})
    page = server.get("/", headers=HTML).text
    assert "member-password" not in page and "with a password" in page
    assert WEB_SECRET not in page and "the server keeps its hash alone" in page
    assert "client_secret" not in begin(server, "demo-web").json()


# -- who may see them -------------------------------------------------------------------------------------------------


def test_without_the_door_the_home_page_stays_and_says_what_opens_it(start):
    server = start("--control", "off")
    page = server.get("/", headers=HTML).text
    assert WEB_SECRET not in page and "member-password" not in page
    assert "--control on" in page and "demo-web" in page and 'href="/_makeshift/' not in page
    assert "control" not in server.get("/").json()
    refused_page(server.get(DOOR, headers=HTML), 404, "the control door is off; start the server with --control on")


def test_with_a_token_the_pages_come_empty_and_ask_for_it(start):
    server = start("--control-token", "let-me-in")
    for path in ("/", DOOR, DOOR + "try"):
        answer = server.get(path, headers=HTML)
        assert answer.status_code == 200 and "WWW-Authenticate" not in answer.headers
    home = server.get("/", headers=HTML).text
    assert WEB_SECRET not in home and "member-password" not in home
    for path in (DOOR, DOOR + "try"):
        page = server.get(path, headers=HTML).text
        assert 'id="token-form"' in page and "demo-web" not in page
        shown = server.get(path, headers={**HTML, "Authorization": "Bearer let-me-in"}).text
        assert "<option>demo-web</option>" in shown


# -- the ticket -------------------------------------------------------------------------------------------------------


def test_a_flow_that_the_page_began_ends_at_the_page(server):
    answer = begin(server)
    assert answer.status_code == 201
    flow = answer.json()
    assert flow["redirect_uri"] == f"{server.issuer}/_makeshift/try"
    back = location_params(visit(server, flow["authorize_url"]))
    assert back["state"] == flow["ticket"]
    tokens = redeem(server, back["code"], "demo-spa", redirect_uri=flow["redirect_uri"],
                    code_verifier=flow["code_verifier"]).json()
    assert decode(server, tokens["id_token"], audience="demo-spa")["nonce"] == flow["nonce"]


def test_a_ticket_is_good_once(server):
    flow = begin(server).json()
    assert visit(server, flow["authorize_url"]).status_code == 302
    refused_page(visit(server, flow["authorize_url"]), 400, "not registered for client")


def test_without_its_ticket_the_page_is_no_redirect_uri(server):
    flow = begin(server).json()
    for changed in (flow["authorize_url"].replace(flow["ticket"], "another"),
                    flow["authorize_url"].replace("client_id=demo-spa", "client_id=demo-web"),
                    flow["authorize_url"].replace(f"&state={flow['ticket']}", "")):
        assert changed != flow["authorize_url"]
        refused_page(visit(server, changed), 400, "not registered for client")


def test_a_ticket_admits_the_page_alone(server):
    flow = begin(server).json()
    changed = flow["authorize_url"].replace("%2F_makeshift%2Ftry", "%2F_makeshift%2Fother")
    assert changed != flow["authorize_url"]
    refused_page(visit(server, changed), 400, "not registered for client")


def test_a_reset_ends_what_the_page_began(start):
    server = start()
    flow = begin(server).json()
    assert server.request("POST", DOOR + "reset").status_code == 204
    refused_page(visit(server, flow["authorize_url"]), 400, "not registered for client")


def test_a_person_may_sign_in_between(start):
    server = start("--login", "page")
    flow = begin(server).json()
    browser = server.browser()
    parts = urlsplit(flow["authorize_url"])
    page = browser.get(f"{parts.path}?{parts.query}")
    assert page.status_code == 302
    interaction = parse_qs(urlsplit(page.headers["Location"]).query)["interaction"][0]
    page = browser.get(page.headers["Location"])
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    page = browser.post("/oauth/v2/authorize/sign-in", {"interaction": interaction, "csrf": csrf, "user": "1001"})
    page = browser.get(page.headers["Location"])
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    scopes = re.findall(r'name="scope" value="([^"]+)"', page.text)
    page = browser.post("/oauth/v2/authorize/consent", {"interaction": interaction, "csrf": csrf, "scope": scopes,
                                                        "decision": "approve"})
    assert page.headers["Location"].startswith(flow["redirect_uri"] + "?")
    assert location_params(page)["state"] == flow["ticket"]


@pytest.mark.parametrize("body, pointer", [({}, "/client_id"), ({"client_id": "nobody"}, "/client_id"),
                                           ({"client_id": "demo-spa", "scope": 1}, "/scope"),
                                           ({"client_id": "demo-spa", "scop": "openid"}, "/scop")])
def test_a_flow_that_cannot_begin_says_which_member_is_wrong(server, body, pointer):
    answer = server.request("POST", DOOR + "tries", json=body)
    assert answer.status_code == 422 and answer.json()["pointer"] == pointer, answer.text
