"""The control door: what steers, how it refuses, and that tenants do not see each other."""

import base64
import concurrent.futures
import json

import pytest
import requests
from support import DISCOVERY, JWKS, TOKEN, WEB_SECRET, proves, sign_in, userinfo

pytestmark = pytest.mark.tenants

DOOR = "/_makeshift/"


def tell(server, method, resource, body=None, **more):
    return server.request(method, DOOR + resource, json=body, **more)


def refused(answer, status, **members):
    """A problem (RFC 9457) with these members."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]
    for name, value in members.items():
        assert problem.get(name) == value, problem
    return problem


# -- how it refuses ---------------------------------------------------------------------------------------------------


def test_a_member_that_is_not_known_is_refused_with_its_place_and_the_nearest(server):
    problem = refused(tell(server, "POST", "clock", {"advanc": "5m"}), 422, pointer="/advanc", nearest="advance")
    assert problem["expected"] == "one of advance, set, freeze, resume, skew"
    assert tell(server, "GET", "clock").json()["moved"] == 0


@pytest.mark.parametrize("body, pointer", [
    ({"advance": True}, "/advance"), ({"advance": "5 minutes"}, "/advance"), ({"advance": "1500ms"}, "/advance"),
    ({"advance": "999999d"}, "/advance"), ({"set": "tomorrow"}, "/set"), ({"set": "+5m"}, "/set"), ({"freeze": "yes"}, "/freeze"),
    ({}, ""), ({"freeze": True, "resume": True}, ""), ({"advance": "1s", "set": "2026-01-01T00:00:00Z"}, "/set"),
    ([], ""), ("5m", ""), ({"set": "9999-12-31T23:59:59Z", "skew": "x"}, "/skew"), ({"advance": "-90000d"}, "/advance"),
    ({"set": "0500-01-01T00:00:00Z"}, "/set"),
])
def test_a_wrong_move_of_the_clock_moves_nothing(start, body, pointer):
    server = start("--clock", "2026-01-01T00:00:00Z")
    refused(tell(server, "POST", "clock", body), 422, pointer=pointer)
    assert tell(server, "GET", "clock").json() == {
        "now": "2026-01-01T00:00:00Z", "epoch": 1767225600, "frozen": True, "moved": 0, "skew": 0}


@proves("ADM-02")
@pytest.mark.parametrize("body, kind", [("{", "application/json"), ('{"advance":"5m"}', "text/plain"), ("", "application/json"),
                                        ('{"advance":"5m","advance":"6m"}', "application/json"),
                                        ("advance=5m", "application/x-www-form-urlencoded")])
def test_what_is_no_json_is_refused_as_such(server, body, kind):
    answer = server.request("POST", DOOR + "clock", data=body, headers={"Content-Type": kind})
    refused(answer, 400, error="no_json", actual=None if kind == "application/json" else kind)
    assert tell(server, "GET", "clock").json()["moved"] == 0


@proves("ADM-02")
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"},
                                     {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}])
@pytest.mark.parametrize("below", ["", "/t/mine"])
def test_a_page_of_another_site_cannot_steer(start_process, headers, below):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "mine"})
    answer = server.request("POST", below + DOOR + "clock", json={"advance": "5m"}, headers=headers)
    refused(answer, 403, error="forbidden_origin")
    assert server.get(below + DOOR + "clock").json()["moved"] == 0


@proves("ADM-03")
def test_nothing_changes_by_get(start_process):
    server = start_process()
    for method in ("GET", "HEAD"):
        for resource in ("clock?advance=5m", "tenants?name=a", "tenants/default"):
            server.request(method, DOOR + resource)
    assert tell(server, "GET", "clock").json()["moved"] == 0
    assert [row["name"] for row in tell(server, "GET", "tenants").json()["items"]] == ["default"]


def test_a_path_or_method_that_is_not_there_is_named_with_the_nearest(server):
    refused(tell(server, "GET", "clocks"), 404, nearest="clock")
    answer = tell(server, "DELETE", "clock")
    refused(answer, 405, expected="GET, POST")
    assert answer.headers["Allow"] == "GET, POST"
    refused(tell(server, "GET", "clock?nwo=1"), 422, actual="nwo")


# -- clock ------------------------------------------------------------------------------------------------------------


def test_a_token_expires_when_the_clock_reaches_it_and_not_before(start):
    server = start("--clock", "2026-01-01T00:00:00Z")
    tokens = sign_in(server)
    lives = tokens["expires_in"]
    tell(server, "POST", "clock", {"advance": lives - 1})
    assert userinfo(server, tokens["access_token"]).status_code == 200
    answer = tell(server, "POST", "clock", {"advance": 1})
    assert answer.headers["X-Makeshift-Clock"] == f"+{lives}"
    gone = userinfo(server, tokens["access_token"])
    assert gone.status_code == 401 and gone.headers["X-Makeshift-Clock"] == f"+{lives}"
    tell(server, "POST", "clock", {"set": "2026-01-01T00:00:00Z"})
    back = userinfo(server, tokens["access_token"])
    assert back.status_code == 200 and "X-Makeshift-Clock" not in back.headers


@proves("ADM-10")
def test_an_answer_under_a_moved_clock_says_so_and_dates_itself_by_it(start):
    server = start("--clock", "2026-01-01T00:00:00Z")
    assert "X-Makeshift-Clock" not in server.get(DISCOVERY).headers
    tell(server, "POST", "clock", {"advance": "2h"})
    answer = server.get(DISCOVERY)
    assert answer.headers["X-Makeshift-Clock"] == "+7200"
    assert answer.headers["Date"] == "Thu, 01 Jan 2026 02:00:00 GMT"


def test_a_clock_freezes_and_runs_on_from_where_it_stood(server):
    frozen = tell(server, "POST", "clock", {"freeze": True, "set": "2030-05-05T05:05:05Z"}).json()
    assert frozen["frozen"] and frozen["now"] == "2030-05-05T05:05:05Z"
    assert tell(server, "GET", "clock").json()["now"] == frozen["now"]
    running = tell(server, "POST", "clock", {"resume": True}).json()
    assert not running["frozen"] and 0 <= running["epoch"] - frozen["epoch"] < 60


def test_a_skewed_tenant_stamps_tokens_wrong_and_keeps_its_own_time(start):
    server = start("--clock", "2026-01-01T00:00:00Z")
    assert claims_of(sign_in(server)["id_token"])["iat"] == 1767225600
    tell(server, "POST", "clock", {"skew": "-10m"})
    tokens = sign_in(server)
    claims = claims_of(tokens["id_token"])
    assert claims["iat"] == 1767225600 - 600 and claims["auth_time"] == 1767225600 - 600
    answer = userinfo(server, tokens["access_token"])
    assert answer.status_code == 200 and "X-Makeshift-Clock" not in answer.headers


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


# -- keys -------------------------------------------------------------------------------------------------------------


def kids(server, below=""):
    return [key["kid"] for key in server.get(below + JWKS).json()["keys"]]


def header_of(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_key_is_published_before_it_signs_and_after(server):
    first = kids(server)
    etag = server.get(JWKS).headers["ETag"]
    made = tell(server, "POST", "keys")
    assert made.status_code == 201 and made.json()["state"] == "next"
    kid = made.json()["kid"]
    assert kids(server) == [*first, kid] and server.get(JWKS).headers["ETag"] != etag
    assert header_of(sign_in(server)["id_token"])["kid"] == first[0]
    assert tell(server, "POST", "keys/rotate").json() == {"kid": kid, "alg": "RS256", "state": "signs"}
    assert header_of(sign_in(server)["id_token"])["kid"] == kid
    assert kids(server) == [kid, *first]
    assert tell(server, "DELETE", f"keys/{first[0]}").status_code == 204
    assert kids(server) == [kid]
    refused(tell(server, "DELETE", f"keys/{kid}"), 409)
    refused(tell(server, "GET", f"keys/{first[0]}"), 404)


def test_a_rotation_without_a_next_key_signs_with_one_nobody_has_seen(server):
    before = kids(server)
    kid = tell(server, "POST", "keys/rotate").json()["kid"]
    assert kid not in before and header_of(sign_in(server)["id_token"])["kid"] == kid


@pytest.mark.parametrize("body, pointer", [({"alg": "HS256"}, "/alg"), ({"alg": "ES256"}, "/alg"), ({"kid": "x"}, "/kid"), ([], "")])
def test_a_wrong_key_is_refused(server, body, pointer):
    refused(tell(server, "POST", "keys", body), 422, pointer=pointer)
    assert len(tell(server, "GET", "keys").json()["items"]) == 1


def test_the_jwks_is_what_it_is_told_to_be(server):
    live = server.get(JWKS).json()
    for mode, keys in (("stale", live["keys"]), ("empty", [])):
        assert tell(server, "PUT", "jwks", {"serve": mode}).json() == {"serve": mode}
        tell(server, "POST", "keys")
        assert server.get(JWKS).json()["keys"] == keys
    tell(server, "PUT", "jwks", {"serve": "foreign"})
    [foreign] = server.get(JWKS).json()["keys"]
    assert foreign["kid"] not in [key["kid"] for key in live["keys"]]
    tell(server, "PUT", "jwks", {"serve": "broken"})
    with pytest.raises(requests.exceptions.JSONDecodeError):
        server.get(JWKS).json()
    tell(server, "PUT", "jwks", {"serve": "outage"})
    assert server.get(JWKS).status_code == 503
    refused(tell(server, "PUT", "jwks", {"serve": "dead"}), 422, pointer="/serve")
    refused(tell(server, "PUT", "jwks", {}), 422, pointer="/serve")
    tell(server, "PUT", "jwks", {"serve": "live"})
    assert len(kids(server)) == 3


def test_no_tenant_has_a_key_of_another(start_process):
    server = start_process()
    seen = set(kids(server))
    for number in range(70):
        tell(server, "POST", "tenants", {"name": f"k{number}"})
        [kid] = kids(server, f"/t/k{number}")
        assert kid not in seen
        seen.add(kid)


# -- reset, snapshots -------------------------------------------------------------------------------------------------


def test_a_reset_forgets_all_but_the_fixture_and_draws_again_from_the_beginning(start):
    server = start("--seed", "7", "--clock", "2026-01-01T00:00:00Z")
    first = sign_in(server)
    signer = kids(server)
    tell(server, "POST", "keys/rotate")
    tell(server, "POST", "clock", {"advance": "1h"})
    tell(server, "PUT", "jwks", {"serve": "outage"})
    assert tell(server, "POST", "reset").status_code == 204
    assert kids(server) == signer
    assert userinfo(server, first["access_token"]).status_code == 401
    assert sign_in(server)["access_token"] == first["access_token"]
    assert tell(server, "GET", "clock").json()["moved"] == 0


@pytest.mark.parametrize("db", [False, True])
def test_a_rotated_key_is_held_by_a_snapshot_and_signs_again_after_it(start, db):
    server = start(db=db)
    kid = tell(server, "POST", "keys/rotate").json()["kid"]
    tell(server, "POST", "snapshots", {"name": "rotated"})
    assert tell(server, "POST", "keys/rotate").json()["kid"] != kid
    tell(server, "POST", "snapshots/rotated/restore")
    assert kids(server)[0] == kid == header_of(sign_in(server)["id_token"])["kid"]


def test_a_start_with_the_database_signs_with_the_key_that_signed_last_and_publishes_the_others(start, tmp_path):
    server = start(db=tmp_path / "keys.db")
    [fixtures] = kids(server)
    made, later = (tell(server, "POST", resource).json()["kid"] for resource in ("keys/rotate", "keys"))
    assert server.stop() == 0
    again = start(db=tmp_path / "keys.db")
    assert sorted(kids(again)) == sorted([fixtures, made, later]) and header_of(sign_in(again)["id_token"])["kid"] == made
    assert {key["kid"]: key["state"] for key in tell(again, "GET", "keys").json()["items"]} == {fixtures: "retired", made: "signs", later: "next"}


def test_a_reset_may_leave_the_clock(server):
    tell(server, "POST", "clock", {"advance": "1h"})
    assert tell(server, "POST", "reset", {"keep": ["clock"]}).status_code == 204
    assert tell(server, "GET", "clock").json()["moved"] == 3600
    refused(tell(server, "POST", "reset", {"keep": ["keys"]}), 422, pointer="/keep/0")


@pytest.mark.parametrize("db", [False, True])
def test_a_snapshot_brings_back_what_was_spent_and_revoked(start, db):
    server = start("--seed", "7", "--clock", "2026-01-01T00:00:00Z", db=db)
    tokens = sign_in(server, scope="openid offline_access")
    assert tell(server, "POST", "snapshots", {"name": "signed-in"}).status_code == 201
    once = refresh_of(server, tokens)
    assert once.status_code == 200
    kid = tell(server, "POST", "keys/rotate").json()["kid"]
    tell(server, "POST", "clock", {"advance": "90d"})
    assert tell(server, "POST", "snapshots/signed-in/restore").status_code == 200
    assert kid not in kids(server)
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert refresh_of(server, tokens).json()["access_token"] == once.json()["access_token"]
    assert tell(server, "GET", "clock").json()["moved"] == 0


def refresh_of(server, tokens):
    return server.post(TOKEN, data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": "demo-web",
                                    "client_secret": WEB_SECRET})


def test_snapshots_have_names_of_their_own_and_are_forgotten(server):
    tell(server, "POST", "snapshots", {"name": "a"})
    refused(tell(server, "POST", "snapshots", {"name": "a"}), 409, pointer="/name")
    refused(tell(server, "POST", "snapshots", {"name": "a/b"}), 422, pointer="/name")
    refused(tell(server, "POST", "snapshots", {}), 422, pointer="/name")
    refused(tell(server, "POST", "snapshots/b/restore"), 404)
    assert [row["name"] for row in tell(server, "GET", "snapshots").json()["items"]] == ["a"]
    assert tell(server, "DELETE", "snapshots/a").status_code == 204
    refused(tell(server, "GET", "snapshots/a"), 404)


def test_a_snapshot_is_a_file_that_a_start_opens_and_private_keys_stay(start, tmp_path):
    server = start()
    tokens = sign_in(server)
    tell(server, "POST", "snapshots", {"name": "a"})
    plain, whole = (tell(server, "GET", f"snapshots/a{query}").content for query in ("", "?keys=1"))
    assert plain.startswith(b"SQLite format 3\0") and b"PRIVATE KEY" not in plain and b"PRIVATE KEY" in whole
    file = tmp_path / "held.db"
    file.write_bytes(plain)
    assert userinfo(start(db=file), tokens["access_token"]).status_code == 200


def test_a_snapshot_names_the_built_in_keys_so_that_what_they_signed_is_verified_wherever_it_is_opened(start_process, tmp_path):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "a"})
    for name, below in (("default", ""), ("a", "/t/a")):
        rotated = server.request("POST", f"{below}{DOOR}keys/rotate").json()["kid"]
        published = server.request("POST", f"{below}{DOOR}keys").json()["kid"]
        server.request("POST", f"{below}{DOOR}snapshots", json={"name": "held"})
        plain = server.get(f"{below}{DOOR}snapshots/held").content
        assert b"PRIVATE KEY" not in plain
        file = tmp_path / f"{name}.db"
        file.write_bytes(plain)
        opened = start_process(db=file)
        states = {key["kid"]: key["state"] for key in tell(opened, "GET", "keys").json()["items"]}
        assert (states[rotated], states[published]) == ("signs", "next")
        key, = [key for key in opened.get(JWKS).json()["keys"] if key["kid"] == rotated]
        assert key in server.get(below + JWKS).json()["keys"]
        assert header_of(sign_in(opened)["id_token"])["kid"] == rotated


def test_a_tenant_that_nobody_asks_ends_after_its_time(start_process):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "brief", "ttl": "200ms"})
    tell(server, "POST", "tenants", {"name": "long", "ttl": "1h"})
    names = ["brief"]
    while "brief" in names:
        names = [row["name"] for row in tell(server, "GET", "tenants").json()["items"]]
    assert names == ["default", "long"] and server.get("/t/brief" + DISCOVERY).status_code == 404
    tell(server, "POST", "tenants", {"name": "brief", "ttl": "1ms"})
    assert 404 in (server.get("/t/brief" + DISCOVERY).status_code for _ in range(1000))
    assert tell(server, "PATCH", "tenants/long", {"ttl": "2h"}).status_code == 200
    refused(tell(server, "PATCH", "tenants/long", {}), 422, pointer="")
    refused(tell(server, "PATCH", "tenants/long", {"ttl": 0}), 422, pointer="/ttl")


def test_a_fork_that_comes_back_to_a_name_signs_with_the_key_of_that_name(start_process):
    """Its own key is among those that its origin's origin has left to it."""
    server = start_process()
    tell(server, "POST", "tenants", {"name": "a"})
    kids = {"a": set(), "b": set()}
    for origin, name in (("a", "b"), ("b", "a"), ("a", "b"), ("b", "a"), ("a", "b")):
        assert tell(server, "POST", "tenants", {"name": name, "fork_of": origin}).status_code == 201
        assert tell(server, "DELETE", f"tenants/{origin}").status_code == 204
        door = f"/t/{name}{DOOR}"
        minted = server.request("POST", door + "tokens", json={})
        assert minted.status_code == 201, minted.text
        states = {row["kid"]: row["state"] for row in server.get(door + "keys").json()["items"]}
        assert sorted(states.values()) == ["retired", "signs"]
        kids[name] |= {kid for kid, state in states.items() if state == "signs"}
    assert len(kids["a"]) == len(kids["b"]) == 1 and kids["a"] != kids["b"]


