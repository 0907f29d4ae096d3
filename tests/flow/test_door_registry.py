"""The control door: users and clients are put, patched and taken away in the fixture's words, while requests are under way."""

import concurrent.futures

import pytest
from support import TOKEN, authorize, decode, default_fixture, fixture_with, pkce, redeem, refresh, sign_in, userinfo
from support_pages import begin
from test_door import refused, tell
from test_door_things import items

pytestmark = pytest.mark.tenants

OFFLINE = "openid profile email offline_access"
NEW = {"sub": "7", "name": "Neo New", "email": "neo@example.com", "preferred_username": "neo", "password": "a-password-of-neo",
       "claims": {"shoe_size": 43}, "organizations": [{"id": 1, "role": "Member"}]}


def shown(user):
    """As the door shows it: what a fixture says, without secrets and empty lists."""
    return {name: value for name, value in user.items() if name not in ("password", "api_tokens", "client_secret") and value != []}


def told(server, sub):
    answer = tell(server, "GET", f"users/{sub}")
    assert answer.status_code == 200, answer.text
    return answer.json()


# -- users ------------------------------------------------------------------------------------------------------------


def test_users_are_shown_in_the_fixture_s_words_and_order(server):
    users = default_fixture()["users"]
    assert items(server, "users") == [shown(user) for user in users]
    for name in ("1002", "max.member@example.com", "MAX.MEMBER@example.com", users[1]["preferred_username"]):
        assert told(server, name) == shown(users[1])
    assert [user["sub"] for user in items(server, "users?limit=2")] == ["1001", "1002"]
    assert [user["sub"] for user in items(server, "users?limit=2&since=1002")] == ["1003"]
    refused(tell(server, "GET", "users?since=nobody"), 422)
    refused(tell(server, "GET", "users/1004"), 404, nearest="1001")


def test_a_user_that_is_put_signs_in_at_once_and_is_put_again_whole(start):
    server = start("--login", "page")
    made = tell(server, "PUT", "users/7", NEW)
    assert made.status_code == 201 and made.json() == shown(NEW)
    visit = begin(server.browser())
    visit.submit(username="neo", password=NEW["password"])
    assert "code" in visit.submit(decision="approve").params
    assert "shoe_size" in server.get("/.well-known/openid-configuration").json()["claims_supported"]
    again = tell(server, "PUT", "users/neo@example.com", {"name": "Neo Again"})
    assert again.status_code == 200 and again.json() == {"sub": "7", "name": "Neo Again"}
    assert told(server, "7") == again.json() and [user["sub"] for user in items(server, "users")][-1] == "7"
    refused(tell(server, "GET", "users/neo@example.com"), 404)


@pytest.mark.parametrize("change, pointer", [
    ({"sub": "8"}, "/sub"), ({"sub": 7}, "/sub"), ({"email": "max.member@example.com"}, "/email"), ({"email": "x"}, "/email"),
    ({"organizations": [{"id": 99, "role": "Member"}]}, "/organizations/0/id"), ({"organizations": [{"id": 1, "role": "Boss"}]}, "/organizations/0/role"),
    ({"organizations": [{"id": 1, "role": "Member"}] * 2}, "/organizations/1/id"), ({"teams": [{"id": 99, "role": "Team member"}]}, "/teams/0/id"),
    ({"pasword": "x"}, "/pasword"), ({"password": ""}, "/password"), ({"claims": {"email": "x"}}, "/claims/email"), ({"admin": "yes"}, "/admin"),
    ({"birthdate": "tomorrow"}, "/birthdate"), ({"name": 1}, "/name"), ({"api_tokens": [{"token": "x", "scope": "user:read"}]}, "/api_tokens/0/token"),
    ({"api_tokens": [{"token": "12345678-12ef-abcd-1234-1234567890ac", "scope": "openid"}]}, "/api_tokens/0/scope"),
    ({"preferred_username": "1001"}, "/preferred_username"), ({"preferred_username": "MAX.member@example.com"}, "/preferred_username"),
    ({"preferred_username": "max"}, "/preferred_username"),
])
def test_what_a_fixture_would_refuse_of_a_user_is_refused_and_nothing_changes(server, change, pointer):
    tell(server, "PUT", "users/7", NEW)
    before = items(server, "users")
    refused(tell(server, "PUT", "users/7", {**NEW, **change}), 422, error="wrong_member", pointer=pointer)
    problem = refused(tell(server, "PATCH", "users/7", change), 422, error="wrong_member", pointer=pointer)
    assert problem["expected"]
    refused(tell(server, "PUT", "users/9", {"sub": "9", **change}), 422, pointer=pointer)
    assert items(server, "users") == before


