"""The revocation endpoint (RFC 7009)."""

import pytest

from support import (
    REVOKE, WEB_SECRET, assert_error, authorize, client_form, proves, redeem, refresh, revoke,
    sign_in, userinfo,
)
from support_load import burst, refresh_request, revoke_request, statuses, won
from support_time import DAY, at

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]

SPA = "http://localhost:5173"


def assert_done(response):
    """The answer to a revocation, whatever came of it."""
    assert response.status_code == 200, response.text
    assert response.content == b"{}"
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"


def assert_alive(server, tokens, client_id="demo-web"):
    """Both tokens work; returns what the refresh token was exchanged for."""
    assert userinfo(server, tokens["access_token"]).status_code == 200
    answer = refresh(server, tokens["refresh_token"], client_id)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("secret", [None, "a-wrong-secret"])
@proves("REV-01", "REV-12")
def test_a_confidential_client_must_authenticate_to_revoke(server, secret):
    tokens = sign_in(server)
    for name in ("access_token", "refresh_token"):
        refused = revoke(server, tokens[name], client_secret=secret)
        assert_error(refused, "invalid_client", 401)
        assert refused.headers["Cache-Control"] == "no-store"
    assert_alive(server, tokens)


@proves("REV-01")
def test_a_public_client_names_itself_and_nothing_more(server):
    tokens = sign_in(server, "demo-native")
    form = {"token": tokens["refresh_token"]}
    assert_error(server.post(REVOKE, data=form), "invalid_client", 401)
    assert_error(server.post(REVOKE, data={**form, "client_id": "nobody"}), "invalid_client", 401)
    assert_done(server.post(REVOKE, data={**form, "client_id": "demo-native"}))
    assert_error(refresh(server, tokens["refresh_token"], "demo-native"), "invalid_grant")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data",
                                          None])
@proves("REV-01")
def test_only_a_form_is_taken(server, content_type):
    tokens = sign_in(server)
    body = f"token={tokens['access_token']}&client_id=demo-web&client_secret={WEB_SECRET}"
    refused = server.post(REVOKE, data=body.encode(), headers={"Content-Type": content_type})
    assert_error(refused, "invalid_request")
    assert_alive(server, tokens)


@proves("REV-02", "REV-03", "REV-10", "REV-11")
def test_revoking_the_refresh_token_ends_the_grant_at_once(server):
    first = sign_in(server)
    second = refresh(server, first["refresh_token"]).json()
    other = sign_in(server)
    assert_done(revoke(server, second["refresh_token"]))
    assert_error(refresh(server, second["refresh_token"]), "invalid_grant")
    for tokens in (first, second):
        assert userinfo(server, tokens["access_token"]).status_code == 401
        assert userinfo(server, tokens["id_token"]).status_code == 401
    assert_alive(server, other)  # another grant of the same user to the same client


@proves("REV-04", "REV-05")
def test_revoking_an_access_token_ends_it_alone(server):
    first = sign_in(server)
    second = refresh(server, first["refresh_token"]).json()
    assert_done(revoke(server, first["access_token"]))
    refused = userinfo(server, first["access_token"])
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    third = assert_alive(server, second)
    assert userinfo(server, third["access_token"]).status_code == 200


@pytest.mark.parametrize("token", ["unknown", "A" * 43, "%", "ä", "eyJ.eyJ.x", "x" * 4000])
@proves("REV-06", "REV-11")
def test_an_unknown_or_malformed_token_is_as_good_as_revoked(server, token):
    assert_done(revoke(server, token))


@proves("REV-06", "REV-16")
def test_revoking_again_changes_nothing(server):
    tokens = sign_in(server)
    for token in (tokens["access_token"], tokens["refresh_token"]) * 3:
        assert_done(revoke(server, token))
    assert_error(refresh(server, tokens["refresh_token"]), "invalid_grant")


