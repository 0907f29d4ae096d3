"""The MCP server as a protected resource, and the issuer that it names (RFC 9728, RFC 8414, RFC 6750)."""

import pytest

from support import (AUTHORIZE, DISCOVERY, INTROSPECT, MCP, REGISTER, TOKEN, authorize, authorize_params, client_form,
                     default_fixture, fixture_with, jwks, location_params, proves, redeem, refresh, revoke)

pytestmark = pytest.mark.shared_server

METADATA = "/.well-known/oauth-authorization-server/mcp"
RESOURCE_METADATA = "/.well-known/oauth-protected-resource/mcp"
PROFILES = pytest.mark.parametrize("profile", ["make", "make-published", "standard"])
FORMATS = pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])


def tokens_for(server, scope="openid mcp:use", **params):
    params.setdefault("resource", server.issuer + MCP)
    return redeem(server, authorize(server, "demo-mcp", scope=scope, **params), "demo-mcp").json()


def call(server, token, method="ping", params=None, **message):
    body = {"jsonrpc": "2.0", "id": 1, "method": method, **({"params": params} if params is not None else {}), **message}
    return server.post(MCP, json=body, headers={"Authorization": f"Bearer {token}"})


def challenge(response):
    """The parameters of a Bearer challenge."""
    scheme, _, rest = response.headers["WWW-Authenticate"].partition(" ")
    assert scheme == "Bearer"
    pairs = [pair.partition("=") for pair in rest.split(", ")]
    return {name: value.strip('"') for name, _, value in pairs}


def refused(server, response, error, status=401):
    assert response.status_code == status, response.text
    found = challenge(response)
    assert found.get("error") == error
    assert found["resource_metadata"] == server.issuer + RESOURCE_METADATA
    assert found["scope"] == "mcp:use"
    assert response.headers["Access-Control-Expose-Headers"] == "WWW-Authenticate"
    return found


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_who_comes_without_a_token_is_told_where_to_get_one(server, method):
    found = refused(server, server.request(method, MCP), None)
    assert "error_description" not in found


@PROFILES
def test_the_resource_names_its_authorization_server_and_scope(start, profile):
    server = start("--profile", profile)
    response = server.get(RESOURCE_METADATA)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json() == {
        "resource": server.issuer + MCP,
        "authorization_servers": [server.issuer + MCP],
        "scopes_supported": ["mcp:use"],
        "bearer_methods_supported": ["header"],
        "resource_name": "makeshift MCP server",
    }


@pytest.mark.parametrize("profile", ["make", "standard"])
def test_the_second_issuer_says_what_the_first_does_but_for_its_name_and_registration(start, profile):
    server = start("--profile", profile)
    first = server.get(DISCOVERY).json()
    second = server.get(METADATA).json()
    scopes = [scope["name"] for scope in default_fixture()["scopes"] if scope["kind"] != "admin"]
    assert second.pop("protected_resources") == [server.get(RESOURCE_METADATA).json()["resource"]]
    assert second == {**first, "issuer": server.issuer + MCP, "registration_endpoint": server.issuer + REGISTER,
                      "scopes_supported": scopes}
    assert "registration_endpoint" not in first
    assert server.get("/mcp/.well-known/openid-configuration").json() == server.get(METADATA).json()


def test_the_second_issuer_is_derived_where_the_first_is_as_published(start):
    published = start("--profile", "make-published").get(METADATA).json()
    derived = start().get(METADATA).json()
    assert set(published) == set(derived)
    assert published["code_challenge_methods_supported"] == ["S256"]


