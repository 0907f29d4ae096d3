"""Tokens that the control door mints without a flow, and what it says of a token."""

import jwt
import pytest
from support import WEB_SECRET, sign_in
from test_door import refused, tell

pytestmark = pytest.mark.tenants


def minted(server, **members):
    answer = tell(server, "POST", "tokens", members)
    assert answer.status_code == 201, answer.text
    return answer.json()


def userinfo(server, token):
    return server.get("/oauth/v2/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})


def inspected(server, token):
    answer = tell(server, "POST", "tokens/inspect", {"token": token})
    assert answer.status_code == 200, answer.text
    return answer.json()


def failed(server, token):
    return {row["check"] for row in inspected(server, token)["checks"] if row["outcome"] == "failed"}


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def key_of(server, token):
    kid = jwt.get_unverified_header(token)["kid"]
    keys = jwt.PyJWKSet.from_dict(server.get("/oauth/v2/oidc/jwks").json()).keys
    return next(key.key for key in keys if key.key_id == kid)


def refresh(server, token):
    return server.post(
        "/oauth/v2/token",
        data={"grant_type": "refresh_token", "refresh_token": token, "client_id": "demo-web",
              "client_secret": WEB_SECRET},
    )


def test_an_access_token_is_minted_for_whom_it_is_asked_and_works(server):
    answer = minted(server, user="1002", client_id="demo-web", scope="openid email")
    assert answer["token_type"] == "Bearer" and answer["expires_in"] == 300 and answer["user"] == "1002"
    assert userinfo(server, answer["access_token"]).json()["sub"] == "1002"
    rows = tell(server, "GET", "tokens").json()["items"]
    assert [(row["kind"], row["user"], row["scope"]) for row in rows] == [("access", "1002", "openid email")]


def test_without_a_word_it_is_the_first_user_s_of_the_first_client(server):
    answer = tell(server, "POST", "tokens", {}).json()
    assert answer["user"] == "1001"
    assert userinfo(server, answer["access_token"]).status_code == 200


def test_its_time_is_as_asked_and_ends_it(server):
    answer = minted(server, ttl="10m")
    assert answer["expires_in"] == 600
    assert tell(server, "POST", "clock", {"advance": "599s"}).status_code == 200
    assert userinfo(server, answer["access_token"]).status_code == 200
    assert tell(server, "POST", "clock", {"advance": "1s"}).status_code == 200
    assert userinfo(server, answer["access_token"]).status_code == 401


def test_claims_stand_in_the_token_as_they_are_given(server):
    answer = minted(server, kind="id", client_id="demo-web", claims={"nonce": "n", "acr": None, "sub": "7", "x": [1]})
    token = answer["id_token"]
    claims = jwt.decode(token, key_of(server, token), algorithms=["RS256"], audience="demo-web")
    assert (claims["nonce"], claims["sub"], claims["x"]) == ("n", "7", [1]) and "acr" not in claims
    access = minted(server, claims={"x": {"y": 1}})["access_token"]
    assert claims_of(access)["x"] == {"y": 1}
    assert userinfo(server, access).status_code == 200


def test_a_refresh_token_is_refreshed_and_rotates(server):
    answer = minted(server, kind="refresh", client_id="demo-web", user="1001", scope="openid")
    first = refresh(server, answer["refresh_token"])
    assert first.status_code == 200, first.text
    assert refresh(server, first.json()["refresh_token"]).status_code == 200
    assert userinfo(server, answer["access_token"]).json()["sub"] == "1001"


def test_a_code_is_redeemed_once(server):
    answer = minted(server, kind="code", client_id="demo-web", user="1002", scope="openid")
    assert "access_token" not in answer
    form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": answer["redirect_uri"],
            "client_id": "demo-web", "client_secret": WEB_SECRET}
    first = server.post("/oauth/v2/token", data=form)
    assert first.status_code == 200, first.text
    assert claims_of(first.json()["id_token"])["sub"] == "1002"
    assert server.post("/oauth/v2/token", data=form).json()["error"] == "invalid_grant"


