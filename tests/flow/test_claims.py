"""What a client sees of a user beside the claims of its scopes: the parameters `claims` and `claims_locales`
(OpenID Connect Core 5.5, 5.2), claims of the fixture's own, and what a registration says of single claims."""

import json

import pytest

from support import (DISCOVERY, authorize, decode, fixture_with, location_params, authorize_params, AUTHORIZE, proves,
                     redeem, refresh, sign_in, userinfo)

pytestmark = pytest.mark.tenants

USER = {
    "name": "Jan \u017delezn\u00fd", "name#cs": "Jan \u017delezn\u00fd ml.", "name#de-AT": "Johann Eisen",
    "name#ja-Kana-JP": "\u30e4\u30f3", "website": "https://example.com/", "website#de": "https://example.com/de",
    "email": "jan@example.com", "email_verified": True, "phone_number": "+420 555 0199", "locale": "cs-CZ",
    "claims": {"department": "Operations", "groups": ["a", "b"], "motto": "Go", "motto#cs": "Jed", "level": 0,
               "https://example.com/tenant": {"id": 7}},
}
EVERYTHING = "openid profile email phone"


@pytest.fixture
def world(start):
    def launch(*args, **client):
        return start(*args, fixture=fixture_with(users={"2001": USER}, clients={"demo-web": client}))
    return launch


def ask(server, scope="openid", **params):
    """Signs the user in with these parameters and returns the ID token's claims and UserInfo's."""
    tokens = sign_in(server, scope=scope, login_hint="2001",
                     **{k: json.dumps(v) if isinstance(v, (dict, list)) else v for k, v in params.items()})
    told = userinfo(server, tokens["access_token"])
    assert told.status_code == 200, told.text
    return decode(server, tokens["id_token"], "demo-web"), told.json(), tokens


# -- the claims parameter -------------------------------------------------------------------------


@proves("AUT-31", "DSC-11")
def test_a_claim_asked_for_by_name_is_told_where_it_was_asked_for(world):
    server = world()
    assert server.get(DISCOVERY).json()["claims_parameter_supported"] is True
    id_token, told, _ = ask(server, claims={
        "userinfo": {"phone_number": None, "email": {"essential": True}},
        "id_token": {"name": {"essential": True}, "department": None}})
    assert told == {"sub": "2001", "phone_number": "+420 555 0199", "email": "jan@example.com"}
    assert id_token["name"] == USER["name"] and id_token["department"] == "Operations"
    assert "phone_number" not in id_token and "email" not in id_token


@proves("AUT-31")
def test_a_claim_that_is_not_there_is_no_error_however_essential(world):
    _, told, _ = ask(world(), claims={"userinfo": {"shoe_size": {"essential": True}, "birthdate": None},
                                      "id_token": {"shoe_size": {"essential": True}}, "other": 7})
    assert told == {"sub": "2001"}


@proves("AUT-31")
@pytest.mark.parametrize("claims", [
    "nonsense", "[]", "7", '"x"', '{"userinfo":7}', '{"userinfo":{"name":true}}', '{"id_token":{"name":"x"}}',
    '{"userinfo":{"name":{"essential":"yes"}}}', '{"userinfo":{"name":{"values":"x"}}}',
    '{"userinfo":{"name":null,"name":null}}', '{"userinfo":{"name":null}'])
def test_a_claims_parameter_of_another_form_is_refused_and_named(server, claims):
    refused = authorize(server, claims=claims)
    assert refused["error"] == "invalid_request"
    assert "claims" in refused["error_description"]


def test_without_openid_the_claims_parameter_has_no_meaning(server):
    assert "code" in authorize(server, scope="user:read", claims="nonsense")


@pytest.mark.parametrize("asked, told", [
    ({"value": "cs-CZ"}, True), ({"value": "en"}, False), ({"values": ["en", "cs-CZ"]}, True),
    ({"values": ["en", "de"]}, False), ({"values": []}, False), ({"essential": True, "value": "cs-CZ"}, True)])
def test_a_claim_asked_for_with_values_is_told_when_it_has_one(world, asked, told):
    _, seen, _ = ask(world(), claims={"userinfo": {"locale": asked}})
    assert ("locale" in seen) is told


