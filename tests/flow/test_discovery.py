"""The discovery document says what the server does, and nothing else (OpenID Connect Discovery 3 and 4,
RFC 8414 2 and 3)."""

import json
import re

import pytest
from authlib.jose import JsonWebToken

from support import (AUTHORIZE, CLIENTS, DISCOVERY, INTROSPECT, JWKS, LOGOUT, REVOKE, TOKEN, USERINFO,
                     assert_error, authorize, authorize_params, client_form, fixture_with, jwks,
                     location_params, proves, redeem, refresh, sign_in)
from support_assertions import KEYS, TYPE, claims_for, public, signed

pytestmark = pytest.mark.tenants

METADATA = "/.well-known/oauth-authorization-server"
documents = pytest.mark.parametrize("path", [DISCOVERY, METADATA])
profiles = pytest.mark.parametrize("profile", ["make", "standard"])

ALL_RESPONSE_TYPES = ["code", "token", "id_token", "code id_token", "code token", "id_token token",
                      "code id_token token", "none", "CODE", "code code", "no-such-type"]
ALL_GRANT_TYPES = ["authorization_code", "refresh_token", "password", "client_credentials",
                   "implicit", "urn:ietf:params:oauth:grant-type:device_code",
                   "urn:ietf:params:oauth:grant-type:jwt-bearer",
                   "urn:ietf:params:oauth:grant-type:token-exchange"]


def metadata(server, path=DISCOVERY):
    response = server.get(path)
    assert response.status_code == 200, response.text
    return response.json()


@documents
@proves("DSC-01")
def test_the_document_is_json(start_process, path):
    server = start_process()
    response = server.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert isinstance(response.json(), dict)


