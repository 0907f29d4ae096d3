"""Clients that register themselves (RFC 7591)."""

from support import REGISTER, authorize, pkce, redeem

BACK = "http://localhost:4000/cb"


def ask(server, **metadata):
    """Sends a registration: a public client's, as far as nothing else is said. None leaves a member out."""
    body = {"redirect_uris": [BACK], "token_endpoint_auth_method": "none", **metadata}
    return server.post(REGISTER, json={name: value for name, value in body.items() if value is not None})


def register(server, **metadata):
    """The client information of one that is taken."""
    response = ask(server, **metadata)
    assert response.status_code == 201, response.text
    client = response.json()
    server.registered_since += client.get("redirect_uris", [])
    return client


def manage(server, method, client, token=None, kind=None, **options):
    """`kind` is the Content-Type of `data`; `json` says its own."""
    headers = {"Authorization": f"Bearer {token or client['registration_access_token']}"}
    if kind:
        headers["Content-Type"] = kind
    return server.request(method, client["registration_client_uri"], headers=headers, **options)


def as_sent(client, **changes):
    """The registration in the form in which it is sent back to replace itself."""
    server_side = ("registration_access_token", "registration_client_uri", "client_secret_expires_at",
                   "client_id_issued_at")
    body = {name: value for name, value in client.items() if name not in server_side}
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def sign_in(server, client, scope="openid", **params):
    """The whole way of a registered client; the token answer as a dict."""
    verifier, challenge = pkce()
    back = client["redirect_uris"][0]
    answer = authorize(server, client["client_id"], redirect_uri=back, scope=scope, code_challenge=challenge,
                       code_challenge_method="S256", **params)
    assert "code" in answer, answer
    response = redeem(server, answer["code"], client["client_id"], client.get("client_secret"), redirect_uri=back,
                      code_verifier=verifier)
    assert response.status_code == 200, response.text
    return response.json()
