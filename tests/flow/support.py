"""What the flow tests share: a server in a process of its own, a client that talks to it, and the
assertions that hold whatever a test does.

    def test_something(server):                    # the default fixture, in memory
        tokens = sign_in(server)                   # authorize + redeem, as demo-web
        assert userinfo(server, tokens["access_token"]).status_code == 200

    def test_other(start):                         # another configuration
        server = start("--seed", "7", fixture=fixture_with(clients={"demo-web": {"code_ttl": 1}}))

Every answer that passes through `World.request` (or a `Browser`) is looked at: its Location must
lead to a registered redirect URI or back to the server, and every secret in it, or in what was sent,
is remembered; at the end none of them may stand in the server's log.

Run them with `pytest tests/flow` (Debian's, /usr/bin/python3 -m pytest); MAKESHIFT_BIN names another
program than build/dev/makeshift.
"""

import base64
import copy
import fcntl
import functools
import hashlib
import http.client
import json
import os
import pathlib
import re
import secrets
import select
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

import requests
from authlib.jose import JsonWebKey, JsonWebToken
from support_http import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("MAKESHIFT_BIN", str(ROOT / "build/dev/makeshift"))

# libmicrohttpd 1.0 refuses some of what earlier ones leave to the program, otherwise, and before the program sees it.
LIBRARY_IS_1 = subprocess.run(["pkg-config", "--modversion", "libmicrohttpd"], capture_output=True, text=True,
                              check=True).stdout.startswith("1.")

AUTHORIZE = "/oauth/v2/authorize"
TOKEN = "/oauth/v2/token"
REVOKE = "/oauth/v2/revoke"
INTROSPECT = "/oauth/v2/introspect"
LOGOUT = "/oauth/v2/oidc/logout"
USERINFO = "/oauth/v2/oidc/userinfo"
JWKS = "/oauth/v2/oidc/jwks"
REGISTER = "/oauth/v2/register/mcp"
MCP = "/mcp"
DISCOVERY = "/.well-known/openid-configuration"

WEB_SECRET = "demo-web-secret-for-tests-only-0001"
CUSTOM_APP_SECRET = "demo-custom-app-secret-for-tests-only-0001"
FRAMEWORK_SECRET = "demo-framework-secret-for-tests-only-0001"
CLIENTS = {
    "demo-web": (WEB_SECRET, "http://localhost:3000/cb"),
    "demo-framework": (FRAMEWORK_SECRET, "http://localhost:3000/callback"),
    "demo-spa": (None, "http://localhost:5173/callback"),
    "demo-native": (None, "http://127.0.0.1/callback"),
    "demo-mcp": (None, "http://localhost/callback"),
    "demo-custom-app": (CUSTOM_APP_SECRET, "https://www.make.com/oauth/cb/app"),
}

# Names under which a secret travels, in forms, JSON, queries and fragments.
SECRET_NAMES = {
    "access_token", "refresh_token", "id_token", "id_token_hint", "code", "code_verifier",
    "code_challenge", "client_secret", "password", "token",
    "registration_access_token",
}
SECRET_LENGTH = 12  # shorter values are a test's nonsense ("x"), and would be found anywhere

SANITIZER = re.compile(r"ERROR: AddressSanitizer|ERROR: LeakSanitizer|runtime error:"
                       r"|WARNING: ThreadSanitizer")


def proves(*ids):
    """Ties a test to items of docs/conformance.md; scripts/check_conformance reads it."""
    def mark(function):
        function.proves = ids
        return function
    return mark


def default_fixture():
    """With Make's scopes, which a fixture that has none is given."""
    fixture = json.loads((ROOT / "fixtures/default.json").read_text(encoding="utf-8"))
    fixture["scopes"] = json.loads((ROOT / "fixtures/make/scopes.json").read_text(encoding="utf-8"))
    return fixture


def fixture_with(clients=None, users=None, **members):
    """The default fixture, changed. `clients` and `users` are either a list, which replaces, or a
    dict by client_id or sub: its members are merged into that record (None removes a member, or
    the record); an id not there yet is added. Other keywords are top-level members."""
    fixture = default_fixture()
    for member, key, changes in (("clients", "client_id", clients), ("users", "sub", users)):
        if isinstance(changes, list):
            fixture[member] = copy.deepcopy(changes)
        elif changes:
            fixture[member] = _merged(fixture[member], key, changes)
    if "scopes" in members:  # which API tokens of the default fixture know nothing of
        for user in fixture["users"]:
            user.pop("api_tokens", None)
    for name, value in members.items():
        if value is None:
            fixture.pop(name, None)
        else:
            fixture[name] = value
    return fixture