def test_a_user_is_found_by_names_that_no_other_user_has(server):
    """And keeps those it has."""
    assert tell(server, "PUT", "users/8", {"preferred_username": "Eight@example.com"}).status_code == 201
    taken = refused(tell(server, "PUT", "users/7", {"email": "eight@EXAMPLE.com"}), 422, pointer="/email")
    assert "is the preferred_username of another user" in taken["detail"]
    refused(tell(server, "PUT", "users/7", {"preferred_username": "8"}), 422, pointer="/preferred_username")
    alike = {"preferred_username": "eight@example.com", "email": "Max.Member@example.com"}
    assert tell(server, "PUT", "users/7", alike).status_code == 201
    assert tell(server, "PATCH", "users/7", {"nickname": "Seven"}).status_code == 200
    found = {name: told(server, name)["sub"] for name in ("7", "8", *alike.values(), "Eight@example.com", "max.member@example.com")}
    assert found == {"7": "7", "8": "8", alike["preferred_username"]: "7", alike["email"]: "7", "Eight@example.com": "8",
                     "max.member@example.com": "1002"}


def test_a_word_that_is_misspelt_is_refused_with_the_nearest(server):
    refused(tell(server, "PATCH", "users/1001", {"pasword": "x"}), 422, nearest="password")
    refused(tell(server, "PATCH", "clients/demo-web", {"scop": "openid"}), 422, nearest="scope")


def test_an_api_token_of_another_user_is_refused(server):
    token = next(token for user in default_fixture()["users"] for token in user.get("api_tokens", ()))
    refused(tell(server, "PUT", "users/7", {"api_tokens": [token]}), 422, pointer="/api_tokens/0/token")
    assert token["token"] not in tell(server, "PUT", "users/7", {"api_tokens": [token]}).text


def test_a_patch_changes_what_it_names_and_keeps_password_and_api_tokens(start):
    server = start("--login", "page")
    before = told(server, "1002")
    token = "12345678-12ef-abcd-1234-1234567890ac"
    tell(server, "PATCH", "users/1002", {"api_tokens": [{"token": token, "scope": "user:read"}]})
    changed = tell(server, "PATCH", "users/1002", {"nickname": "Maxi", "name": None, "claims": {"shoe_size": 44}})
    expected = {**before, "nickname": "Maxi", "claims": {**before.get("claims", {}), "shoe_size": 44}}
    del expected["name"]
    assert changed.status_code == 200 and changed.json() == expected
    assert server.get("/api/v2/users/me", headers={"Authorization": f"Token {token}"}).status_code == 200
    assert signs_in(server, "1002", "member-password") and not signs_in(server, "1002", "other")
    tell(server, "PATCH", "users/1002", {"password": "other-password", "api_tokens": None})
    assert signs_in(server, "1002", "other-password") and not signs_in(server, "1002", "member-password")
    assert server.get("/api/v2/users/me", headers={"Authorization": f"Token {token}"}).status_code == 401
    tell(server, "PATCH", "users/1002", {"password": None})
    assert signs_in(server, "1002", "anything")


def signs_in(server, user, password):
    visit = begin(server.browser())
    visit.submit(username=user, password=password)
    return visit.path is None or "consent" in visit.path


def test_a_password_taken_away_between_page_and_submission_counts(start):
    server = start("--login", "page")
    visit = begin(server.browser())
    tell(server, "PATCH", "users/1002", {"password": "changed-meanwhile"})
    visit.submit(username="1002", password="member-password")
    assert "password is wrong" in visit.page.text
    visit.submit(username="1002", password="changed-meanwhile")
    assert "consent" in visit.path