def test_a_fork_takes_what_its_origin_issued_and_goes_its_own_way(start_process):
    server = start_process()
    tokens = sign_in(server, scope="openid offline_access")
    tell(server, "POST", "snapshots", {"name": "a"})
    for name, origin in (("f", {"fork_of": "default"}), ("s", {"snapshot": "a"})):
        assert tell(server, "POST", "tenants", {"name": name, **origin}).status_code == 201
        world = At(server, name)
        assert world.userinfo(tokens["access_token"]) == 200
        own = world.redeem(world.code()).json()
        assert claims_of(own["id_token"])["iss"] == f"{server.issuer}/t/{name}"
        [signer, *_] = kids(server, f"/t/{name}")
        assert header_of(own["id_token"])["kid"] == signer not in kids(server)
        assert userinfo(server, own["access_token"]).status_code == 401
    assert refresh_of(server, tokens).status_code == 200
    refused(tell(server, "POST", "tenants", {"fork_of": "nobody"}), 422, pointer="/fork_of")
    refused(tell(server, "POST", "tenants", {"snapshot": "b"}), 422, pointer="/snapshot")
    refused(tell(server, "POST", "tenants", {"fork_of": "default", "fixture": {}}), 422, pointer="/fixture")


def test_a_tenant_with_a_fixture_of_its_own_returns_to_that(start_process):
    server = start_process()
    fixture = {"extends": "default", "users": [{"sub": "only", "email": "only@example.com"}]}
    made = tell(server, "POST", "tenants", {"name": "own", "fixture": fixture})
    assert made.status_code == 201, made.text
    world = At(server, "own")
    signer = kids(server, "/t/own")
    tokens = world.redeem(world.code()).json()
    server.request("POST", "/t/own" + DOOR + "reset")
    assert world.userinfo(tokens["access_token"]) == 401 and kids(server, "/t/own") == signer
    assert claims_of(world.redeem(world.code()).json()["id_token"])["sub"] == "only"


