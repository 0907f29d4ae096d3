"""A provider of OAuth 1: the server endpoints of python3-oauthlib behind http.server."""

import contextlib
import http.server
import json
import threading
import urllib.parse

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from oauthlib.oauth1 import (SIGNATURE_HMAC_SHA1, SIGNATURE_PLAINTEXT, SIGNATURE_RSA_SHA1, AccessTokenEndpoint, AuthorizationEndpoint,
                             RequestTokenEndpoint, RequestValidator, ResourceEndpoint)

CONSUMER_KEY = "consumerkeyfortests001"
CONSUMER_SECRET = "consumer-secret-for-tests-only"  # oauthlib decodes PLAINTEXT's twice in a query: no % in it
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE_PEM = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
PUBLIC_PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
ALL = (SIGNATURE_HMAC_SHA1, SIGNATURE_RSA_SHA1, SIGNATURE_PLAINTEXT)


class Validator(RequestValidator):
    """One consumer; tokens are kept by themselves."""

    enforce_ssl = False  # else PLAINTEXT and http:// are refused before anything is looked at
    allowed_signature_methods = ALL
    dummy_client = dummy_request_token = dummy_access_token = "x" * 24
    realms = ()

    def __init__(self):
        self.requested, self.granted, self.nonces = {}, {}, set()

    def validate_client_key(self, client_key, request):
        return client_key == CONSUMER_KEY

    def get_client_secret(self, client_key, request):
        return CONSUMER_SECRET

    def get_rsa_key(self, client_key, request):
        return PUBLIC_PEM

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, request_token=None, access_token=None):
        is_new = (timestamp, nonce) not in self.nonces
        self.nonces.add((timestamp, nonce))
        return is_new

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        return True

    def validate_requested_realms(self, client_key, realms, request):
        return True

    def get_default_realms(self, client_key, request):
        return []

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    def verify_realms(self, token, realms, request):
        return True

    def get_realms(self, token, request):
        return []

    def save_request_token(self, token, request):
        self.requested[token["oauth_token"]] = {"secret": token["oauth_token_secret"], "callback": request.redirect_uri}

    def verify_request_token(self, token, request):
        return token in self.requested

    def validate_request_token(self, client_key, token, request):
        return token in self.requested

    def get_redirect_uri(self, token, request):
        return self.requested[token]["callback"]

    def save_verifier(self, token, verifier, request):
        self.requested[token]["verifier"] = verifier["oauth_verifier"]

    def validate_verifier(self, client_key, token, verifier, request):
        return self.requested.get(token, {}).get("verifier") == verifier

    def get_request_token_secret(self, client_key, token, request):
        return self.requested.get(token, {}).get("secret", "")

    def invalidate_request_token(self, client_key, request_token, request):
        del self.requested[request_token]

    def save_access_token(self, token, request):
        self.granted[token["oauth_token"]] = token["oauth_token_secret"]

    def validate_access_token(self, client_key, token, request):
        return token in self.granted

    def get_access_token_secret(self, client_key, token, request):
        return self.granted.get(token, "")


class Provider:
    """What was asked is in `asked`: (path, the headers, the body). `change` is called with a callback's URL before the
    person is sent there, and gives the one that they are sent to."""

    def __init__(self):
        self.validator = Validator()
        self.asked = []
        self.change = lambda url: url
        self.request_token = RequestTokenEndpoint(self.validator)
        self.authorize = AuthorizationEndpoint(self.validator)
        self.access_token = AccessTokenEndpoint(self.validator)
        self.resource = ResourceEndpoint(self.validator)

    def answer(self, path, *request):
        """Status, headers and body, from uri, method, body and headers."""
        if path == "/request_token":
            headers, body, status = self.request_token.create_request_token_response(*request)
        elif path == "/authorize":
            headers, body, status = self.authorize.create_authorization_response(*request, realms=[])
            headers = {"Location": self.change(headers["Location"])}
        elif path == "/access_token":
            headers, body, status = self.access_token.create_access_token_response(*request)
        else:
            is_good, _ = self.resource.validate_protected_resource_request(*request)
            headers = {"Content-Type": "application/json"}
            status, body = (200, json.dumps({"id": 7, "user": "olivia"})) if is_good else (401, json.dumps({"error": "bad signature"}))
        return status, headers, body or ""


def _handler(provider):
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
            path = urllib.parse.urlsplit(self.path).path
            headers = dict(self.headers.items())
            provider.asked.append((self.path, headers, body))
            status, headers, text = provider.answer(path, provider.url + self.path, self.command, body, headers)
            data = text.encode("utf-8")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    return Handler


@contextlib.contextmanager
def providing():
    provider = Provider()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider)) as listening:
        provider.url = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield provider
        finally:
            listening.shutdown()
            thread.join()


def connection(base):
    """As Make's editor begins an OAuth 1 connection, with what masks its secrets."""
    return {
        "oauth": {"consumer_key": "{{common.consumerKey}}", "consumer_secret": "{{common.consumerSecret}}"},
        "requestToken": {
            "url": f"{base}/request_token", "method": "POST",
            "response": {"type": "urlencoded", "temp": {"token": "{{body.oauth_token}}", "token_secret": "{{body.oauth_token_secret}}"}},
            "log": {"sanitize": ["response.body.oauth_token", "response.body.oauth_token_secret"]},
        },
        "authorize": {
            "url": f"{base}/authorize", "oauth": {"token": "{{temp.token}}"},
            "response": {"type": "urlencoded", "temp": {"token": "{{query.oauth_token}}", "verifier": "{{query.oauth_verifier}}"}},
        },
        "accessToken": {
            "url": f"{base}/access_token", "method": "POST", "type": "urlencoded",
            "oauth": {"token": "{{temp.token}}", "verifier": "{{temp.verifier}}", "token_secret": "{{temp.token_secret}}"},
            "response": {"type": "urlencoded", "data": {"token": "{{body.oauth_token}}", "token_secret": "{{body.oauth_token_secret}}"}},
            "log": {"sanitize": ["response.body.oauth_token", "response.body.oauth_token_secret"]},
        },
        "info": {
            "url": f"{base}/me", "oauth": {"token": "{{connection.token}}", "token_secret": "{{connection.token_secret}}"},
            "response": {"uid": "{{body.id}}", "metadata": {"type": "text", "value": "{{body.user}}"}},
        },
    }
