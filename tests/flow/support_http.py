"""HTTP as the tests speak it. An answer is one of requests', and a call is sent as requests sends it, for a fifth of what
it takes there: tests call some tens of thousands of times. What few ask for (TLS, redirects that are followed, a body that
is a stream) goes by requests itself."""

import collections.abc
import email.message
import functools
import json
import re
import select
import socket
import types

import requests
import urllib3
from requests.cookies import extract_cookies_to_jar, get_cookie_header
from urllib3.response import HTTPHeaderDict

OWN_OPTIONS = {"allow_redirects", "auth", "data", "headers", "json", "params", "timeout", "verify"}
STATUS_LINE = re.compile(rb"HTTP/1\.([01]) (\d{3})(?: (.*?))?\r?\n")
LONGEST_LINE = 1 << 16


@functools.cache
def addresses(host):
    return [row[4][0] for row in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


@functools.lru_cache(1 << 12)
def quoted(url):
    """A URL as requests would send it: (host, port, what stands in the request line)."""
    parts = urllib3.util.parse_url(requests.Request("GET", url).prepare().url)
    return parts.host, parts.port or 80, parts.request_uri


def encode(pairs):
    return requests.models.RequestEncodingMixin._encode_params(pairs)


class Line:
    """A connection, and what was read off it ahead."""

    def __init__(self, host, port, timeout):
        self.place = (host, port)
        self.socket = self._connected(host, port, timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")

    @staticmethod
    def _connected(host, port, timeout):
        problem = None
        for address in addresses(host):
            try:
                return socket.create_connection((address, port), timeout)
            except TimeoutError as late:
                problem = requests.ConnectTimeout(late)
            except OSError as refused:
                problem = requests.ConnectionError(refused)
        raise problem

    def is_open(self):
        """Whether the server has left it open, and silent, since the last answer."""
        return not select.select([self.socket], [], [], 0)[0]

    def close(self):
        self.reader.close()
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except BrokenPipeError:
            pass  # there may be an answer all the same
        except OSError as broken:
            raise requests.ConnectionError(broken) from broken

    def answer(self, method):
        """(version, status, reason, headers as pairs, body, whether it can be used again)."""
        try:
            version, status, reason, headers = self._head()
            while status // 100 == 1:
                version, status, reason, headers = self._head()
        except TimeoutError as late:
            raise requests.ReadTimeout(late) from late
        except (OSError, ValueError) as broken:
            raise requests.ConnectionError(broken) from broken
        try:
            body, whole = self._body(method, status, {name.lower(): value for name, value in headers})
        except TimeoutError as late:
            raise requests.ConnectionError(late) from late
        except (OSError, ValueError) as broken:
            raise requests.exceptions.ChunkedEncodingError(broken) from broken
        return version, status, reason, headers, body, whole

    def _line(self):
        line = self.reader.readline(LONGEST_LINE + 1)
        if not line.endswith(b"\n"):
            raise ValueError(f"the answer ends, or has no end, at {line[:100]!r}")
        return line

    def _head(self):
        first = self._line()
        status = STATUS_LINE.fullmatch(first)
        if not status:
            raise ValueError(f"no status line: {first!r}")
        headers = []
        while (line := self._line()) not in (b"\r\n", b"\n"):
            name, separator, value = line.decode("latin-1").partition(":")
            if not separator or name != name.strip():
                raise ValueError(f"no header: {line!r}")
            headers.append((name, value.strip()))
        return int(status[1]), int(status[2]), (status[3] or b"").decode("latin-1"), headers

    def _body(self, method, status, headers):
        if method == "HEAD" or status in (204, 304):
            return b"", True
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks(), True
        if "content-length" in headers:
            size = int(headers["content-length"])
            data = self.reader.read(size)
            return data, len(data) == size
        return self.reader.read(), False

    def _chunks(self):
        data = b""
        while size := int(self._line().split(b";")[0], 16):
            chunk = self.reader.read(size)
            if len(chunk) < size or self._line() != b"\r\n":
                raise ValueError("a chunk is cut off")
            data += chunk
        while self._line() not in (b"\r\n", b"\n"):
            pass
        return data


class Client:
    """Keeps its connections, and cookies where it is given a jar, or a session of requests, that has them."""

    def __init__(self, session=None, cookies=None):
        self._session = session
        self._cookies = cookies
        self._idle = []

    def close(self):
        while self._idle:
            self._idle.pop().close()
        if self._session:
            self._session.close()

    def request(self, method, url, **options):
        """As requests.request(); a timeout is a number."""
        if not self._is_own(url, options):
            self._session = self._session or requests.Session()
            self._session.trust_env = False
            return self._session.request(method, url, **options)
        host, port, target = quoted(url)
        if options.get("params"):
            target += ("&" if "?" in target else "?") + encode(options["params"])
        url = f"http://{host}:{port}{target}"
        data = self._written(method, target, url, f"{host}:{port}", options)
        line = self._line(host, port, options["timeout"])
        try:
            line.send(data)
            version, status, reason, headers, body, whole = line.answer(method)
        except BaseException:
            line.close()
            raise
        response = self._response(method, url, status, reason, headers, body)
        self._keep(line, whole and version == 1 and "close" not in response.headers.get("Connection", "").lower())
        return response

    @staticmethod
    def _is_own(url, options):
        data = options.get("data")
        return (url.startswith("http://") and options.keys() <= OWN_OPTIONS and not options.get("allow_redirects")
                and isinstance(options.get("auth"), (tuple, type(None))) and not isinstance(options.get("params"), (str, bytes))
                and isinstance(data, (str, bytes, list, tuple, collections.abc.Mapping, type(None))))

    def _written(self, method, target, url, host, options):
        """The bytes of a request."""
        body, kind = self._body(options.get("data"), options.get("json"))
        names = {name.lower(): (name, value) for name, value in requests.utils.default_headers().items()}
        names["host"] = ("Host", host)
        if body or method not in ("GET", "HEAD"):
            names["content-length"] = ("Content-Length", str(len(body)))
        if kind:
            names["content-type"] = ("Content-Type", kind)
        for name, value in (options.get("headers") or {}).items():
            names[name.lower()] = (name, value)
        if options.get("auth"):
            names["authorization"] = ("Authorization", requests.auth._basic_auth_str(*options["auth"]))
        headers = {name: value for name, value in names.values() if value is not None}
        if self._cookies:
            kept = get_cookie_header(self._cookies, types.SimpleNamespace(url=url, headers=headers))
            if kept:
                headers["Cookie"] = kept
        lines = [f"{method} {target} HTTP/1.1".encode("ascii")]
        for name, value in headers.items():
            value = value if isinstance(value, bytes) else str(value).encode("latin-1")
            assert not re.search(rb"[\r\n]", value), "a header of two lines"
            lines.append(name.encode("ascii") + b": " + value)
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    @staticmethod
    def _body(data, document):
        if data:
            text = encode(data)
            kind = None if isinstance(data, (str, bytes)) else "application/x-www-form-urlencoded"
            return text if isinstance(text, bytes) else text.encode("latin-1"), kind
        if document is not None:
            return json.dumps(document, allow_nan=False).encode("utf-8"), "application/json"
        return b"", None

    def _line(self, host, port, timeout):
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:
                break  # another thread took it
            if line.place == (host, port) and line.is_open():
                line.socket.settimeout(timeout)
                return line
            line.close()
        return Line(host, port, timeout)

    def _keep(self, line, can_be_used):
        if can_be_used:
            self._idle.append(line)
        else:
            line.close()

    def _response(self, method, url, status, reason, headers, body):
        response = requests.Response()
        response.request = types.SimpleNamespace(method=method, url=url)
        response.url, response.status_code, response.reason = url, status, reason
        response._content, response._content_consumed = body, True
        for name, value in headers:
            before = response.headers.get(name)
            response.headers[name] = value if before is None else f"{before}, {value}"
        assert "Content-Encoding" not in response.headers
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        if "Set-Cookie" in response.headers:
            self._take_cookies(response, headers)
        return response

    def _take_cookies(self, response, headers):
        message = email.message.Message()
        for name, value in headers:
            message[name] = value
        response.raw = types.SimpleNamespace(headers=HTTPHeaderDict(headers),
                                             _original_response=types.SimpleNamespace(msg=message))
        asked = types.SimpleNamespace(url=response.url, headers={})
        for jar in filter(lambda jar: jar is not None, (response.cookies, self._cookies)):
            extract_cookies_to_jar(jar, asked, response.raw)
