"""Response types and modes: what comes back to the client, and by which way (OpenID Connect Core 3.2
and 3.3; OAuth 2.0 Multiple Response Types; OAuth 2.0 Form Post Response Mode)."""

import base64
import json
import urllib.parse

import pytest

from support import (AUTHORIZE, assert_error, authorize, authorize_params, decode, fixture_with,
                     half_hash, location_params, location_parts, pkce, proves, redeem, userinfo)
from support_pages import Page, begin
from support_refusals import ask, redirected_refusal

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]

URI = "http://localhost:3000/cb"
NONCE = "n-0S6_WzA2Mj"
front = pytest.mark.parametrize("kind", ["id_token", "code id_token", "id_token code"])
EVERY_TYPE = ["code", "id_token", "code id_token"]


def ask_for(server, kind, **params):
    return ask(server, response_type=kind, **{"nonce": NONCE, **params})


def in_fragment(response):
    """The parameters of the fragment; nothing stands in the query."""
    assert response.status_code == 302
    query, fragment = location_parts(response)
    assert query == []
    assert len(dict(fragment)) == len(fragment)
    return dict(fragment)


def posted(response, action=URI):
    """The fields of a form_post page, which is whole and safe."""
    assert response.status_code == 200
    assert "Location" not in response.headers
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    page = Page(response.text)
    assert len(page.forms) == 1
    form = page.forms[0]
    assert (form["method"], form["action"], form["inputs"]) == ("post", action, {})
    return form["hidden"]


@proves("AUT-15", "RSP-02", "RSP-07", "RSP-08")
@front
def test_an_id_token_comes_back_in_the_fragment_with_what_was_asked_for_alone(server, kind):
    params = in_fragment(ask_for(server, kind))
    wanted = {"id_token", "state", "iss"} | ({"code"} if "code" in kind.split() else set())
    assert set(params) == wanted
    assert params["state"] == "a-state"


@proves("RSP-01")
def test_a_code_comes_back_in_the_query(server):
    query, fragment = location_parts(ask(server))
    assert "code" in dict(query) and fragment == []


@proves("RSP-03", "RSP-09", "RSP-10")
@front
def test_a_refusal_of_those_types_comes_back_in_the_fragment_too(server, kind):
    for more, error in (({"scope": "openid no:such"}, "invalid_scope"),
                        ({"prompt": "nonsense"}, "invalid_request"),
                        ({"request": "e30.e30."}, "request_not_supported"),
                        ({"response_mode": "query"}, "invalid_request"),
                        ({"max_age": "-1"}, "invalid_request")):
        params = in_fragment(ask_for(server, kind, **more))
        assert params["error"] == error, more
        assert (params["state"], params["iss"]) == ("a-state", server.issuer)


@proves("AUT-21")
@front
def test_a_nonce_is_mandatory_where_an_id_token_comes_by_the_browser(server, kind):
    for nonce in (None, ""):
        assert in_fragment(ask_for(server, kind, nonce=nonce))["error"] == "invalid_request"
    assert "code" in authorize(server)  # and optional where none does


@proves("AUT-19")
@front
def test_an_id_token_without_the_scope_openid_is_refused(server, kind):
    assert in_fragment(ask_for(server, kind, scope="profile"))["error"] == "invalid_request"


@proves("AUT-35")
@front
def test_the_query_is_no_way_for_an_id_token(server, kind):
    params = in_fragment(ask_for(server, kind, response_mode="query"))
    assert params["error"] == "invalid_request"
    assert "'query'" in params["error_description"]


@proves("IDT-13", "IDT-14", "IDT-15")
def test_the_two_id_tokens_of_a_hybrid_flow_belong_together(server):
    front_params = in_fragment(ask_for(server, "code id_token", scope="openid profile email"))
    first = decode(server, front_params["id_token"], "demo-web")
    assert first["c_hash"] == half_hash(front_params["code"])
    assert first["nonce"] == NONCE
    assert not {"at_hash", "name", "email"} & set(first)
    tokens = redeem(server, front_params["code"]).json()
    second = decode(server, tokens["id_token"], "demo-web")
    assert second["at_hash"] == half_hash(tokens["access_token"])
    for claim in ("iss", "sub", "nonce", "auth_time"):
        assert first[claim] == second[claim], claim
    assert "name" not in second


@proves("IDT-15", "RFR-24")
def test_an_id_token_alone_carries_the_claims_of_the_scopes(server):
    params = in_fragment(ask_for(server, "id_token", scope="openid email"))
    claims = decode(server, params["id_token"], "demo-web")
    assert claims["email"] == "olivia.owner@example.com"
    assert not {"name", "c_hash", "at_hash"} & set(claims)
    assert "refresh_token" not in params and "access_token" not in params


def test_an_id_token_from_the_browser_opens_nothing(server):
    """It has no access token whose life it could share."""
    params = in_fragment(ask_for(server, "id_token"))
    answer = userinfo(server, params["id_token"])
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