# -- tenants ----------------------------------------------------------------------------------------------------------


def test_a_tenant_is_made_served_below_its_name_and_ended(start_process):
    server = start_process()
    made = tell(server, "POST", "tenants", {"name": "mine"})
    assert made.status_code == 201
    issuer = made.json()["issuer"]
    assert issuer == f"{server.issuer}/t/mine" and made.json()["control"] == f"{issuer}/_makeshift"
    for path in ("/t/mine" + DISCOVERY, "/.well-known/oauth-authorization-server/t/mine"):
        metadata = server.get(path).json()
        assert metadata["issuer"] == issuer and metadata["token_endpoint"] == issuer + TOKEN
    assert server.get("/t/mine" + JWKS).json()["keys"]
    assert tell(server, "GET", "tenants/mine").json() == made.json()
    assert tell(server, "DELETE", "tenants/mine").status_code == 204
    gone = server.get("/t/mine" + DISCOVERY)
    assert gone.status_code == 404 and "there is no tenant 'mine'" in gone.text
    refused(tell(server, "DELETE", "tenants/mine"), 404)


@pytest.mark.parametrize("body, status, pointer", [
    ({"name": "-a"}, 422, "/name"), ({"name": "A"}, 422, "/name"), ({"name": "a" * 64}, 422, "/name"), ({"name": ""}, 422, "/name"),
    ({"name": "default"}, 409, "/name"), ({"fixture": {"clients": [{}]}}, 422, "/fixture/clients/0/client_id"),
    ({"fixture": {"client": []}}, 422, "/fixture/client"), ({"seed": "7"}, 422, "/seed"), ({"clock": "soon"}, 422, "/clock"),
    ({"login": "never"}, 422, "/login"), ({"profile": "mak"}, 422, "/profile"), ({"issuer": "localhost"}, 422, "/issuer"),
    ({"issuer": "http://localhost/x"}, 422, "/issuer"), ({"nam": "x"}, 422, "/nam"),
])
def test_a_wrong_tenant_is_refused_with_its_place_and_not_made(shared_server, body, status, pointer):
    before = tell(shared_server, "GET", "tenants").json()
    refused(tell(shared_server, "POST", "tenants", body), status, pointer=pointer)
    assert tell(shared_server, "GET", "tenants").json() == before