def test_a_client_s_own_token_has_no_user(server):
    answer = minted(server, user=None, client_id="demo-web", scope="scenarios:read")
    assert "user" not in answer
    assert tell(server, "GET", "tokens").json()["items"][0].get("user") is None
    assert refused(tell(server, "POST", "tokens", {"user": None, "kind": "id"}), 422)["pointer"] == "/kind"


# Another program refuses what is bad, for the reason that is meant.
BAD = [
    ("expired", jwt.ExpiredSignatureError, {"exp"}),
    ("not_yet_valid", jwt.ImmatureSignatureError, {"nbf"}),
    ("issued_in_future", jwt.ImmatureSignatureError, {"iat"}),
    ("wrong_signature", jwt.InvalidSignatureError, {"signature"}),
    ("other_alg", jwt.InvalidAlgorithmError, {"kid"}),
    ("alg_none", jwt.InvalidAlgorithmError, {"alg", "kid"}),
    ("hs256_with_public_key", jwt.InvalidAlgorithmError, {"alg", "signature"}),
    ("wrong_iss", jwt.InvalidIssuerError, {"iss"}),
    ("wrong_aud", jwt.InvalidAudienceError, set()),
    ("no_exp", jwt.MissingRequiredClaimError, {"exp"}),
    ("no_iat", jwt.MissingRequiredClaimError, {"iat"}),
    ("no_sub", jwt.MissingRequiredClaimError, {"sub"}),
    ("truncated", jwt.DecodeError, {"form", "known"}),
    ("not_base64", jwt.DecodeError, {"form", "known"}),
    ("opaque_instead", jwt.DecodeError, {"form", "known"}),
]


@pytest.mark.parametrize("name, error, checks", BAD, ids=[row[0] for row in BAD])
def test_a_bad_id_token_is_refused_by_another_program_and_inspection_says_why(server, name, error, checks):
    good = minted(server, kind="id", client_id="demo-web")["id_token"]
    issuer, key = claims_of(good)["iss"], key_of(server, good)
    options = {"require": ["exp", "iat", "sub"]}
    assert jwt.decode(good, key, algorithms=["RS256"], audience="demo-web", issuer=issuer, options=options)
    assert failed(server, good) == set()
    bad = minted(server, kind="id", client_id="demo-web", bad=name)["id_token"]
    with pytest.raises(error):
        jwt.decode(bad, key, algorithms=["RS256"], audience="demo-web", issuer=issuer, options=options)
    assert failed(server, bad) == checks


def test_inspection_shows_what_the_token_says_and_its_key(server):
    token = sign_in(server)["id_token"]
    shown = inspected(server, token)
    assert shown["form"] == "jwt" and shown["claims"] == claims_of(token)
    assert shown["header"] == jwt.get_unverified_header(token)
    assert shown["key"] in server.get("/oauth/v2/oidc/jwks").json()["keys"]
    nothing = inspected(server, "no token at all")
    assert (nothing["form"], nothing["header"], nothing["claims"], nothing["key"]) == ("opaque", None, None, None)
    assert failed(server, "no token at all") == {"form", "known"}


@pytest.mark.parametrize(
    "body, pointer, nearest",
    [
        ({"kind": "acces"}, "/kind", "access"),
        ({"user": "nobody"}, "/user", None),
        ({"client_id": "demo-wep"}, "/client_id", "demo-web"),
        ({"scope": "no:such"}, "/scope", None),
        ({"ttl": "0s"}, "/ttl", None),
        ({"ttl": "1500ms"}, "/ttl", None),
        ({"bad": "no_such"}, "/bad", None),
        ({"bad": "wrong_nonce"}, "/bad", None),
        ({"kind": "refresh", "bad": "expired"}, "/bad", None),
        ({"kind": "code", "claims": {}}, "/claims", None),
        ({"clams": {}}, "/clams", "claims"),
    ],
)
def test_what_cannot_be_minted_is_refused_and_nothing_is_stored(server, body, pointer, nearest):
    problem = refused(tell(server, "POST", "tokens", body), 422)
    assert problem["pointer"] == pointer
    assert nearest is None or problem["nearest"] == nearest
    assert tell(server, "GET", "tokens").json()["items"] == []