@proves("AUT-31", "AUT-49")
@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_a_demanded_subject_signs_in_or_nobody_does(server, place):
    claims = json.dumps({place: {"sub": {"value": "1003"}}})
    _, told, _ = ask_as(server, claims)
    assert told["sub"] == "1003"
    refused = authorize(server, claims=claims, login_hint="1001", scope="openid")
    assert refused["error"] == "login_required"
    assert "claims" in refused["error_description"]


def ask_as(server, claims):
    tokens = sign_in(server, scope="openid", claims=claims)
    return decode(server, tokens["id_token"], "demo-web"), userinfo(server, tokens["access_token"]).json(), tokens


@proves("AUT-30", "IDT-11")
@pytest.mark.parametrize("acr, expected", [
    ({"essential": True, "values": ["urn:gold", "urn:silver"]}, "urn:gold"), ({"value": "urn:x"}, "urn:x"),
    (None, "0"), ({"essential": True}, "0")])
def test_the_acr_that_claims_asks_for_is_the_acr(server, acr, expected):
    id_token, _, _ = ask_as(server, json.dumps({"id_token": {"acr": acr}}))
    assert id_token["acr"] == expected


@proves("IDT-10")
def test_auth_time_asked_for_as_a_claim_is_there(server):
    id_token, _, _ = ask_as(server, json.dumps({"id_token": {"auth_time": {"essential": True}}}))
    assert isinstance(id_token["auth_time"], int)


def test_what_was_asked_for_is_told_after_a_refresh_too(world):
    server = world()
    id_token, _, tokens = ask(server, claims={"userinfo": {"department": None}, "id_token": {"groups": None}})
    assert id_token["groups"] == ["a", "b"]
    renewed = refresh(server, tokens["refresh_token"]).json()
    assert decode(server, renewed["id_token"], "demo-web")["groups"] == ["a", "b"]
    assert userinfo(server, renewed["access_token"]).json() == {"sub": "2001", "department": "Operations"}


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "nonce", "at_hash", "azp"])
def test_no_claim_takes_the_place_of_the_servers_own(server, name):
    id_token, told, _ = ask_as(server, json.dumps({place: {name: {"value": "x"}} for place in ("id_token", "userinfo")}))
    assert id_token.get(name) != "x"
    assert told == {"sub": "1001"}


@proves("RSP-08")
def test_an_id_token_from_the_browser_carries_what_was_asked_for_by_name(world):
    server = world()
    claims = json.dumps({"id_token": {"email": None}})
    for response_type in ("id_token", "code id_token"):
        answer = server.get(AUTHORIZE, params=authorize_params(
            response_type=response_type, scope="openid", nonce="n", login_hint="2001", claims=claims))
        seen = decode(server, location_params(answer)["id_token"], "demo-web")
        assert seen["email"] == "jan@example.com" and "name" not in seen


# -- languages ------------------------------------------------------------------------------------


def names(seen, base="name"):
    return {key: value for key, value in seen.items() if key.split("#")[0] == base}


@pytest.mark.parametrize("locales, expected", [
    (None, {key: value for key, value in USER.items() if key.split("#")[0] == "name"}),
    ("cs", {"name": USER["name#cs"]}),
    ("CS", {"name": USER["name#cs"]}),
    ("cs-CZ", {"name": USER["name#cs"]}),  # RFC 4647 3.4: the range loses subtags
    ("de", {"name": USER["name#de-AT"]}),  # and failing that, it is a beginning
    ("de-CH", {"name": USER["name"]}),
    ("fr", {"name": USER["name"]}),
    ("fr cs", {"name": USER["name#cs"]}),
    ("cs de", {"name": USER["name#cs"], "name#de-AT": USER["name#de-AT"]}),
    ("de cs", {"name": USER["name#de-AT"], "name#cs": USER["name#cs"]}),
    ("d c", {"name": USER["name"]}),
])
@proves("AUT-29")
def test_claims_come_in_the_languages_asked_for(world, locales, expected):
    _, seen, _ = ask(world(), scope="openid profile", claims_locales=locales)
    assert names(seen) == expected