def test_the_default_tenant_stays_and_only_the_root_makes_others(start):
    server = start("--tenants", "2")
    refused(tell(server, "DELETE", "tenants/default"), 409)
    tell(server, "POST", "tenants", {"name": "a"})
    assert tell(server, "POST", "tenants").json()["name"] == "t1"
    refused(tell(server, "POST", "tenants"), 429, error="too_many")
    assert server.get("/t/a" + DOOR + "tenants").status_code == 404
    assert tell(server, "DELETE", "tenants").status_code == 204
    assert [row["name"] for row in tell(server, "GET", "tenants").json()["items"]] == ["default"]


def test_a_code_and_a_token_of_one_tenant_are_refused_by_the_next(start_process):
    server = start_process()
    for name in ("a", "b"):
        tell(server, "POST", "tenants", {"name": name})
    a, b = (At(server, name) for name in ("a", "b"))
    code = a.code()
    assert b.redeem(code).json()["error"] == "invalid_grant"
    tokens = a.redeem(code).json()
    assert a.userinfo(tokens["access_token"]) == 200
    assert b.userinfo(tokens["access_token"]) == 401
    assert userinfo(server, tokens["access_token"]).status_code == 401
    assert claims_of(tokens["id_token"])["iss"] == f"{server.issuer}/t/a"