@proves("PKC-15")
def test_a_challenge_is_ignored_where_no_code_is_asked_for(start):
    spa = {"response_types": ["code", "id_token", "code id_token"]}
    server = start(fixture=fixture_with(clients={"demo-spa": spa}))
    for more in ({}, {"code_challenge": "x"}, {"code_challenge_method": "plain"}):
        response = server.get(AUTHORIZE, params=authorize_params(
            "demo-spa", response_type="id_token", nonce=NONCE, scope="openid", **more))
        assert "id_token" in in_fragment(response)
    response = server.get(AUTHORIZE, params=authorize_params(
        "demo-spa", response_type="code id_token", nonce=NONCE, scope="openid"))
    assert in_fragment(response)["error"] == "invalid_request"


@proves("PKC-12")
def test_the_code_of_a_hybrid_flow_is_held_to_its_challenge(server):
    verifier, challenge = pkce()
    params = in_fragment(ask_for(server, "code id_token", code_challenge=challenge,
                                 code_challenge_method="S256"))
    assert_error(redeem(server, params["code"]), "invalid_grant")
    params = in_fragment(ask_for(server, "code id_token", code_challenge=challenge,
                                 code_challenge_method="S256"))
    assert redeem(server, params["code"], code_verifier=verifier).status_code == 200


@proves("AUT-16")
def test_a_client_gets_no_type_it_is_not_registered_for(start):
    server = start(fixture=fixture_with(clients={"demo-web": {"response_types": ["id_token"]}}))
    redirected_refusal(ask(server), "unauthorized_client")
    params = in_fragment(ask_for(server, "id_token code"))
    assert params["error"] == "unauthorized_client"


@pytest.mark.parametrize("kind", EVERY_TYPE)
@proves("RSP-04", "RSP-09", "RSP-10", "RSP-11")
def test_form_post_answers_with_a_form_that_the_browser_sends(server, kind):
    response = ask_for(server, kind, response_mode="form_post")
    fields = posted(response)
    assert set(fields) == set(kind.split()) | {"state", "iss"}
    assert (fields["state"], fields["iss"]) == ("a-state", server.issuer)
    if "code" in fields:
        assert redeem(server, fields["code"]).status_code == 200
    for value in fields.values():
        assert value not in "".join(f"{k}: {v}" for k, v in response.headers.items()) or \
            value == server.issuer


@pytest.mark.parametrize("kind", EVERY_TYPE)
@proves("RSP-05")
def test_form_post_carries_refusals_too(server, kind):
    fields = posted(ask_for(server, kind, response_mode="form_post", scope="openid no:such"))
    assert set(fields) == {"error", "error_description", "state", "iss"}
    assert fields["error"] == "invalid_scope"


@proves("RSP-06")
def test_a_form_post_page_escapes_is_not_kept_and_needs_no_script(start):
    server = start(fixture=fixture_with(clients={"demo-web": {
        "redirect_uris": ["http://localhost:3000/cb?a=1&b=%22'"]}}))
    uri = "http://localhost:3000/cb?a=1&b=%22'"
    state = "\"><script>alert(1)</script>&amp;'"
    response = ask(server, response_mode="form_post", redirect_uri=uri, state=state)
    assert posted(response, uri)["state"] == state
    page = Page(response.text)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert any(tag == "button" and attrs.get("type") == "submit" for tag, attrs in page.tags)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_a_fragment_may_be_asked_for_a_code_and_keeps_the_registered_query(start):
    uri = "http://localhost:3000/cb?keep=this"
    server = start(fixture=fixture_with(clients={"demo-web": {"redirect_uris": [uri]}}))
    response = ask(server, response_mode="fragment", redirect_uri=uri)
    assert response.headers["Location"].startswith(uri + "#code=")
    assert dict(location_parts(response)[1])["state"] == "a-state"


def test_a_person_who_denies_is_reported_in_the_same_mode(start):
    server = start("--login", "page")
    for mode in ("fragment", "form_post"):
        visit = begin(server.browser(), response_type="code id_token", nonce=NONCE,
                      response_mode=mode)
        response = visit.browser.post(visit.page.forms[0]["action"], data={
            **visit.page.forms[0]["hidden"], "decision": "deny"})
        if mode == "form_post":
            assert posted(response)["error"] == "access_denied"
        else:
            assert response.status_code == 303
            assert urllib.parse.urlsplit(response.headers["Location"]).query == ""
            assert location_params(response)["error"] == "access_denied"


def unsigned_object(**claims):
    """What a client sends that puts its parameters into an object with alg none."""
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


@proves("AUT-32", "RSP-05")
def test_a_refused_request_object_is_answered_in_the_mode_and_with_the_state_that_stand_in_it(server):
    inside = unsigned_object(state="inside", response_mode="form_post", nonce="n", scope="openid",
                             redirect_uri="http://localhost:5173/callback")
    fields = posted(ask(server, request=inside, state=None))
    assert (fields["error"], fields["state"]) == ("request_not_supported", "inside")
    assert location_params(ask(server, request=unsigned_object(state="x")))["state"] == "a-state"
    for nonsense in ("x", "a.b.c", "..", ".e30.", unsigned_object(state=7, response_mode=["form_post"])):
        refused = location_params(ask(server, request=nonsense, state=None))
        assert refused["error"] == "request_not_supported" and "state" not in refused
