"""makeshift connection run against providers that answer badly: each is a clear line, and nothing is stored."""

import contextlib
import gzip
import http.server
import json
import os
import re
import subprocess
import threading
import zlib

import pytest

from support import PROGRAM
from support_connections import changed, put
from test_connection_run import against, connect, stored  # noqa: F401: connect is a fixture

pytestmark = pytest.mark.tenants

TOKEN = {"access_token": "a-token-that-nobody-may-see", "expires_in": 60}
LONG = 100 << 20
CHUNK = b" " * (64 << 10)


class Provider(http.server.BaseHTTPRequestHandler):
    """What it answers stands in the path; `server.sent` is how many bytes of a body it got rid of."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.close_connection = True
        with contextlib.suppress(ConnectionError):
            getattr(self, self.path.split("?")[0].strip("/"))()

    do_POST = do_GET

    def head(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def body(self, data, **headers):
        self.head(200, **{"Content_Type": "application/json", "Content_Length": str(len(data)), "Connection": "close"} | headers)
        self.put(data)

    def put(self, data):
        self.wfile.write(data)
        self.server.sent += len(data)

    def around(self):
        self.head(302, Location="/around", Content_Length="0", Connection="close")

    def long(self):
        self.head(200, Content_Type="application/json", Content_Length=str(LONG), Connection="close")
        for _ in range(LONG // len(CHUNK)):
            self.put(CHUNK)

    def endless(self):
        self.head(200, Content_Type="application/json", Transfer_Encoding="chunked")
        while self.server.sent < LONG:
            self.put(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))

    def latin(self):
        self.body(json.dumps(TOKEN | {"name": "\u00e9"}, ensure_ascii=False).encode("latin-1"), Content_Type="application/json; charset=iso-8859-1")

    def utf16(self):
        self.body(json.dumps(TOKEN).encode("utf-16"), Content_Type="application/json; charset=utf-16")

    def cut_short(self):
        self.body(json.dumps(TOKEN).encode("utf-8")[:-3])

    def page(self):
        self.body(b"<!doctype html><title>Sign in</title>", Content_Type="text/html")

    def page_as_json(self):
        self.body(b"<!doctype html><title>Sign in</title>")

    def escapes(self):
        self.body("\x1b[2J\r\nfine\u202e\u009b31m \u00e4".encode() + b"\xc3", Content_Type="text/plain; \u009b")

    def meanwhile(self):
        self.server.meanwhile()
        self.body(json.dumps(TOKEN).encode("utf-8"))

    def nothing(self):
        self.server.over.wait(60)

    def half(self):
        self.head(200, Content_Type="application/json", Content_Length="100")
        self.put(b"{")
        self.server.over.wait(60)

    def zipped(self):
        self.body(gzip.compress(json.dumps(TOKEN).encode("utf-8")), Content_Encoding="gzip")

    def not_zipped(self):
        self.body(json.dumps(TOKEN).encode("utf-8"), Content_Encoding="gzip")

    def bomb(self):
        self.body(bomb(), Content_Encoding="gzip")

    def many(self):
        self.body(json.dumps(TOKEN | {f"m{i}": i for i in range(100_000)}).encode("utf-8"))

    def deep(self):
        self.body(b'{"access_token": "a", "expires_in": 1, "deep": ' + b'{"d": ' * 2000 + b"1" + b"}" * 2001)

    def deeper(self):
        self.body(b'{"d": ' * 10_000 + b"1" + b"}" * 10_000)

    def log_message(self, *_):
        pass


def bomb():
    """A gibibyte of blanks, in a megabyte: one block again and again, up to its end, which nobody is to reach."""
    packer, blanks = zlib.compressobj(wbits=31), b" " * (1 << 20)
    first, block = (packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + 1023 * block


@pytest.fixture
def provider():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider) as listening:
        listening.daemon_threads = True
        listening.sent, listening.over = 0, threading.Event()
        listening.url = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield listening
        finally:
            listening.over.set()
            listening.shutdown()
            thread.join()


def asking(provider, path, *changes):
    """A connection whose only request goes there."""
    return changed(("authorize", None), ("info", None), ("refresh", None), ("token.url", f"{provider.url}/{path}"), ("token.condition", True),
                   ("token.body.code", None), ("token.timeout", 20_000), ("token.gzip", True), *changes)


BAD = [
    ("around", 12, "step token (/token): {url}/around redirects more than 10 times"),
    ("long", 12, "step token (/token): the answer from {url}/long is longer than 5242880 bytes"),
    ("endless", 12, "step token (/token): the answer from {url}/endless is longer than 5242880 bytes"),
    ("latin", 12, "step token (/token/response/type): the answer is no JSON; byte 76 is no UTF-8"
                  " (its Content-Type is 'application/json; charset=iso-8859-1')"),
    ("utf16", 12, "step token (/token/response/type): the answer is no JSON; byte 1 is no UTF-8 (its Content-Type is 'application/json; charset=utf-16')"),
    ("cut_short", 12, f"step token (/token/response/type): the answer is no JSON; it goes wrong in line 1, column {len(json.dumps(TOKEN)) - 3}\n"),
    ("page", 12, "step token (/token/response/data/expires): argument 2 of addSeconds is undefined; expected a number"
                 "; the answer (text/html) was read as a text, and has no members; response.type may say json or urlencoded"),
    ("page_as_json", 12, "step token (/token/response/type): the answer is no JSON; it begins with '<!doctype html><title>Sign in</title>'"),
    ("not_zipped", 12, "step token (/token): the answer from {url}/not_zipped is not compressed as it says: "),
    ("deeper", 12, "step token (/token/response/type): the answer is no JSON; it goes wrong in line 1, column "),
]


@pytest.mark.parametrize(("path", "code", "says"), BAD)
def test_a_bad_answer_is_one_clear_line_and_nothing_is_stored(connect, provider, path, code, says):  # noqa: F811
    result = connect(asking(provider, path))
    line, makes, *rest = result.stderr.splitlines()
    assert (result.returncode, rest) == (code, [])
    assert f"{line}\n".startswith(says.replace("{url}", provider.url)), line
    assert json.loads(makes.removeprefix("Make would show: "))["code"] == "SC424"
    assert TOKEN["access_token"] not in result.stdout + result.stderr
    assert not connect.store.exists()
    assert provider.sent < 32 << 20  # it did not have to be taken to its end


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_nothing_that_a_provider_sends_moves_the_cursor_of_a_terminal(connect, provider, options):  # noqa: F811
    result = connect(asking(provider, "escapes", ("token.response.valid", False), ("token.log", None)), *options)
    assert result.returncode == 12
    assert not set(result.stdout + result.stderr) & set("\x1b\r\u202e\u009b")
    assert "\\u001b[2J\\r\\nfine\\u202e\\u009b31m \u00e4\ufffd" in result.stdout


@pytest.mark.parametrize("name", ["", "x y", "x:", "x\r\ny", "\u00e4"])
def test_a_header_whose_name_is_none_is_not_sent(connect, provider, name):  # noqa: F811
    result = connect(asking(provider, "zipped", ("token.headers", {name: "z"})))
    assert (result.returncode, provider.sent) == (12, 0)
    shown = name.replace("\r\n", "??")
    assert result.stderr.startswith(f"step token (/token): '{shown}' is no name of a header\n")


def test_a_url_that_cannot_be_asked_is_no_silence_of_the_provider(connect, provider):  # noqa: F811
    result = connect(asking(provider, "zipped", ("token.url", "http://127.0.0.1:99999/?secret=hush-hush")))
    assert (result.returncode, "hush" in result.stdout + result.stderr) == (12, False)
    assert result.stderr.startswith("step token (/token): http://127.0.0.1:99999/ is no URL that can be asked: ")


@pytest.mark.parametrize("path", ["nothing", "half"])
def test_a_provider_that_does_not_answer_in_time_is_told_as_nobody(connect, provider, path):  # noqa: F811
    result = connect(asking(provider, path, ("token.timeout", 300)))
    assert result.returncode == 20
    assert result.stderr.startswith(f"step token (/token): no answer from {provider.url}/{path}: ")
    assert re.search(r"timed out after (299|3\d\d) ", result.stderr)  # curl rounds down
    assert not connect.store.exists()


def test_secrets_in_a_query_are_not_told_with_the_url_that_did_not_answer(connect, provider):  # noqa: F811
    result = connect(asking(provider, "nothing", ("token.timeout", 300), ("token.qs", {"client_secret": "hush-hush"})))
    assert (result.returncode, "hush-hush" in result.stdout + result.stderr) == (20, False)


def test_redirects_that_have_no_end_end_a_walk_without_a_browser(connect, provider, server):  # noqa: F811
    result = connect(against(server, ("authorize.url", f"{provider.url}/around")))
    assert result.returncode == 11
    assert result.stderr.startswith("step authorize (/authorize): the redirects have no end\n")


def test_a_compressed_answer_is_read(connect, provider):  # noqa: F811
    assert connect(asking(provider, "zipped")).returncode == 0
    assert stored(connect)["data"]["accessToken"] == TOKEN["access_token"]


def test_a_bomb_is_refused_before_it_is_large(connect, provider, tmp_path):  # noqa: F811
    words = [PROGRAM, "connection", "run", put(tmp_path, asking(provider, "bomb")), "--store", connect.store, "--auto"]
    with subprocess.Popen(list(map(str, words)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 12
    assert said.startswith(f"step token (/token): the answer from {provider.url}/bomb is longer than 5242880 bytes\n")
    assert usage.ru_maxrss < 256 << 10  # KiB
    assert not connect.store.exists()


def test_an_answer_of_very_many_members_is_shown_and_judged_at_once(connect, provider):  # noqa: F811
    assert connect(asking(provider, "many", ("token.response.temp", "{{body}}"), ("token.log", None))).returncode == 0
    result = connect(asking(provider, "many", ("token.response.data", "{{body}}")))
    assert result.returncode == 12
    assert "step token (/token/response/data): the connection's data would be larger than 64 KiB" in result.stderr


def test_an_answer_that_is_deep_is_stored_and_read_again(connect, provider):  # noqa: F811
    connection = asking(provider, "deep", ("token.response.data.deep", "{{body.deep}}"), ("refresh", {
        "url": f"{provider.url}/zipped", "gzip": True, "response": {"data": {"accessToken": "{{body.access_token}}"}}}))
    assert connect(connection).returncode == 0
    before = connect.store.read_text("utf-8")
    result = connect(connection, "--refresh", "now")
    assert (result.returncode, result.stderr) == (0, "")
    after = connect.store.read_text("utf-8")
    assert (after.count('{"d":'), after.count(TOKEN["access_token"])) == (2000, 1)
    assert (before.count('{"d":'), before.count(TOKEN["access_token"])) == (2000, 0)


DEEP = {
    "parentheses": "(" * 10_000 + "1" + ")" * 10_000,
    "calls": "lower(" * 10_000 + "'A'" + ")" * 10_000,
    "negations": "!" * 10_000 + "true",
    "indices": "data" + "[data" * 10_000 + "]" * 10_000,
    "sums": "1" + " + 1" * 10_000,
}


@pytest.mark.parametrize("kind", DEEP)
def test_an_expression_that_is_very_deep_is_found_before_anything_is_asked(connect, provider, kind):  # noqa: F811
    result = connect(asking(provider, "zipped", ("token.body.deep", "{{" + DEEP[kind] + "}}")))
    assert result.returncode == 1
    assert ": error: /token/body/deep: " in result.stderr
    assert len(result.stderr) < 1000
    assert provider.sent == 0
