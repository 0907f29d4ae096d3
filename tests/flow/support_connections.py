"""Connections of custom apps, in the shape that people give them."""

import copy
import json

GOOD = {
    "authorize": {
        "url": "https://login.example.com/oauth/authorize",
        "qs": {
            "client_id": "{{ifempty(parameters.clientId, common.clientId)}}",
            "scope": "{{join(distinct(oauth.scope), ' ')}}",
            "redirect_uri": "{{oauth.makeRedirectUri}}",
            "response_type": "code",
        },
        "response": {"temp": {"code": "{{query.code}}"}},
    },
    "token": {
        "url": "https://login.example.com/oauth/token",
        "method": "POST",
        "type": "urlencoded",
        "body": {
            "grant_type": "authorization_code",
            "code": "{{temp.code}}",
            "client_id": "{{ifempty(parameters.clientId, common.clientId)}}",
            "client_secret": "{{ifempty(parameters.clientSecret, common.clientSecret)}}",
            "redirect_uri": "{{oauth.makeRedirectUri}}",
        },
        "response": {
            "data": {
                "accessToken": "{{body.access_token}}",
                "refreshToken": "{{body.refresh_token}}",
                "expires": "{{addSeconds(now, body.expires_in)}}",
            },
            "expires": "{{addMonths(now, 6)}}",
            "error": "{{body.error}}: {{body.error_description}}",
        },
        "log": {"sanitize": ["request.body.client_secret", "request.body.code", "response.body"]},
    },
    "info": {
        "url": "https://login.example.com/userinfo",
        "headers": {"Authorization": "Bearer {{connection.accessToken}}"},
        "response": {"uid": "{{body.sub}}", "metadata": {"type": "email", "value": "{{body.email}}"}},
        "log": {"sanitize": ["request.headers.authorization"]},
    },
    "refresh": {
        "condition": "{{data.expires < addMinutes(now, 15)}}",
        "url": "https://login.example.com/oauth/token",
        "method": "POST",
        "type": "urlencoded",
        "body": {
            "grant_type": "refresh_token",
            "refresh_token": "{{data.refreshToken}}",
            "client_id": "{{common.clientId}}",
            "client_secret": "{{common.clientSecret}}",
        },
        "response": {
            "data": {
                "accessToken": "{{body.access_token}}",
                "refreshToken": "{{body.refresh_token}}",
                "expires": "{{addSeconds(now, body.expires_in)}}",
            },
            "expires": "{{addMonths(now, 6)}}",
        },
        "log": {"sanitize": ["request.body", "response.body"]},
    },
    "invalidate": {
        "url": "https://login.example.com/oauth/revoke",
        "method": "POST",
        "type": "urlencoded",
        "body": {"token": "{{connection.accessToken}}"},
        "log": {"sanitize": ["request.body.token"]},
    },
}


def changed(*changes, of=None):
    """A copy with each (path, value) set; a value of None takes the member away."""
    connection = copy.deepcopy(of or GOOD)
    for path, value in changes:
        at = connection
        *way, last = path.split(".")
        for step in way:
            at = at.setdefault(step, {})
        if value is None:
            at.pop(last, None)
        else:
            at[last] = value
    return connection


def put(folder, connection, name="connection.imljson"):
    """The file, with a comment of each kind as Make's editor has them."""
    file = folder / name
    file.write_text("// a custom app's connection\n/* two\n lines */\n" + json.dumps(connection, indent=2), "utf-8")
    return file
