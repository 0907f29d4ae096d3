"""What the measurements in this folder ask a server with: little work for each request, so that what is timed is the
server's."""

import json
import os
import re
import socket
import subprocess
import tempfile
import time
import urllib.parse

CALLBACK = "http://localhost:3000/cb"
# RFC 7636 Appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CLIENT, SECRET = "demo-web", "demo-web-secret-for-tests-only-0001"


def request(method, path, body=b"", kind="application/json", headers=""):
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}"
    if body:
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class Connection:
    """One that stays open. `send` and `read` may be called apart from each other."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.left = b""

    def send(self, text):
        self.socket.sendall(text)

    def read(self):
        """The status, the head, the body."""
        while (end := self.left.find(b"\r\n\r\n")) < 0:
            self.left += self._more()
        head, self.left = self.left[:end + 2], self.left[end + 4:]
        length = re.search(rb"\r\nContent-Length: (\d+)\r\n", head)
        size = int(length[1]) if length else 0
        while len(self.left) < size:
            self.left += self._more()
        body, self.left = self.left[:size], self.left[size:]
        return int(head[9:12]), head, body

    def _more(self):
        if not (bytes_ := self.socket.recv(65536)):
            raise ConnectionError("the server ended the connection")
        return bytes_

    def ask(self, text):
        self.send(text)
        return self.read()

    def call(self, method, path, body=None, expect=(200, 201, 204)):
        """A call of the control door: what it answered, as JSON."""
        status, _, answer = self.ask(request(method, path, json.dumps(body).encode() if body is not None else b""))
        if status not in expect:
            raise AssertionError(f"{method} {path}: {status} {answer[:300]}")
        return json.loads(answer) if answer else None

    def close(self):
        self.socket.close()


class Server:
    """A server of its own at a free port, ended with the block."""

    def __init__(self, *command):
        self.folder = tempfile.TemporaryDirectory()
        file = os.path.join(self.folder.name, "port")
        self.process = subprocess.Popen([*command, "--port", "0", "--port-file", file, "--log-level", "error"],
                                        stdout=subprocess.DEVNULL)
        while not (os.path.exists(file) and (text := open(file).read())):
            if self.process.poll() is not None:
                raise AssertionError("the server did not start")
            time.sleep(0.01)
        self.port = int(text)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def connect(self):
        return Connection(self.port)

    def cpu(self):
        """Seconds of processor time so far, of the threads that there are."""
        folder = f"/proc/{self.process.pid}/task"
        spent = 0
        for thread in os.listdir(folder):
            with open(f"{folder}/{thread}/schedstat") as file:
                spent += int(file.read().split()[0])
        return spent / 1e9

    def resident(self):
        """KiB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])


def form(path, fields):
    return request("POST", path, urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")


def authorization(below, client=CLIENT):
    query = urllib.parse.urlencode({
        "response_type": "code", "client_id": client, "redirect_uri": CALLBACK, "scope": "openid profile email",
        "state": "af0ifjsldkj", "nonce": "n-0S6_WzA2Mj", "code_challenge": CHALLENGE, "code_challenge_method": "S256"})
    return request("GET", f"{below}/oauth/v2/authorize?{query}")


def flow(connection, below=""):
    """A sign-in by code and PKCE in the tenant `below`, `/t/NAME`: the token endpoint's answer."""
    _, head, _ = connection.ask(authorization(below))
    code = re.search(rb"[?&]code=([^&\r]+)", head)[1].decode()
    status, _, body = connection.ask(form(f"{below}/oauth/v2/token", {
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
        "client_id": CLIENT, "client_secret": SECRET}))
    if status != 200:
        raise AssertionError(f"a flow failed: {body[:300]}")
    return json.loads(body)