def _merged(records, key, changes):
    by_id = {record[key]: record for record in records}
    for identity, change in copy.deepcopy(changes).items():
        if change is None:
            del by_id[identity]
            continue
        record = by_id.setdefault(identity, {key: identity})
        for name, value in change.items():
            if value is None:
                record.pop(name, None)
            else:
                record[name] = value
    return list(by_id.values())


@functools.cache
def canary():
    """The lines of the signing keys' bodies, of tenants too: none of them may ever be printed."""
    keys = sorted((ROOT / "fixtures/keys").glob("*.pem")) + sorted((ROOT / "keys/built_in").glob("*.pem"))
    lines = [line for key in keys for line in key.read_text(encoding="ascii").splitlines()]
    return [line for line in lines if len(line) >= 32 and not line.startswith("-")]


class World:
    """An issuer and a client's way to it: a process of makeshift (Server), or a tenant of one (support_tenant.Tenant).
    `.issuer` is its name, `.base` where it is reached, `.path` what its paths have before those of another world."""

    path = ""

    def __init__(self, fixture=None):
        self.fixture = fixture
        self.issuer = None
        self.base = None
        self.port = None
        self.said = {}
        self.secrets = set()
        self.registered_since = []  # the redirect URIs of clients that registered themselves

    def within(self, location):
        """A path that an answer names, as a test names it: without what stands before those of this world."""
        return location.removeprefix(self.path) if location.startswith(self.path + "/") else location

    def url(self, path):
        """Where a path, or a URL below the issuer, is reached."""
        if self.issuer and path.startswith(self.issuer):
            path = path[len(self.issuer):]
        return path if "://" in path else self.base + self.within(path)

    def request(self, method, path, **options):
        """One request on a connection of its own, without cookies, following nothing."""
        client = Client()
        try:
            return self._send(client, method, path, **options)
        finally:
            client.close()

    def _send(self, client, method, path, **options):
        options.setdefault("allow_redirects", False)
        options.setdefault("timeout", 30)
        options.setdefault("verify", self.said.get("ca", True))
        url = self.url(path)
        self._remember_sent(url, options)
        response = client.request(method, url, **options)
        self._remember_answer(response)
        self._check_location(response)
        return response

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, data=None, **options):
        return self.request("POST", path, data=data, **options)

    def browser(self):
        """A client with a cookie jar."""
        return Browser(self)

    def raw(self, data, answers=1, host="127.0.0.1", seconds=15):
        """Sends bytes as they are; returns the bytes of `answers` whole answers, or of what came
        until the server closed the connection."""
        assert self.path.encode("ascii") in data, "a path of another world"
        with socket.create_connection((host, self.port), timeout=seconds) as connection:
            connection.sendall(data)
            return read_answers(connection, answers, seconds)

    def secret(self, *values):
        """Remembers secrets: none of them may stand in the log."""
        for value in values:
            if isinstance(value, str) and len(value) >= SECRET_LENGTH:
                self.secrets.add(value)

    def _remember_sent(self, url, options):
        data = options.get("data")
        if isinstance(data, (bytes, str)):
            text = data.decode("latin-1") if isinstance(data, bytes) else data
            data = urllib.parse.parse_qsl(text)
        self._remember_pairs(data)
        self._remember_pairs(options.get("params"))
        self._remember_pairs(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        headers = options.get("headers") or {}
        for name, separator in (("Authorization", " "), ("Cookie", "=")):
            value = headers.get(name) or ""
            if isinstance(value, bytes):
                value = value.decode("latin-1")
            self.secret(*value.split(separator)[1:])

    def _remember_pairs(self, pairs):
        if isinstance(pairs, dict):
            pairs = list(pairs.items())
        if not isinstance(pairs, (list, tuple)):
            return
        for name, value in pairs:
            if name in SECRET_NAMES:
                self.secret(*(value if isinstance(value, list) else [value]))

    def _remember_answer(self, response):
        for cookie in response.cookies:
            self.secret(cookie.value)
        for part in location_parts(response):
            self._remember_pairs(part)
        if response.headers.get("Content-Type", "").startswith("application/json"):
            try:
                body = response.json()
            except ValueError:
                return
            if isinstance(body, dict):
                self._remember_pairs([(k, v) for k, v in body.items() if isinstance(v, str)])

    def registered(self):
        """The redirect URIs of the fixture in use, and those that came later."""
        clients = (self.fixture or default_fixture()).get("clients", [])
        if self.fixture and "extends" in self.fixture:
            own = [client["client_id"] for client in clients]
            clients = clients + [client for client in default_fixture()["clients"] if client["client_id"] not in own]
        return self.registered_since + [
            uri for client in clients
            for uri in client.get("redirect_uris", []) + client.get("post_logout_redirect_uris", [])]

    def _check_location(self, response):
        """ADM-07: the server sends a browser nowhere but to a registered URI or to itself."""
        location = response.headers.get("Location")
        if location is None:
            return
        assert location.isascii() and not re.search(r"[\s\x00-\x20]", location), location
        here = (self.issuer + "/", self.base + "/")
        if location.startswith(here) or re.match(re.escape(self.path) + r"/[^/\\]", location):
            return
        bare = re.split(r"[?#]", location)[0]
        for uri in self.registered():
            if _same_place(bare, re.split(r"[?#]", uri)[0]):
                return
        raise AssertionError(f"ADM-07: Location leads to an unregistered place: {location}")


class Server(World):
    """A makeshift process. Its issuer and where it is reached differ after a restart, which keeps the issuer and takes
    another free port."""

    def __init__(self, args, fixture_path=None, db=None, env=None, wait=True, fixture=None, stdin=None):
        super().__init__(fixture)
        self.args = list(args)
        self.fixture_path = fixture_path
        self.stdin = stdin
        self.db = str(db) if db else None
        self.env = env or {}
        self.pid = None
        self._stderr = []
        self._heard = threading.Condition()
        self._killed = False
        self._waited = wait
        self._launch()
        if wait:
            self.ready()

    # -- the process ----------------------------------------------------------------------------

    def _command(self):
        command = [PROGRAM]
        if "--port" not in self.args:
            command += ["--port", "0"]
        if self.issuer and "--issuer" not in self.args:
            command += ["--issuer", self.issuer]
        if self.fixture_path:
            command += ["--fixtures", str(self.fixture_path)]
        if self.db:
            command += ["--db", self.db]
        return command + self.args

    def _launch(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("MAKESHIFT_")}
        env.update(self.env)
        self._killed = False
        self.process = subprocess.Popen(self._command(), env=env, stdin=self.stdin or subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.pid = self.process.pid
        # Room for what this reader is late to read: the server waits for nobody.
        fcntl.fcntl(self.process.stderr, fcntl.F_SETPIPE_SZ, 1 << 20)
        self._reader = threading.Thread(target=self._collect, args=(self.process.stderr,),
                                        daemon=True)
        self._reader.start()

    def _collect(self, stream):
        for line in stream:
            with self._heard:
                self._stderr.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._heard.notify_all()
        stream.close()
        with self._heard:
            self._heard.notify_all()

    def ready(self, seconds=30):
        """Reads the ready line: no server is asked before it said that it answers."""
        readable, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if readable else b""
        if not line:
            self.process.kill()
            self.process.wait()
            self._reader.join(5)
            raise AssertionError(f"no ready line from {self._command()}\n{self.log()}")
        self.said = json.loads(line)
        assert self.said["ready"] is True
        self.issuer = self.said["issuer"]
        self.port = self.said["port"]
        is_https = self.issuer.startswith("https:") and "ca" in self.said and "https_port" not in self.said
        self.base = f"http{'s' if is_https else ''}://localhost:{self.port}"
        return self

    def exit_code(self, seconds=10):
        """Waits for a server that is expected to end by itself."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def stop(self, seconds=10):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.exit_code(seconds)
        if not self.process.stdout.closed:
            self.stdout_rest = self.process.stdout.read()
            self.process.stdout.close()
        return code

    def kill9(self):
        self._killed = True
        self.process.kill()
        self.process.wait()
        self._reader.join(5)
        self.process.stdout.close()

    def restart(self, *args, env=None):
        """Stops the server if it still runs (which must succeed), and starts it again: the same
        database, fixture, issuer and options; an option in `args` takes the place of its like."""
        if not self._killed:
            assert self.stop() == 0, self.log()
        self.args = _overridden(self.args, [str(arg) for arg in args])
        self.env.update(env or {})
        self._launch()
        return self.ready()

    def close(self):
        """Ends the server and asserts what holds for every run, whatever the test did."""
        if self.process.poll() is None or not self.process.stdout.closed:
            code = self.stop()
            expected = not self._killed and self._waited
            assert not expected or code == 0, f"exit code {code}\n{self.log()}"
        log = self.log()
        assert not SANITIZER.search(log), log
        runs = "\n".join(re.findall(r"[A-Za-z0-9+/=]{32,}", log))  # where alone a line of a key can stand
        for line in canary() if runs else ():
            assert line not in runs, "ADM-06: the log holds the private key"
        for secret in self.secrets:
            assert secret not in log, f"ADM-09: the log holds {secret!r}\n{log}"

    def log(self):
        """All it has written to stderr so far."""
        with self._heard:
            return "\n".join(self._stderr)

    def log_lines(self):
        with self._heard:
            return list(self._stderr)

    def wait_log(self, pattern, seconds=10):
        """The first line of the log that matches; waits for it, since the log comes by a pipe."""
        def found():
            return next((line for line in self._stderr if re.search(pattern, line)), None)
        with self._heard:
            line = self._heard.wait_for(found, seconds)
        assert line is not None, f"nothing in the log matches {pattern!r}:\n{self.log()}"
        return line


def _overridden(old, new):
    """The options of `old` without those that `new` gives too, and then those of `new`. Every
    option takes a value."""
    given = set(new[::2])
    kept = [arg for i in range(0, len(old), 2) if old[i] not in given for arg in old[i:i + 2]]
    return kept + new


class Browser:
    """A client that keeps cookies, and follows redirects only when told to."""

    def __init__(self, server):
        self.server = server
        self.session = requests.Session()
        self._client = Client(self.session, self.session.cookies)

    def request(self, method, path, **options):
        return self.server._send(self._client, method, path, **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, data=None, **options):
        return self.request("POST", path, data=data, **options)

    @property
    def cookies(self):
        return self.session.cookies


def _same_place(location, registered):
    if location == registered:
        return True
    # RFC 8252 7.3: a loopback redirect URI may come with any port.
    a, b = urllib.parse.urlsplit(location), urllib.parse.urlsplit(registered)
    loopback = ("127.0.0.1", "::1", "localhost")
    return (b.scheme == "http" and b.hostname in loopback and a.hostname == b.hostname
            and (a.scheme, a.path, a.username) == (b.scheme, b.path, b.username))


def read_answers(connection, answers=1, seconds=15):
    """Whole HTTP answers off a socket, as bytes; fewer when the server closes first."""
    deadline = time.monotonic() + seconds
    data, end = b"", 0
    while answers:
        size = _answer_size(data[end:])
        if size is not None:
            end += size
            answers -= 1
            continue
        connection.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            chunk = connection.recv(65536)
        except ConnectionResetError:
            return data
        if not chunk:
            return data
        data += chunk
    return data


def _answer_size(data):
    """The size of the first answer in `data`, or None when it is not all there yet."""
    head, separator, rest = data.partition(b"\r\n\r\n")
    if not separator:
        return None
    status = int(head.split(b" ", 2)[1])
    match = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    if status == 100 or status in (204, 304):
        return len(head) + 4
    if match is None:
        return None  # until it closes
    size = len(head) + 4 + int(match[1])
    return size if len(data) >= size else None


def parse_answer(data):
    """(status, headers, body) of the first answer in raw bytes."""
    class Bytes:
        def makefile(self, *_):
            import io
            return io.BytesIO(data)
    response = http.client.HTTPResponse(Bytes())
    response.begin()
    return response.status, response.headers, response.read()


# -- the protocol, as a client speaks it --------------------------------------------------------


def pkce():
    """(verifier, challenge) by RFC 7636 4.1 and 4.2."""
    verifier = secrets.token_urlsafe(32)
    return verifier, s256(verifier)


def s256(verifier):
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def location_parts(response):
    """The pairs in a Location's query, and those in its fragment."""
    parts = urllib.parse.urlsplit(response.headers.get("Location", ""))
    return [urllib.parse.parse_qsl(part, keep_blank_values=True)
            for part in (parts.query, parts.fragment)]


def location_params(response):
    """The parameters of a redirect to the client; each stands once (RFC 6749 3.1)."""
    query, fragment = location_parts(response)
    pairs = query + fragment
    params = dict(pairs)
    assert len(params) == len(pairs), response.headers.get("Location")
    return params


def authorize_params(client_id="demo-web", **params):
    """A good authorization request; a parameter set to None is left out."""
    request = {
        "client_id": client_id,
        "redirect_uri": CLIENTS[client_id][1] if client_id in CLIENTS else None,
        "response_type": "code",
        "scope": "openid profile email",
        "state": "a-state",
    }
    request.update(params)
    return {name: value for name, value in request.items() if value is not None}


def authorize(server, client_id="demo-web", browser=None, **params):
    """Asks for a code and returns the parameters of the redirect to the client. A public client
    gets PKCE by itself: its verifier is then under "code_verifier", ready for redeem()."""
    verifier = None
    public = client_id in CLIENTS and CLIENTS[client_id][0] is None
    if public and "code_challenge" not in params:
        verifier, challenge = pkce()
        params = {"code_challenge": challenge, "code_challenge_method": "S256", **params}
    response = (browser or server).get(AUTHORIZE, params=authorize_params(client_id, **params))
    assert response.status_code == 302, f"{response.status_code} {response.text[:600]}"
    result = location_params(response)
    if verifier and "code" in result:
        server.secret(verifier)
        result["code_verifier"] = verifier
    return result


def client_form(client_id, client_secret=""):
    """client_id and, for a confidential client, client_secret. "" takes the known one."""
    if client_secret == "":
        client_secret = CLIENTS.get(client_id, (None, None))[0]
    form = {"client_id": client_id, "client_secret": client_secret}
    return {name: value for name, value in form.items() if value is not None}


def redeem(server, code, client_id="demo-web", client_secret="", **params):
    """POSTs a code to the token endpoint and returns the response. `code` is a string, or what
    authorize() returned, whose verifier is then sent along. None leaves a parameter out."""
    form = {"grant_type": "authorization_code", **client_form(client_id, client_secret)}
    if client_id in CLIENTS:
        form["redirect_uri"] = CLIENTS[client_id][1]
    if isinstance(code, dict):
        if "code_verifier" in code:
            form["code_verifier"] = code["code_verifier"]
        code = code["code"]
    form["code"] = code
    form.update(params)
    return server.post(TOKEN, data={k: v for k, v in form.items() if v is not None})


def sign_in(server, client_id="demo-web", **params):
    """Authorize and redeem; the token answer as a dict."""
    response = redeem(server, authorize(server, client_id, **params), client_id,
                      redirect_uri=params.get("redirect_uri", CLIENTS[client_id][1]))
    assert response.status_code == 200, response.text
    return response.json()


def refresh(server, refresh_token, client_id="demo-web", client_secret="", **params):
    form = {"grant_type": "refresh_token", **client_form(client_id, client_secret),
            "refresh_token": refresh_token}
    form.update(params)
    return server.post(TOKEN, data={k: v for k, v in form.items() if v is not None})


def revoke(server, token, client_id="demo-web", client_secret="", **params):
    form = {**client_form(client_id, client_secret), "token": token}
    form.update(params)
    return server.post(REVOKE, data={k: v for k, v in form.items() if v is not None})


def introspect(server, token, client_id="demo-web", client_secret="", **params):
    form = {**client_form(client_id, client_secret), "token": token}
    form.update(params)
    return server.post(INTROSPECT, data={k: v for k, v in form.items() if v is not None})


def userinfo(server, token, method="GET", **headers):
    return server.request(method, USERINFO, headers={"Authorization": f"Bearer {token}", **headers})


def assert_error(response, error, status=400):
    """An error answer of the token endpoint's kind (RFC 6749 5.2); returns its description."""
    assert response.status_code == status, f"{response.status_code} {response.text[:600]}"
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert body["error"] == error, body
    assert re.fullmatch(r"[\x20\x21\x23-\x5B\x5D-\x7E]*", body.get("error_description", "")), body
    return body.get("error_description", "")


def jwks(server):
    response = server.get(JWKS)
    assert response.status_code == 200, response.text
    return response.json()


def decode(server, token, audience=None, leeway=0, alg="RS256", issuer=None):
    """Claims of a JWT, verified by authlib against the published keys: the algorithm, a known kid, the
    issuer (ours unless another is named), and the audience if one is given. `.header` is its header."""
    header = json.loads(b64url_decode(token.split(".")[0]))
    keys = [key for key in jwks(server)["keys"] if key["kid"] == header["kid"]]
    assert len(keys) == 1, f"kid {header['kid']} is not published exactly once"
    options = {
        "iss": {"essential": True, "value": issuer or server.issuer},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }
    if audience:
        options["aud"] = {"essential": True, "value": audience}
    key = JsonWebKey.import_key(keys[0])
    claims = JsonWebToken([alg]).decode(token, key, claims_options=options)
    claims.validate(leeway=leeway)
    return claims


def b64url_decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def half_hash(token):
    """at_hash by OpenID Connect Core 3.1.3.6, for RS256."""
    digest = hashlib.sha256(token.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