@documents
@profiles
@proves("DSC-04", "DSC-05", "DSC-07", "DSC-10")
def test_the_document_has_what_is_required_and_nothing_empty(start_process, path, profile):
    document = metadata(start_process("--profile", profile), path)
    for member in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert document[member].startswith("http"), member
    assert document["subject_types_supported"] == ["public"]
    assert document["response_types_supported"] == ["code", "id_token", "code id_token"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert "none" not in document["id_token_signing_alg_values_supported"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    for member, value in document.items():
        assert value not in (None, [], "", {}), member
        if isinstance(value, list):
            assert len(set(value)) == len(value), member


@profiles
@proves("DSC-08")
def test_scopes_supported_are_scope_tokens_and_the_catalogue(start, profile):
    document = metadata(start("--profile", profile))
    scopes = document["scopes_supported"]
    assert "openid" in scopes
    for scope in scopes:  # RFC 6749 3.3
        assert re.fullmatch(r"[\x21\x23-\x5B\x5D-\x7E]+", scope), scope
    assert set(scopes) == {row["name"] for row in fixture_with()["scopes"]}


@proves("DSC-06")
@profiles
def test_response_types_supported_are_exactly_those_that_are_answered(start, profile):
    server = start("--profile", profile)
    listed = metadata(server)["response_types_supported"]
    for response_type in ALL_RESPONSE_TYPES:
        response = server.get(AUTHORIZE, params=authorize_params(response_type=response_type,
                                                                 nonce="n"))
        assert response.status_code == 302, response_type
        params = location_params(response)
        if response_type in listed:
            assert set(params) == {*response_type.split(), "state", "iss"}, response_type
            continue
        assert params["error"] == "unsupported_response_type", (response_type, params)
        assert not {"code", "access_token", "id_token"} & set(params)
    assert set(listed) <= set(ALL_RESPONSE_TYPES)


AUTH_METHODS = ["client_secret_post", "client_secret_basic", "client_secret_jwt",
                "private_key_jwt", "none", "tls_client_auth"]


def token_request_by(server, method):
    """A token request that authenticates by `method`, as a client registered for it if one can be."""
    if method == "none":
        return redeem(server, authorize(server, "demo-native"), "demo-native")
    if method == "client_secret_post":
        return redeem(server, authorize(server))
    if method == "client_secret_basic":
        code = authorize(server, "basic-web", redirect_uri="http://localhost:3000/cb")["code"]
        return server.post(TOKEN, auth=("basic-web", "basic-web-secret"),
                           data={"grant_type": "authorization_code", "code": code,
                                 "redirect_uri": "http://localhost:3000/cb"})
    client_id = "jwt-web" if method.endswith("_jwt") else "demo-web"
    uri = CLIENTS["demo-web"][1]
    form = {"grant_type": "authorization_code", "client_id": client_id, "redirect_uri": uri,
            "code": authorize(server, client_id, redirect_uri=uri)["code"]}
    if method.endswith("_jwt"):
        claims = claims_for(server, "jwt-web")
        assertion = signed(claims) if method == "private_key_jwt" else JsonWebToken(["HS256"]).encode(
            {"alg": "HS256"}, claims, "jwt-web-secret").decode()
        form.update(client_assertion_type=TYPE, client_assertion=assertion)
    return server.post(TOKEN, data=form)


@profiles
@proves("DSC-09", "CLA-01", "CLA-02")
def test_token_endpoint_auth_methods_are_those_that_work(start, profile):
    common = {"redirect_uris": ["http://localhost:3000/cb"], "scope": "openid profile email"}
    fixture = fixture_with(clients={
        "basic-web": {"client_secret": "basic-web-secret", **common,
                      "token_endpoint_auth_method": "client_secret_basic"},
        "jwt-web": {"jwks": {"keys": [public(KEYS["ES256"])]}, **common,
                    "token_endpoint_auth_method": "private_key_jwt"}})
    server = start("--profile", profile, fixture=fixture)
    document = metadata(server)
    listed = document["token_endpoint_auth_methods_supported"]
    for method in AUTH_METHODS:
        response = token_request_by(server, method)
        expected = 200 if method in listed else 401
        assert response.status_code == expected, (method, response.text)
        if expected == 401:
            assert_error(response, "invalid_client", 401)
    assert set(listed) <= set(AUTH_METHODS)
    assert document["revocation_endpoint_auth_methods_supported"] == listed
    if profile == "make":
        assert "client_secret_basic" not in listed


@profiles
@proves("DSC-11")
def test_request_objects_are_not_served_and_said_so(start, profile):
    server = start("--profile", profile)
    document = metadata(server)
    assert document["request_parameter_supported"] is False
    assert document["request_uri_parameter_supported"] is False
    for name, value, error in (
            ("request", "e30.e30.", "request_not_supported"),
            ("request_uri", "https://rp.example/request.jwt", "request_uri_not_supported")):
        assert authorize(server, **{name: value})["error"] == error
    assert document["claims_parameter_supported"] is True
    claims = json.dumps({"userinfo": {"phone_number": {"essential": True}}})
    tokens = sign_in(server, scope="openid", claims=claims)
    answer = server.get(USERINFO, headers={"Authorization": "Bearer " + tokens["access_token"]})
    assert set(answer.json()) == {"sub", "phone_number"}


@profiles
@proves("DSC-12")
def test_grant_types_supported_are_exactly_those_that_are_answered(start, profile):
    server = start("--profile", profile)
    listed = metadata(server)["grant_types_supported"]
    assert ("client_credentials" in listed) == (profile == "standard")
    assert "refresh_token" in listed
    for grant_type in ALL_GRANT_TYPES:
        response = server.post(TOKEN, data={"grant_type": grant_type, **client_form("demo-web"),
                                            "username": "1001", "password": "x", "assertion": "x"})
        # RFC 6749 5.2: a type that is served gets as far as its missing parameter.
        expected = "invalid_request" if grant_type in listed else "unsupported_grant_type"
        if grant_type == "client_credentials" and grant_type in listed:
            expected = "unauthorized_client"  # demo-web is not registered for it
        assert_error(response, expected)
    assert redeem(server, authorize(server)).status_code == 200
    assert refresh(server, sign_in(server)["refresh_token"]).status_code == 200
    assert set(listed) <= set(ALL_GRANT_TYPES)


@proves("DSC-13")
def test_response_modes_supported_are_exactly_those_that_are_answered(server):
    listed = metadata(server)["response_modes_supported"]
    for mode in ("query", "fragment", "form_post", "jwt", "query.jwt", "web_message", "nonsense"):
        response = server.get(AUTHORIZE, params=authorize_params(response_mode=mode))
        if mode == "form_post":
            assert (response.status_code, 'name="code"' in response.text) == (200, mode in listed)
            continue
        assert response.status_code == 302, mode
        params = location_params(response)
        assert ("code" in params) == (mode in listed), (mode, params)
        assert ("#" in response.headers["Location"]) == (mode == "fragment")
        if mode not in listed:
            assert params["error"] == "invalid_request"


@proves("DSC-14")
def test_iss_stands_in_every_authorization_response_as_announced(server):
    assert metadata(server)["authorization_response_iss_parameter_supported"] is True
    for params in ({}, {"state": None}, {"scope": "no:such"}, {"response_type": "token"},
                   {"prompt": "none"}, {"prompt": "nonsense"}, {"request": "e30.e30."}):
        assert authorize(server, **params)["iss"] == server.issuer, params
    # An unregistered redirect URI is told nothing.
    response = server.get(AUTHORIZE, params=authorize_params(redirect_uri="http://localhost:1/x"))
    assert "Location" not in response.headers


ENDPOINTS = {"authorization_endpoint": AUTHORIZE, "token_endpoint": TOKEN, "jwks_uri": JWKS,
             "userinfo_endpoint": USERINFO, "revocation_endpoint": REVOKE}
STANDARD = {"introspection_endpoint": INTROSPECT, "end_session_endpoint": LOGOUT}
UNSERVED = ("registration_endpoint", "device_authorization_endpoint", "check_session_iframe",
            "pushed_authorization_request_endpoint", "backchannel_logout_supported")
UNSERVED_PATHS = ["/oauth/v2/" + name for name in ("logout", "register", "rename", "device", "par")]


@profiles
@proves("DSC-15", "DSC-16")
def test_endpoints_are_absolute_below_the_issuer_and_exist(start, profile):
    server = start("--profile", profile)
    document = metadata(server)
    urls = {name: value for name, value in document.items()
            if name.endswith(("_endpoint", "_uri"))}
    served = {**ENDPOINTS, **(STANDARD if profile == "standard" else {})}
    assert urls == {name: server.issuer + path for name, path in served.items()}
    for name, url in urls.items():
        assert server.request("PUT", url).status_code == 405, name  # known, whatever it is for
    assert not set(UNSERVED) & set(document)
    for path in [path for name, path in STANDARD.items() if name not in served] + UNSERVED_PATHS:
        assert server.post(path).status_code == 404, path
    assert "sub" in document["claims_supported"]


@proves("DSC-15", "DSC-03", "DSC-02")
def test_an_https_issuer_makes_https_endpoints(start):
    server = start("--issuer", "https://auth.example.com:8443")
    document = metadata(server)
    assert document["issuer"] == "https://auth.example.com:8443"
    for name, path in ENDPOINTS.items():
        assert document[name] == "https://auth.example.com:8443" + path


@proves("DSC-02", "DSC-03")
def test_the_issuer_is_the_url_that_the_document_was_fetched_from(start_process):
    server = start_process()
    url = server.base + DISCOVERY
    assert metadata(server)["issuer"] + DISCOVERY == url
    assert re.fullmatch(r"http://localhost:\d+", server.issuer)


@pytest.mark.parametrize("issuer", [
    "https://auth.example.com/?a=b", "https://auth.example.com?a", "https://auth.example.com/#f",
    "https://auth.example.com/", "https://auth.example.com/tenant/", "https://me@auth.example.com",
    "auth.example.com", "ftp://auth.example.com", "https://", "https:///path", ""])
@proves("DSC-03")
def test_an_issuer_that_could_not_be_discovered_is_refused_at_the_start(start, issuer):
    server = start("--issuer", issuer, wait=False)
    assert server.exit_code() == 2
    assert "--issuer" in server.log()


ISSUER_WITH_PATH = "http://localhost/tenants/one"


@proves("DSC-17")
def test_an_issuer_with_a_path_has_its_documents_where_each_standard_says(start):
    server = start("--issuer", ISSUER_WITH_PATH)
    oidc = server.get("/tenants/one/.well-known/openid-configuration")
    oauth = server.get("/.well-known/oauth-authorization-server/tenants/one")
    for response in (oidc, oauth):
        assert response.status_code == 200
        assert response.json()["issuer"] == ISSUER_WITH_PATH
        assert response.json()["token_endpoint"] == ISSUER_WITH_PATH + TOKEN
    for wrong in (DISCOVERY, METADATA, METADATA + "/", METADATA + "/tenants/two",
                  METADATA + "/tenants/one/", "/tenants/one" + METADATA,
                  DISCOVERY + "/tenants/one", "/tenants/two" + DISCOVERY, TOKEN, AUTHORIZE):
        assert server.get(wrong).status_code == 404, wrong
    assert server.get("/tenants/one" + TOKEN).status_code == 405


@profiles
@proves("DSC-18")
def test_both_documents_agree(start_process, profile):
    server = start_process("--profile", profile)
    assert metadata(server, DISCOVERY) == metadata(server, METADATA)


@pytest.mark.parametrize("path", [DISCOVERY, METADATA, JWKS])
@proves("DSC-19")
def test_head_is_get_without_the_body_and_other_methods_are_405(start_process, path):
    server = start_process()
    get, head = server.get(path), server.request("HEAD", path)
    assert head.status_code == 200
    assert head.content == b""
    assert int(head.headers["Content-Length"]) == len(get.content)
    for answer in (get, head):
        answer.headers.pop("Date")
        answer.headers.pop("X-Request-Id")
    assert dict(get.headers) == dict(head.headers)
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        response = server.request(method, path)
        assert response.status_code == 405, method
        assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))
        assert method not in response.headers["Allow"]
        assert "keys" not in response.json() and "issuer" not in response.json()


