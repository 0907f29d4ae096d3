"""How the authorization endpoint refuses: on a page, or by redirect to a client it can trust."""

import json
import re

from support import AUTHORIZE, authorize_params, location_params
from support_pages import Page

ERRORS = {  # RFC 6749 4.1.2.1; OpenID Connect Core 3.1.2.6
    "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type",
    "invalid_scope", "invalid_target", "server_error", "temporarily_unavailable", "interaction_required",
    "login_required", "account_selection_required", "consent_required", "invalid_request_uri",
    "invalid_request_object", "request_not_supported", "request_uri_not_supported",
    "registration_not_supported",
}


def ask(server, client_id="demo-web", **params):
    """An authorization request by GET; the answer as it came."""
    return server.get(AUTHORIZE, params=authorize_params(client_id, **params))


def page_refusal(response):
    """The refusal was shown to the person and nobody was redirected; returns the page."""
    assert response.status_code == 400, f"{response.status_code} {response.text[:300]}"
    assert "Location" not in response.headers
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    return Page(response.text)


def redirected_refusal(response, error, status=302):
    """The client was told `error`, by redirect and in good form; returns the description."""
    assert response.status_code == status, f"{response.status_code} {response.text[:300]}"
    params = location_params(response)
    assert params.get("error") == error, params
    assert params["error"] in ERRORS
    assert "code" not in params
    assert set(params) <= {"error", "error_description", "error_uri", "state", "iss"}
    description = params.get("error_description", "")
    assert re.fullmatch(r"[\x20\x21\x23-\x5B\x5D-\x7E]*", description), description
    return description


def logged_refusal(server, check):
    """The log's record of a refusal, of a server with --log-format json."""
    return json.loads(server.wait_log(rf'"check": ?"{check}"'))
