"""Clients whose client_id is the URL of a document with their metadata (MCP 2025-11-25), which the fixture holds."""

import pytest

from support import (AUTHORIZE, DISCOVERY, MCP, TOKEN, assert_error, authorize, authorize_params, fixture_with, pkce,
                     redeem, refresh)
from support_refusals import page_refusal

pytestmark = pytest.mark.tenants

METADATA = "/.well-known/oauth-authorization-server/mcp"
URL = "https://app.example/client.json"
BACK = "http://localhost:4000/cb"
DOCUMENT = {"client_id": URL, "client_name": "An app", "redirect_uris": [BACK], "client_uri": "https://app.example/",
            "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none"}


def launch(start, *args, **members):
    return start(*args, fixture=fixture_with(client_id_metadata_documents={URL: {**DOCUMENT, **members}}))


def sign_in(server, **params):
    verifier, challenge = pkce()
    granted = authorize(server, URL, redirect_uri=BACK, code_challenge=challenge, code_challenge_method="S256", **params)
    assert granted["iss"] == server.issuer + MCP
    response = redeem(server, granted["code"], URL, None, redirect_uri=BACK, code_verifier=verifier)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_client_is_known_by_the_url_of_its_document(start):
    server = launch(start)
    tokens = sign_in(server, scope=None, resource=server.issuer + MCP)
    assert tokens["scope"] == "mcp:use"
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami"}}
    bearer = {"Authorization": "Bearer " + tokens["access_token"]}
    who = server.post(MCP, json=message, headers=bearer).json()["result"]["structuredContent"]
    assert who["client_id"] == URL
    assert refresh(server, tokens["refresh_token"], URL, None).status_code == 200


def test_it_may_ask_for_all_that_the_issuer_advertises_or_for_what_it_says(start_process):
    server = launch(start_process)
    advertised = server.get(METADATA).json()["scopes_supported"]
    assert sign_in(server, scope=" ".join(advertised))["scope"].split() == advertised
    less = launch(start_process, scope="openid mcp:use")
    assert sign_in(less, scope=None)["scope"] == "openid mcp:use"
    params = authorize_params(URL, redirect_uri=BACK, scope="email")
    assert "error=invalid_scope" in less.get(AUTHORIZE, params=params).headers["Location"]


def test_the_issuers_metadata_says_so_where_there_are_documents(start_process):
    server = launch(start_process)
    assert server.get(METADATA).json()["client_id_metadata_document_supported"] is True
    assert "client_id_metadata_document_supported" not in server.get(DISCOVERY).json()
    for without in (start_process(), start_process(fixture=fixture_with(client_id_metadata_documents={}))):
        assert "client_id_metadata_document_supported" not in without.get(METADATA).json()


def test_a_document_leaves_with_the_fixture(start, tmp_path):
    server = launch(start, "--db", str(tmp_path / "db"))
    sign_in(server, scope="openid")
    assert server.stop() == 0
    again = start("--db", str(tmp_path / "db"), "--issuer", server.issuer, fixture=fixture_with())
    assert "client_id_metadata_document_supported" not in again.get(METADATA).json()
    page_refusal(again.get(AUTHORIZE, params=authorize_params(URL, redirect_uri=BACK)))


@pytest.mark.parametrize("url", ["https://app.example/other.json", "https://app.example/client.json?x"])
def test_an_unknown_url_is_not_fetched_and_the_refusal_says_where_to_put_it(start, url):
    server = launch(start)
    response = server.get(AUTHORIZE, params=authorize_params(url, redirect_uri=BACK))
    page_refusal(response)
    assert "client_id_metadata_documents" in response.text
    answer = server.post(TOKEN, data={"grant_type": "authorization_code", "client_id": url, "code": "x"})
    assert "put it into the fixture" in assert_error(answer, "invalid_client", 401)


def test_a_url_that_is_a_client_and_a_document_is_refused(start):
    client = {**{k: v for k, v in DOCUMENT.items() if k != "client_uri"}, "scope": "openid"}
    server = start(wait=False, fixture=fixture_with(
        clients={URL: client}, client_id_metadata_documents={URL: DOCUMENT}))
    assert server.exit_code() != 0
    assert "is one of the clients too" in server.log()