@pytest.mark.parametrize("path", [DISCOVERY, METADATA, JWKS])
@proves("DSC-20", "JWK-09", "COR-02", "COR-05")
def test_public_documents_may_be_read_from_any_origin_without_credentials(start_process, path):
    server = start_process()
    etag = server.get(path).headers["ETag"]
    for method, headers, status in (
            ("GET", {}, 200), ("GET", {"Origin": "https://stranger.example"}, 200),
            ("GET", {"Origin": "null"}, 200), ("HEAD", {"Origin": "null"}, 200),
            ("GET", {"Origin": "https://stranger.example", "If-None-Match": etag}, 304),
            ("POST", {"Origin": "https://stranger.example"}, 405)):
        response = server.request(method, path, headers=headers)
        assert response.status_code == status, (method, headers)
        assert response.headers["Access-Control-Allow-Origin"] == "*", (method, headers)
        assert "Access-Control-Allow-Credentials" not in response.headers


SPOOFED = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
           "X-Forwarded-Port": "444", "X-Forwarded-Prefix": "/evil", "X-Original-URL": "/evil",
           "X-Forwarded-Server": "evil.example", "X-Host": "evil.example",
           "Forwarded": 'host="evil.example";proto=https'}


@documents
@proves("DSC-21")
def test_no_header_of_a_request_changes_the_document(start_process, path):
    server = start_process()
    before = server.get(path)
    for headers in [{name: value} for name, value in SPOOFED.items()] + [
            SPOOFED, {"Host": "localhost"}, {"Host": "LOCALHOST:1"}, {"Host": "127.0.0.1:80"}]:
        response = server.get(path, headers=headers)
        assert response.status_code == 200
        assert response.content == before.content, headers
        assert response.headers["ETag"] == before.headers["ETag"]
    foreign = server.get(path, headers={"Host": "evil.example"})
    assert foreign.status_code == 421
    assert "issuer" not in foreign.json()