def test_a_claim_in_no_language_asked_for_comes_as_it_is(world):
    _, seen, _ = ask(world(), scope="openid profile", claims_locales="cs")
    assert names(seen, "website") == {"website": "https://example.com/"}
    assert names(seen, "motto") == {"motto": "Jed"}
    assert seen["locale"] == "cs-CZ"


def test_a_claim_can_be_asked_for_in_one_language_by_its_tag(world):
    _, seen, _ = ask(world(), claims={"userinfo": {"name#ja-kana-jp": None, "name#fr": None, "motto#cs": None}})
    assert seen == {"sub": "2001", "name#ja-kana-jp": USER["name#ja-Kana-JP"], "motto#cs": "Jed"}


@proves("DSC-16")
def test_discovery_lists_the_languages_and_the_claims_of_the_fixture(world, start):
    document = world().get(DISCOVERY).json()
    assert sorted(document["claims_locales_supported"]) == ["cs", "de", "de-AT", "ja-Kana-JP"]
    assert {"department", "groups", "motto", "https://example.com/tenant"} <= set(document["claims_supported"])
    assert len(set(document["claims_supported"])) == len(document["claims_supported"])
    assert not {"password", "claims", "organizations"} & set(document["claims_supported"])
    assert "claims_locales_supported" not in start().get(DISCOVERY).json()


# -- claims of the fixture's own, and of the registration -----------------------------------------


def test_claims_of_the_fixtures_own_come_with_the_scope_profile(world):
    server = world()
    _, seen, _ = ask(server, scope="openid profile")
    assert {name: seen[name] for name in USER["claims"]} == USER["claims"]
    _, seen, _ = ask(server, scope="openid email")
    assert set(seen) == {"sub", "email", "email_verified"}


RULES = {
    "upn": {"from": "email", "in": ["id_token", "userinfo"]},
    "tier": {"value": {"name": "gold"}, "in": ["access_token", "id_token"]},
    "roles": {"from": "groups", "in": ["access_token"], "scope": "scenarios:read"},
    "department": {"in": ["id_token"]},
    "name": {"value": "Somebody"},
    "phone_number": {"in": []},
    "shoe": {"from": "shoe_size", "in": ["id_token"]},
}


def test_a_registration_says_which_claims_its_client_sees_where(world):
    server = world(claims=RULES)
    id_token, seen, tokens = ask(server, scope=EVERYTHING + " scenarios:read")
    access = decode(server, tokens["access_token"])
    assert id_token["upn"] == seen["upn"] == "jan@example.com"
    assert id_token["tier"] == access["tier"] == {"name": "gold"} and "tier" not in seen
    assert access["roles"] == ["a", "b"] and "roles" not in id_token and "roles" not in seen
    assert id_token["department"] == "Operations" and "department" not in seen
    assert names(seen) == {"name": "Somebody"} and "name" not in id_token
    assert "phone_number" not in seen and "shoe" not in id_token
    assert seen["email"] == "jan@example.com"


def test_a_rule_that_waits_for_a_scope_waits(world):
    server = world(claims=RULES)
    _, _, tokens = ask(server, scope="openid")
    assert "roles" not in decode(server, tokens["access_token"])
    _, _, tokens = ask(server, scope="openid scenarios:read")
    narrow = refresh(server, tokens["refresh_token"], scope="openid").json()
    assert "roles" not in decode(server, narrow["access_token"])


def test_a_ruled_claim_can_be_asked_for_elsewhere_unless_it_is_hidden(world):
    _, seen, _ = ask(world(claims=RULES), claims={
        "userinfo": {"department": None, "phone_number": {"essential": True}, "roles": None}})
    assert seen == {"sub": "2001", "name": "Somebody", "upn": "jan@example.com", "department": "Operations"}


def test_another_client_sees_what_the_standard_says(world):
    server = world(claims=RULES)
    code = authorize(server, "demo-custom-app", scope="openid profile", login_hint="2001")
    tokens = redeem(server, code, "demo-custom-app").json()
    seen = userinfo(server, tokens["access_token"]).json()
    assert "upn" not in seen and seen["name"] == USER["name"]