def test_a_role_taken_away_closes_the_api_to_a_token_that_is_out(server):
    token = sign_in(server, scope="openid teams:read organizations:read", login_hint="1001")["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    path = "/api/v2/teams?organizationId=1"
    assert server.get(path, headers=bearer).status_code == 200
    before = told(server, "1001")
    assert tell(server, "PATCH", "users/1001", {"organizations": None, "teams": None, "admin": None}).status_code == 200
    assert server.get(path, headers=bearer).status_code == 403
    tell(server, "PATCH", "users/1001", {"organizations": before["organizations"], "teams": before["teams"]})
    assert server.get(path, headers=bearer).status_code == 200
    assert told(server, "1001")["organizations"] == before["organizations"]


def test_a_claim_that_changes_is_told_anew_by_userinfo(server):
    token = sign_in(server)["access_token"]
    assert userinfo(server, token).json()["email"] == "olivia.owner@example.com"
    tell(server, "PATCH", "users/1001", {"email": "new@example.com"})
    assert userinfo(server, token).json()["email"] == "new@example.com"


def test_a_user_who_is_deleted_has_left_tokens_and_sessions(start):
    server = start("--login", "page")
    visit = begin(browser := server.browser(), scope=OFFLINE)
    visit.submit(username="1002", password="member-password")
    tokens = redeem(server, visit.submit(decision="approve").params["code"]).json()
    assert len(items(server, "consents")) == 1
    assert tell(server, "DELETE", "users/1002").status_code == 204
    assert userinfo(server, tokens["access_token"]).status_code == 401
    assert refresh(server, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert items(server, "consents") == []
    assert begin(browser).page and "sign-in" in begin(browser).path
    refused(tell(server, "DELETE", "users/1002"), 404)
    tell(server, "PUT", "users/1002", {"name": "Another"})
    assert userinfo(server, tokens["access_token"]).status_code == 401


def test_the_last_user_stays(server):
    users = [user["sub"] for user in items(server, "users")]
    for sub in users[1:]:
        assert tell(server, "DELETE", f"users/{sub}").status_code == 204
    refused(tell(server, "DELETE", f"users/{users[0]}"), 409, error="conflict")
    assert len(items(server, "users")) == 1


# -- clients ----------------------------------------------------------------------------------------------------------


def test_clients_are_shown_in_the_fixture_s_words_with_every_default_said(server):
    clients = default_fixture()["clients"]
    rows = items(server, "clients")
    assert [row["client_id"] for row in rows] == [client["client_id"] for client in clients]
    for row, client in zip(rows, clients):
        assert row.items() >= shown(client).items() and tell(server, "GET", f"clients/{row['client_id']}").json() == row
        assert "client_secret" not in row
    assert (rows[0]["code_ttl"], rows[0]["refresh_policy"], rows[0]["issuer"]) == (300, {"mode": "strict"}, "main")
    assert items(server, "clients?limit=1&since=demo-web") == rows[1:2]
    refused(tell(server, "GET", "clients/demo-wed"), 404, nearest="demo-web")


@pytest.mark.parametrize("client", [client["client_id"] for client in default_fixture()["clients"]])
def test_what_is_shown_of_a_client_can_be_put_back(server, client):
    row = tell(server, "GET", f"clients/{client}").json()
    secret = next(each for each in default_fixture()["clients"] if each["client_id"] == client).get("client_secret")
    again = tell(server, "PUT", f"clients/{client}", {**row, **({"client_secret": secret} if secret else {})})
    assert again.status_code == 200, again.text
    assert again.json() == row and tell(server, "PATCH", f"clients/{client}", {}).json() == row


def test_a_client_with_everything_said_is_shown_so(start):
    whole = {"client_id": "w", "client_secret": "a-secret-of-w-0123", "client_name": "W", "redirect_uris": ["http://localhost:1/cb", "com.example:/cb"],
             "post_logout_redirect_uris": ["http://localhost:1/"], "token_endpoint_auth_method": "client_secret_basic",
             "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code", "id_token"], "scope": "openid email",
             "default_scope": "openid", "issuer": "main", "login": "page", "audience": "https://api.example", "access_token_format": "opaque",
             "access_token_typ": "JWT", "id_token_claims": "scope", "code_ttl": 10, "access_token_ttl": 20, "id_token_ttl": 30,
             "id_token_signed_response_alg": "RS256", "refresh_token_ttl": 40, "refresh_idle_ttl": 35,
             "refresh_policy": {"mode": "grace", "seconds": 100, "uses": 3}, "refresh_rotation": "never", "id_token_nonce_on_refresh": True,
             "token_redirect_uri": "optional", "claims": {"mail": {"from": "email", "in": ["userinfo"]}}}
    server = start(fixture=fixture_with(clients={"w": whole}))
    assert tell(server, "GET", "clients/w").json() == shown(whole)
    tell(server, "DELETE", "clients/w")
    assert tell(server, "PUT", "clients/w", whole).status_code == 201
    assert tell(server, "GET", "clients/w").json() == shown(whole)


def test_a_client_that_is_put_works_at_once(server):
    secret, place = "a-secret-of-new-01", "http://localhost:3000/cb"
    made = tell(server, "PUT", "clients/new", {"client_secret": secret, "redirect_uris": [place, "https://new.example/cb"], "scope": "openid",
                                               "claims": {"level": {"value": 3, "in": ["id_token"]}}})
    assert made.status_code == 201 and made.json()["client_name"] == "new"
    code = authorize(server, "new", redirect_uri=place, scope="openid")
    tokens = redeem(server, code, "new", secret, redirect_uri=place).json()
    assert decode(server, tokens["id_token"], audience="new")["level"] == 3
    assert "level" in server.get("/.well-known/openid-configuration").json()["claims_supported"]
    opened = server.post(TOKEN, data={}, headers={"Origin": "https://new.example"})
    assert opened.headers["Access-Control-Allow-Origin"] == "https://new.example"
    assert tell(server, "DELETE", "clients/new").status_code == 204
    assert userinfo(server, tokens["access_token"]).status_code == 401
    closed = server.post(TOKEN, data={}, headers={"Origin": "https://new.example"})
    assert "Access-Control-Allow-Origin" not in closed.headers
    refused(tell(server, "DELETE", "clients/new"), 404)


def test_pages_may_call_from_the_origins_that_clients_have_now(server):
    def may(origin):
        answer = server.post(TOKEN, data={}, headers={"Origin": origin})
        return answer.headers.get("Access-Control-Allow-Origin") == origin

    def put(name, *origins):
        words = {"client_secret": "a-secret-of-new-01", "scope": "openid", "redirect_uris": [f"{origin}/cb" for origin in origins]}
        assert tell(server, "PUT", f"clients/{name}", words).status_code in (200, 201)

    one, two, three = (f"https://{name}.example" for name in ("one", "two", "three"))
    put("a", one, two)
    put("b", two)
    put("a", three)
    assert (may(one), may(two), may(three)) == (False, True, True)
    put("a", three)
    assert tell(server, "DELETE", "clients/b").status_code == 204
    assert (may(one), may(two), may(three)) == (False, False, True)


@pytest.mark.parametrize("change, pointer", [
    ({"client_id": "other"}, "/client_id"), ({"scope": "openid nonsense"}, "/scope"), ({"scope": None}, "/scope"), ({"redirect_uris": ["x"]}, "/redirect_uris/0"),
    ({"redirect_uris": []}, "/redirect_uris"), ({"code_ttl": 601}, "/code_ttl"), ({"refresh_policy": {"mode": "lenient"}}, "/refresh_policy/mode"),
    ({"refresh_policy": {"seconds": 5}}, "/refresh_policy/seconds"), ({"token_endpoint_auth_method": "none"}, "/client_secret"),
    ({"id_token_signed_response_alg": "HS256"}, "/id_token_signed_response_alg"), ({"claims": {"x": {"scope": "mcp:admin"}}}, "/claims/x/scope"),
    ({"grant_types": ["refresh_token"]}, "/grant_types"), ({"default_scope": "teams:write"}, "/default_scope"), ({"client_secrets": "x"}, "/client_secrets"),
])
def test_what_a_fixture_would_refuse_of_a_client_is_refused_and_nothing_changes(server, change, pointer):
    before = tell(server, "GET", "clients/demo-web").json()
    refused(tell(server, "PATCH", "clients/demo-web", change), 422, error="wrong_member", pointer=pointer)
    assert tell(server, "GET", "clients/demo-web").json() == before
    assert sign_in(server)["access_token"]


def test_an_algorithm_without_a_key_is_refused(start):
    server = start("--profile", "make")
    problem = refused(tell(server, "PATCH", "clients/demo-web", {"id_token_signed_response_alg": "EdDSA"}), 422)
    assert problem["pointer"] == "/id_token_signed_response_alg"


def test_a_patch_keeps_the_secret_unless_it_names_one(server):
    assert tell(server, "PATCH", "clients/demo-web", {"access_token_ttl": 77}).status_code == 200
    assert sign_in(server)["expires_in"] == 77
    tell(server, "PATCH", "clients/demo-web", {"client_secret": "another-secret-0123"})
    assert redeem(server, authorize(server)).json()["error"] == "invalid_client"
    assert redeem(server, authorize(server), client_secret="another-secret-0123").status_code == 200
    public = tell(server, "PATCH", "clients/demo-web", {"client_secret": None, "token_endpoint_auth_method": "none"})
    assert public.json()["token_endpoint_auth_method"] == "none"
    assert authorize(server)["error"] == "invalid_request"
    verifier, challenge = pkce()
    code = authorize(server, code_challenge=challenge, code_challenge_method="S256")
    assert redeem(server, code, client_secret=None, code_verifier=verifier).status_code == 200


@pytest.mark.parametrize("stated", [None, "client_secret_post"])
def test_a_secret_taken_away_alone_makes_no_public_client(server, stated):
    tell(server, "PATCH", "clients/demo-web", {"token_endpoint_auth_method": stated})
    problem = refused(tell(server, "PATCH", "clients/demo-web", {"client_secret": None}), 422, pointer="/client_secret")
    assert "token_endpoint_auth_method" in problem["expected"]
    assert tell(server, "PATCH", "clients/demo-spa", {"client_secret": None}).status_code == 200  # it has none
    assert redeem(server, authorize(server)).status_code == 200


@pytest.mark.parametrize("form, left", [("opaque", 403), ("jwt", 200)])
def test_a_scope_taken_away_mid_flow_is_asked_for_and_refreshed_no_more(server, form, left):
    tell(server, "PATCH", "clients/demo-web", {"access_token_format": form})
    tokens = sign_in(server, scope="openid offline_access teams:read")
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert server.get("/api/v2/teams?organizationId=1", headers=bearer).status_code == 200
    tell(server, "PATCH", "clients/demo-web", {"scope": "openid profile email offline_access"})
    assert server.get("/api/v2/teams?organizationId=1", headers=bearer).status_code == left
    assert authorize(server, scope="openid teams:read")["error"] == "invalid_scope"
    assert refresh(server, tokens["refresh_token"]).json()["scope"] == "openid offline_access"


def test_a_code_that_waits_meets_the_client_as_it_is_now(server):
    code = authorize(server, scope="openid offline_access user:read")
    tell(server, "PATCH", "clients/demo-web", {"client_secret": "changed-meanwhile-1"})
    assert redeem(server, code).json()["error"] == "invalid_client"
    tell(server, "PATCH", "clients/demo-web", {"grant_types": ["authorization_code"]})
    tokens = redeem(server, code, client_secret="changed-meanwhile-1").json()
    assert tokens["access_token"] and "refresh_token" not in tokens


def test_a_client_that_registered_by_itself_is_patched_and_goes_on(start_process):
    server = start_process()
    made = server.post(server.get("/.well-known/oauth-authorization-server/mcp").json()["registration_endpoint"], json={
        "redirect_uris": ["http://localhost/callback"], "client_name": "Before", "token_endpoint_auth_method": "client_secret_post"})
    assert made.status_code == 201, made.text
    made = made.json()
    assert items(server, "clients")[-1]["client_name"] == "Before"
    assert tell(server, "PATCH", f"clients/{made['client_id']}", {"client_name": "After"}).status_code == 200
    read = server.get(made["registration_client_uri"], headers={"Authorization": f"Bearer {made['registration_access_token']}"})
    assert read.status_code == 200 and read.json()["client_name"] == "After"
    assert tell(server, "DELETE", f"clients/{made['client_id']}").status_code == 204


def test_requests_under_way_see_a_user_before_or_after_a_change_and_nothing_between(server):
    """Sign-ins run beside the door's changes: each sees a whole user."""

    def change(number):
        answer = tell(server, "PUT", "users/7", {"name": f"Name {number}", "email": f"mail{number}@example.com"})
        return answer.status_code in (200, 201)

    def read(_):
        answer = sign_in(server, scope="openid profile email", login_hint="7")
        claims = userinfo(server, answer["access_token"]).json()
        return claims["name"].split()[-1] == claims["email"].split("@")[0].removeprefix("mail")

    assert change(0)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        changes, reads = pool.map(change, range(40)), pool.map(read, range(40))
        assert all(changes) and all(reads)


def test_the_openapi_document_tells_what_a_put_answers_that_made_something(server):
    paths = server.get("/_makeshift/openapi.json").json()["paths"]
    for path in ("/users/{id}", "/clients/{id}"):
        assert {"200", "201"} <= set(paths[path]["put"]["responses"])
        assert "201" not in paths[path]["patch"]["responses"]


def test_a_tenant_s_users_and_clients_are_its_own(start_process):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "a"})
    made = server.request("PUT", "/t/a/_makeshift/users/7", json=NEW)
    assert made.status_code == 201
    refused(tell(server, "GET", "users/7"), 404)
    assert server.request("DELETE", "/t/a/_makeshift/clients/demo-web").status_code == 204
    assert decode(server, sign_in(server)["id_token"], audience="demo-web")["sub"] == "1001"