@proves("REV-06")
def test_an_expired_token_is_as_good_as_revoked(start):
    server = start(db=True, env=at(0))
    tokens = sign_in(server)
    server.restart(env=at(300))
    assert_done(revoke(server, tokens["access_token"]))
    server.restart(env=at(180 * DAY))
    assert_done(revoke(server, tokens["refresh_token"]))


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "nonsense", ""])
@proves("REV-07")
def test_a_wrong_or_unknown_hint_does_not_matter(server, hint):
    tokens = sign_in(server)
    assert_done(revoke(server, tokens["access_token"], token_type_hint=hint))
    assert userinfo(server, tokens["access_token"]).status_code == 401
    assert_done(revoke(server, tokens["refresh_token"], token_type_hint=hint))
    assert_error(refresh(server, tokens["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize("stranger", ["demo-custom-app", "demo-native", "demo-spa"])
@proves("REV-08")
def test_a_token_of_another_client_is_refused_and_lives_on(server, stranger):
    first = sign_in(server)
    second = refresh(server, first["refresh_token"]).json()
    for token in (second["access_token"], second["refresh_token"], first["refresh_token"]):
        assert_error(revoke(server, token, stranger), "invalid_grant")
    assert_alive(server, second)


@proves("REV-09")
def test_a_missing_token_is_invalid_request(server):
    assert "token" in assert_error(revoke(server, None), "invalid_request")
    assert_error(revoke(server, ""), "invalid_request")


@proves("REV-15")
def test_revoking_a_rotated_refresh_token_ends_the_family(server):
    answers = [sign_in(server)]
    for _ in range(3):
        answers.append(refresh(server, answers[-1]["refresh_token"]).json())
    assert_done(revoke(server, answers[1]["refresh_token"]))
    for tokens in answers:
        assert userinfo(server, tokens["access_token"]).status_code == 401
    assert "the client revoked it" in assert_error(refresh(server, answers[-1]["refresh_token"]),
                                                   "invalid_grant")


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
@proves("REV-16")
def test_revocations_at_the_same_moment_all_succeed(start, name):
    server = start("--threads", 4)
    tokens = sign_in(server)
    answers = burst(server, [revoke_request(tokens[name])] * 50)
    assert statuses(answers) == {200: 50}
    assert all(answer.body == b"{}" for answer in answers)
    assert userinfo(server, tokens["access_token"]).status_code == 401


@proves("REV-16", "RFR-28")
def test_refreshes_that_race_revocations_leave_nothing_alive(start):
    server = start("--threads", 4)
    for _ in range(5):
        tokens = sign_in(server)
        token = tokens["refresh_token"]
        answers = burst(server, [refresh_request(token), revoke_request(token)] * 10)
        assert statuses(answers[1::2]) == {200: 10}
        born = won(answers[0::2])
        assert len(born) <= 1
        for one in [tokens] + born:
            assert userinfo(server, one["access_token"]).status_code == 401
            assert_error(refresh(server, one["refresh_token"]), "invalid_grant")


@proves("REV-17")
def test_a_browser_application_may_revoke_from_its_own_origin(server):
    tokens = sign_in(server, "demo-spa")
    asked = {"Origin": SPA, "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type"}
    preflight = server.request("OPTIONS", REVOKE, headers=asked)
    assert preflight.status_code in (200, 204)
    assert preflight.headers["Access-Control-Allow-Origin"] == SPA
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    form = {"client_id": "demo-spa", "token": tokens["access_token"]}
    done = server.post(REVOKE, data=form, headers={"Origin": SPA})
    assert_done(done)
    assert done.headers["Access-Control-Allow-Origin"] == SPA
    assert userinfo(server, tokens["access_token"]).status_code == 401
    stranger = server.post(REVOKE, data=form, headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@proves("REV-18", "REV-01")
def test_only_post_revokes_and_the_query_is_not_looked_at(server, method):
    tokens = sign_in(server)
    refused = server.request(method, REVOKE, params={"token": tokens["access_token"],
                                                     "client_id": "demo-web"})
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]
    assert refused.headers["Cache-Control"] == "no-store"
    by_query = server.post(REVOKE, data=client_form("demo-web"),
                           params={"token": tokens["access_token"]})
    assert_error(by_query, "invalid_request")
    form = {"token": tokens["access_token"], "client_secret": WEB_SECRET}
    assert_error(server.post(REVOKE, data=form, params={"client_id": "demo-web"}),
                 "invalid_client", 401)
    assert_alive(server, tokens)


@proves("REV-19")
def test_a_code_or_id_token_is_not_touched(server):
    tokens, code = sign_in(server), authorize(server)
    assert_done(revoke(server, code["code"]))
    assert_done(revoke(server, tokens["id_token"]))
    assert redeem(server, code).status_code == 200
    assert userinfo(server, tokens["id_token"]).status_code == 200  # as Make documents
    assert_alive(server, tokens)