def test_a_tenant_has_another_clock_than_its_neighbours(start_process):
    server = start_process()
    for name in ("a", "b"):
        tell(server, "POST", "tenants", {"name": name, "clock": "2026-01-01T00:00:00Z"})
    a, b = (At(server, name) for name in ("a", "b"))
    of_a, of_b = (each.redeem(each.code()).json()["access_token"] for each in (a, b))
    server.request("POST", "/t/a" + DOOR + "clock", json={"advance": "30d"})
    assert (a.userinfo(of_a), b.userinfo(of_b)) == (401, 200)
    assert tell(server, "GET", "clock").json()["moved"] == 0


def test_a_cookie_belongs_to_its_tenant(start_process):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "a", "login": "page"})
    query = {"response_type": "code", "client_id": "demo-web", "redirect_uri": "http://localhost:3000/cb", "scope": "openid"}
    answer = server.get("/t/a/oauth/v2/authorize", params=query, allow_redirects=False)
    assert "; Path=/t/a;" in answer.headers["Set-Cookie"]
    assert answer.headers["Location"].startswith("/t/a/oauth/v2/authorize/sign-in")


def test_a_seed_gives_each_tenant_its_own_stream(start_process):
    server = start_process()
    tokens = []
    for name in ("a", "b", "a"):
        tell(server, "POST", "tenants", {"name": name, "seed": 7, "clock": "2026-01-01T00:00:00Z"})
        world = At(server, name)
        tokens.append(world.redeem(world.code()).json()["access_token"])
        tell(server, "DELETE", f"tenants/{name}")
    assert tokens[0] == tokens[2] != tokens[1]