def test_metadata_is_cacheable_and_has_a_validator(server):
    for path in (METADATA, RESOURCE_METADATA):
        response = server.get(path)
        assert "max-age" in response.headers["Cache-Control"]
        again = server.get(path, headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304 and not again.content


def test_an_issuer_with_a_path_has_it_inside_the_well_known_urls(start):
    server = start("--issuer", "http://localhost:8080/eu")
    issuer = "http://localhost:8080/eu"
    base = server.base
    assert server.get(base + "/.well-known/oauth-authorization-server/eu/mcp").json()["issuer"] == issuer + "/mcp"
    assert server.get(base + "/eu/mcp/.well-known/openid-configuration").json()["issuer"] == issuer + "/mcp"
    assert server.get(base + "/.well-known/oauth-protected-resource/eu/mcp").json()["resource"] == issuer + "/mcp"
    assert server.get(base + "/.well-known/oauth-protected-resource/mcp").status_code == 404
    response = server.post(base + "/eu/mcp")
    assert challenge(response)["resource_metadata"] == (
        "http://localhost:8080/.well-known/oauth-protected-resource/eu/mcp")


@FORMATS
def test_a_token_for_it_opens_it_and_the_tool_says_whose_it_is(start, access_token_format):
    server = start(fixture=fixture_with(clients={"demo-mcp": {"access_token_format": access_token_format}}))
    token = tokens_for(server)["access_token"]
    result = call(server, token, "tools/call", {"name": "whoami", "arguments": {}}).json()["result"]
    assert result["structuredContent"] == {"sub": "1001", "client_id": "demo-mcp", "scope": "openid mcp:use"}


@FORMATS
@proves("SCP-01")
def test_a_token_without_the_scope_is_refused_and_the_scope_is_named(start, access_token_format):
    server = start(fixture=fixture_with(clients={"demo-mcp": {"access_token_format": access_token_format}}))
    response = call(server, tokens_for(server, scope="openid profile")["access_token"])
    found = refused(server, response, "insufficient_scope", 403)
    assert "'mcp:use'" in found["error_description"]
    # Neither a word that begins with it nor one in another case is it (SCP-02).
    wide = fixture_with(clients={"demo-mcp": {"scope": "openid mcp:used MCP:USE", "default_scope": None,
                                              "access_token_format": access_token_format}},
                        scopes=default_fixture()["scopes"] + [
                            {"name": name, "kind": "user", "description": "x"} for name in ("mcp:used", "MCP:USE")])
    server = start(fixture=wide)
    refused(server, call(server, tokens_for(server, scope="openid mcp:used MCP:USE")["access_token"]),
            "insufficient_scope", 403)


@FORMATS
@proves("SCP-07")
def test_a_token_for_another_resource_is_refused(start, access_token_format):
    server = start(fixture=fixture_with(clients={"demo-mcp": {"access_token_format": access_token_format}}))
    token = tokens_for(server, resource=server.issuer)["access_token"]
    found = refused(server, call(server, token), "invalid_token")
    assert f"meant for '{server.issuer}'" in found["error_description"]


def test_an_id_token_opens_nothing_here(server):
    tokens = tokens_for(server)
    refused(server, call(server, tokens["id_token"]), "invalid_token")


def test_a_revoked_token_and_one_of_another_server_are_refused(server, start):
    tokens = tokens_for(server)
    assert call(server, tokens["access_token"]).status_code == 200
    assert revoke(server, tokens["access_token"], "demo-mcp").status_code == 200
    assert "revoked" in refused(server, call(server, tokens["access_token"]), "invalid_token")["error_description"]
    refused(server, call(server, tokens_for(start())["access_token"]), "invalid_token")
    renewed = refresh(server, tokens["refresh_token"], "demo-mcp").json()
    assert call(server, renewed["access_token"]).status_code == 200


def test_a_clients_own_token_opens_it_too(start):
    clients = {"demo-web": {"issuer": "mcp", "grant_types": ["authorization_code", "client_credentials"]}}
    server = start("--profile", "standard", fixture=fixture_with(clients=clients))
    form = {"grant_type": "client_credentials", **client_form("demo-web"), "scope": "mcp:use",
            "resource": server.issuer + MCP}
    token = server.post(TOKEN, form).json()["access_token"]
    result = call(server, token, "tools/call", {"name": "whoami"}).json()["result"]
    assert result["structuredContent"]["sub"] == "demo-web"
    told = server.post(INTROSPECT, {**client_form("demo-web"), "token": token}).json()
    assert told["aud"] == server.issuer + MCP


@pytest.mark.parametrize("asked, answered", [
    ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"), ("2024-11-05", "2024-11-05"), ("1999-01-01", "2025-11-25"), (None, "2025-11-25")])
def test_the_revision_of_the_protocol_is_the_clients_if_it_is_served(server, asked, answered):
    params = {"capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    if asked:
        params["protocolVersion"] = asked
    result = call(server, tokens_for(server)["access_token"], "initialize", params).json()["result"]
    assert result["protocolVersion"] == answered
    assert result["capabilities"] == {"tools": {}}
    assert result["serverInfo"]["name"] == "makeshift"


def test_a_request_is_answered_under_its_own_id(server):
    token = tokens_for(server)["access_token"]
    for identity in (0, 7, "seven", ""):
        assert call(server, token, id=identity).json() == {"jsonrpc": "2.0", "id": identity, "result": {}}


def test_the_tools_are_listed_with_the_shape_of_their_input(server):
    tools = call(server, tokens_for(server)["access_token"], "tools/list").json()["result"]["tools"]
    assert [tool["name"] for tool in tools] == ["whoami"]
    assert tools[0]["inputSchema"] == {"type": "object", "properties": {}}


def test_a_notification_is_taken_and_not_answered(server):
    token = tokens_for(server)["access_token"]
    message = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    response = server.post(MCP, json=message, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 202 and not response.content


@pytest.mark.parametrize("method, params, code", [
    ("no/such", None, -32601), ("", None, -32601), ("tools/call", {"name": "no-such"}, -32602),
    ("tools/call", {}, -32602), ("tools/call", [1], -32602), ("tools/call", None, -32602)])
def test_what_is_not_served_is_an_error_of_json_rpc(server, method, params, code):
    response = call(server, tokens_for(server)["access_token"], method, params)
    assert response.status_code == 200
    assert response.json()["error"]["code"] == code and response.json()["id"] == 1


@pytest.mark.parametrize("body, code", [
    (b"", -32700), (b"{", -32700), (b"\xff", -32700), (b'{"a":1,"a":2}', -32700), (b"[]", -32600), (b"1", -32600),
    (b"null", -32600), (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600), (b'{"id":1,"method":"ping"}', -32600),
    (b'{"jsonrpc":"2.0","id":1}', -32600), (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600),
    (b'{"jsonrpc":"2.0","id":[1],"method":"ping"}', -32600), (b'{"jsonrpc":"2.0","id":1,"method":5}', -32600),
    (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600)])
def test_what_is_no_message_is_refused(server, body, code):
    headers = {"Authorization": "Bearer " + tokens_for(server)["access_token"], "Content-Type": "application/json"}
    response = server.post(MCP, body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == code and response.json()["id"] is None


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "BREW"])
def test_there_are_no_streams_and_no_sessions_and_one_allow_says_so(server, method):
    """RFC 9110 10.2.1: Allow is what the resource takes, whichever method it was asked with."""
    assert server.request(method, MCP).status_code == 401
    headers = {"Authorization": "Bearer " + tokens_for(server)["access_token"]}
    response = server.request(method, MCP, headers=headers)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST, OPTIONS")


def test_a_page_of_any_origin_may_read_that_there_is_no_session_to_end(server):
    response = server.request("OPTIONS", MCP, headers={
        "Origin": "https://inspector.example", "Access-Control-Request-Method": "DELETE"})
    assert "DELETE" in response.headers["Access-Control-Allow-Methods"].split(", ")
    assert response.headers.get("Allow", "POST, OPTIONS") == "POST, OPTIONS"


TRANSPORTS = ["/mcp/stream", "/mcp/sse", "/mcp/stateless", "/mcp/u/00000000-1111-2222/stateless"]


@pytest.mark.parametrize("path", TRANSPORTS)
def test_makes_other_paths_answer_as_the_first_does(start, path):
    server = start("--log-level", "debug")
    server.secret("00000000-1111-2222")  # Make's paths hold a token: it does not go into the log
    found = challenge(server.post(path))
    metadata = "/.well-known/oauth-protected-resource" + path
    assert found["resource_metadata"] == server.issuer + metadata and found["scope"] == "mcp:use"
    document = server.get(metadata).json()  # RFC 9728 3.3: the resource is the URL that the client has
    assert document == {**server.get(RESOURCE_METADATA).json(), "resource": server.issuer + path}
    assert server.get("/.well-known/oauth-authorization-server" + path).json() == server.get(METADATA).json()
    granted = authorize(server, "demo-mcp", scope="mcp:use", resource=document["resource"])
    token = redeem(server, granted, "demo-mcp", resource=document["resource"]).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami"}}
    answers = [server.post(at, json=message, headers=bearer).json() for at in (path, MCP)]
    assert answers[0] == answers[1] and answers[0]["result"]["structuredContent"]["sub"] == "1001"
    assert server.get(path, headers=bearer).headers["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("path", ["/mcp/x", "/mcp/stream/", "/mcp/streams", "/mcp/u/stateless", "/mcp/u//stateless",
                                  "/mcp/u/a/b/stateless", "/mcp/u/a/stateless/", "/mcp/u/a/sse", "/mcp/Stream"])
def test_no_other_path_below_it_is_served(server, path):
    for response in (server.post(path), server.get("/.well-known/oauth-protected-resource" + path),
                     server.get("/.well-known/oauth-authorization-server" + path)):
        assert response.status_code == 404 and response.json()["error"] == "not_found"
    params = authorize_params("demo-mcp", scope="mcp:use", resource=server.issuer + path)
    assert location_params(server.get(AUTHORIZE, params=params))["error"] == "invalid_target"


def test_the_resources_metadata_stands_at_the_root_too(start):
    """SDKs up to 1.12 look nowhere else."""
    for server in (start(), start("--issuer", "http://localhost:8080/eu")):
        response = server.get(server.base + "/.well-known/oauth-protected-resource", headers={"Origin": "https://x.test"})
        assert response.json()["resource"] == server.issuer + MCP
        assert response.json()["authorization_servers"] == [server.issuer + MCP]
        assert response.headers["Access-Control-Allow-Origin"] == "*" and "max-age" in response.headers["Cache-Control"]


@pytest.mark.parametrize("revision, path", [("2024-11-05", MCP), ("2025-03-26", MCP), ("2025-06-18", ""), ("x", ""), (None, "")])
def test_a_client_of_an_old_revision_finds_the_issuer_at_the_root(server, revision, path):
    """MCP 2025-03-26: the metadata is at the root of the host, and the client says which revision it is."""
    headers = {"MCP-Protocol-Version": revision} if revision else {}
    response = server.get("/.well-known/oauth-authorization-server", headers=headers)
    assert response.json()["issuer"] == server.issuer + path
    assert ("registration_endpoint" in response.json()) == (path == MCP)
    assert response.headers["Vary"] == "MCP-Protocol-Version"
    assert server.get(DISCOVERY, headers=headers).json()["issuer"] == server.issuer


@pytest.mark.parametrize("version, status", [("1999-01-01", 400), ("2025-6-18", 400), ("", 400), ("2025-06-18", 200),
                                             ("2025-03-26", 200), ("2024-11-05", 200), ("2025-11-25", 200), (None, 200)])
def test_a_revision_that_is_not_served_is_a_bad_request(server, version, status):
    headers = {"Authorization": "Bearer " + tokens_for(server)["access_token"]}
    if version is not None:
        headers["MCP-Protocol-Version"] = version
    response = server.post(MCP, json={"jsonrpc": "2.0", "id": 1, "method": "ping"}, headers=headers)
    assert response.status_code == status
    if status == 400:
        assert "MCP-Protocol-Version" in response.json()["error"]["message"]
    assert server.post(MCP, headers={"MCP-Protocol-Version": "1999-01-01"}).status_code == 401


def test_a_page_may_call_it_from_anywhere(server):
    response = server.request("OPTIONS", MCP, headers={
        "Origin": "https://inspector.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version"})
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    allowed = response.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"authorization", "content-type", "mcp-protocol-version"} <= set(allowed)


def test_the_second_issuers_keys_are_the_firsts(server):
    assert server.get(server.get(METADATA).json()["jwks_uri"]).json() == jwks(server)
