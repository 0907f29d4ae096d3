"""The built-in clients: what somebody finds who has written no fixture."""

import pytest

from support import TOKEN, assert_error, refresh, sign_in, userinfo
from test_logout import ask, assert_over, signed_in

pytestmark = pytest.mark.tenants

SERVICE = {"client_id": "demo-service", "client_secret": "demo-service-secret-for-tests-only-0001"}


def test_the_built_in_service_gets_a_token_of_its_own(start):
    server = start("--profile", "standard")
    answer = server.post(TOKEN, data={"grant_type": "client_credentials", "scope": "scenarios:read", **SERVICE})
    assert answer.status_code == 200 and answer.json()["scope"] == "scenarios:read"


def test_the_built_in_single_page_application_refreshes(server):
    tokens = sign_in(server, "demo-spa", scope="openid offline_access")
    again = refresh(server, tokens["refresh_token"], "demo-spa")
    assert again.status_code == 200
    assert userinfo(server, again.json()["access_token"]).status_code == 200
    assert_error(refresh(server, tokens["refresh_token"], "demo-spa"), "invalid_grant")


@pytest.mark.parametrize("uri", ["http://localhost:3000", "http://localhost:3000/"])
def test_a_browser_may_go_home_after_logout_with_a_slash_or_without(start, uri):
    server = start("--profile", "standard", "--login", "page")
    browser, tokens = signed_in(server)
    answer = ask(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=uri, state="x")
    assert answer.headers["Location"] == uri + "?state=x"
    assert_over(browser)
