"""Which claims UserInfo tells (OpenID Connect Core 5.1, 5.3.2, 5.4): those of the scopes granted, of
the types the standard gives them, and none that are not there."""

import json

import pytest

from support import default_fixture, fixture_with, proves, refresh, sign_in, userinfo

pytestmark = pytest.mark.tenants

# Core 5.4, in full.
SCOPES = {
    "profile": ["name", "family_name", "given_name", "middle_name", "nickname",
                "preferred_username", "profile", "picture", "website", "gender", "birthdate",
                "zoneinfo", "locale", "updated_at"],
    "email": ["email", "email_verified"],
    "address": ["address"],
    "phone": ["phone_number", "phone_number_verified"],
}
WHOLE = {
    "sub": "2001", "name": "Jan \u017delezn\u00fd \"J\" <x>", "family_name": "\u017delezn\u00fd",
    "given_name": "Jan", "middle_name": "M.", "nickname": "honza", "preferred_username": "jan",
    "profile": "https://example.com/jan", "picture": "https://example.com/jan.png",
    "website": "https://jan.example.com/", "email": "jan@example.com", "email_verified": False,
    "gender": "male", "birthdate": "0000-10-31", "zoneinfo": "Europe/Prague", "locale": "cs-CZ",
    "phone_number": "+420 555 0199", "phone_number_verified": False, "updated_at": 1767225600,
    "address": {"formatted": "A 1\nPrague", "street_address": "A 1", "locality": "Prague",
                "region": "Praha", "postal_code": "110 00", "country": "Czechia"},
    "password": "a-password-of-his-own", "organizations": [{"id": 1, "role": "Owner"}],
}
TYPES = {"email_verified": bool, "phone_number_verified": bool, "updated_at": int, "address": dict}


def claims_of(server, scope, sub):
    tokens = sign_in(server, scope=scope, login_hint=sub)
    response = userinfo(server, tokens["access_token"])
    assert response.status_code == 200, response.text

    def unique(pairs):
        assert len(dict(pairs)) == len(pairs), pairs
        return dict(pairs)
    return json.loads(response.content.decode("utf-8"), object_pairs_hook=unique)


def expected(user, scope):
    names = [name for one in scope.split() for name in SCOPES.get(one, [])]
    return {"sub": user["sub"], **{name: user[name] for name in names if name in user}}


@pytest.fixture
def whole(start):
    return start(fixture=fixture_with(users={"2001": WHOLE}))


@pytest.mark.parametrize("scope", [
    "openid", "openid profile", "openid email", "openid address", "openid phone",
    "openid profile email address phone", "openid offline_access user:read", "phone openid"])
@proves("UIN-12", "UIN-05", "UIN-14", "IDT-16")
def test_the_claims_are_those_of_the_scopes(whole, scope):
    claims = claims_of(whole, scope, "2001")
    assert claims == expected(WHOLE, scope)
    for name, value in claims.items():
        assert type(value) is TYPES.get(name, str), name


@pytest.mark.parametrize("sub", ["1001", "1002", "1003"])
@proves("UIN-13", "UIN-12")
def test_claims_that_a_user_does_not_have_are_left_out(server, sub):
    user = next(user for user in default_fixture()["users"] if user["sub"] == sub)
    scope = "openid profile email address phone"
    claims = claims_of(server, scope, sub)
    assert claims == expected(user, scope)
    for name, value in claims.items():
        assert value not in (None, "", [], {}), name


@proves("UIN-13")
def test_a_user_without_any_claim_is_a_sub_alone(start):
    server = start(fixture=fixture_with(users={"2002": {}}))
    assert claims_of(server, "openid profile email address phone", "2002") == {"sub": "2002"}


@proves("UIN-12")
def test_claims_shrink_with_the_scope_of_a_refresh(whole):
    tokens = sign_in(whole, scope="openid profile email", login_hint="2001")
    narrow = refresh(whole, tokens["refresh_token"], scope="openid email").json()
    assert userinfo(whole, narrow["access_token"]).json() == expected(WHOLE, "openid email")


@pytest.mark.parametrize("name, value", [
    ("name", ""), ("email", ""), ("updated_at", "2026-01-01"), ("updated_at", 1.5),
    ("email_verified", "true"), ("email_verified", None), ("address", "Prague"),
    ("address", {"locality": ""}), ("phone_number_verified", 1), ("birthdate", "31.10.1990")])
@proves("UIN-13", "UIN-14", "IDT-16")
def test_a_fixture_with_a_claim_of_another_type_is_refused(start, name, value):
    fixture = fixture_with()
    fixture["users"][0][name] = value
    server = start(fixture=fixture, wait=False)
    assert server.exit_code() == 2
    assert "/users/0/" + name in server.log()