@proves("DSC-21")
def test_no_header_of_a_request_changes_the_issuer_in_answers(server):
    response = server.get(AUTHORIZE, params=authorize_params(),
                          headers={**SPOOFED, "Host": "127.0.0.1:1"})
    assert location_params(response)["iss"] == server.issuer
    paged = server.get(AUTHORIZE, params=authorize_params(prompt="login"), headers=SPOOFED)
    assert "evil" not in paged.headers["Location"] + paged.text


@documents
@proves("DSC-22")
def test_profile_make_published_shows_the_document_that_make_publishes(start_process, path):
    server = start_process("--profile", "make-published")
    # developers.make.com, the page on OIDC discovery; the order is the page's, too.
    assert list(metadata(server, path).items()) == list({
        "issuer": server.issuer,
        "authorization_endpoint": server.issuer + "/oauth/v2/authorize",
        "token_endpoint": server.issuer + "/oauth/v2/token",
        "userinfo_endpoint": server.issuer + "/oauth/v2/oidc/userinfo",
        "jwks_uri": server.issuer + "/oauth/v2/oidc/jwks",
        "revocation_endpoint": server.issuer + "/oauth/v2/revoke",
        "rename_connection_endpoint": server.issuer + "/oauth/v2/rename",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid"],
        "claims_supported": ["sub"],
        "grant_types_supported": ["authorization_code"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "request_uri_parameter_supported": True,
    }.items())
    assert jwks(server)["keys"]