def test_a_tenant_takes_another_base_url_while_it_serves(start_process):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "a"})
    patched = tell(server, "PATCH", "tenants/a", {"issuer": "http://localhost:32768"})
    assert patched.json()["issuer"] == "http://localhost:32768/t/a"
    assert server.get("/t/a" + DISCOVERY).json()["issuer"] == "http://localhost:32768/t/a"
    assert tell(server, "PATCH", "tenants/a", {"issuer": "http://mapped.example:32768"}).status_code == 200
    for host, status in (("mapped.example:32768", 200), ("other.example", 421)):
        answer = server.get("/t/a" + DISCOVERY, headers={"Host": host})
        assert answer.status_code == status, answer.text
    refused(tell(server, "PATCH", "tenants/default", {"issuer": "http://localhost:1"}), 409)


def test_tenants_that_work_at_once_see_nothing_of_each_other(start_process):
    """64 of them, each with a clock and a fault of its own."""
    server = start_process()

    def work(number):
        name = f"w{number}"
        at = f"2026-01-01T00:00:{number % 60:02d}Z"
        assert tell_alone(server, "POST", "tenants", {"name": name, "clock": at}).status_code == 201
        world = At(server, name)
        tokens = world.redeem(world.code()).json()
        claims = claims_of(tokens["id_token"])
        assert claims["iss"] == f"{server.issuer}/t/{name}" and claims["iat"] == 1767225600 + number % 60
        assert world.userinfo(tokens["access_token"]) == 200
        made = requests.post(f"{server.base}/t/{name}{DOOR}faults", timeout=30,
                             json={"match": {"endpoint": "userinfo"}, "times": 1, "do": {"status": 400 + number}})
        assert made.json()["id"] == 1
        assert [world.userinfo(tokens["access_token"]) for _ in range(2)] == [400 + number, 200]
        requests.post(f"{server.base}/t/{name}{DOOR}clock", json={"advance": tokens["expires_in"]}, timeout=30)
        assert world.userinfo(tokens["access_token"]) == 401
        assert tell_alone(server, "DELETE", f"tenants/{name}").status_code == 204

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(64)))
    assert len(tell(server, "GET", "tenants").json()["items"]) == 1


def tell_alone(server, method, resource, body=None):
    return requests.request(method, server.base + DOOR + resource, json=body, timeout=30)


class At:
    """demo-web's dealings with one tenant, in its own words: no helper that knows the root's issuer."""

    def __init__(self, server, name):
        self.base = f"{server.base}/t/{name}"

    def code(self):
        query = {"response_type": "code", "client_id": "demo-web", "redirect_uri": "http://localhost:3000/cb", "scope": "openid",
                 "state": "s", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
        answer = requests.get(self.base + "/oauth/v2/authorize", params=query, allow_redirects=False, timeout=30)
        return requests.utils.urlparse(answer.headers["Location"]).query.split("code=")[1].split("&")[0]

    def redeem(self, code):
        return requests.post(self.base + TOKEN, timeout=30, data={
            "grant_type": "authorization_code", "code": code, "redirect_uri": "http://localhost:3000/cb", "client_id": "demo-web",
            "client_secret": WEB_SECRET, "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"})

    def userinfo(self, token):
        return requests.get(self.base + "/oauth/v2/oidc/userinfo", headers={"Authorization": f"Bearer {token}"},
                            timeout=30).status_code
