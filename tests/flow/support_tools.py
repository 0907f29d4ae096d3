"""makeshift-tools as a shell sees it, and a server for it that writes down what it is asked."""

import contextlib
import http.server
import json
import os
import pathlib
import subprocess
import threading

from support import PROGRAM

TOOLS = str(pathlib.Path(PROGRAM).parent / "makeshift-tools")
COMMANDS = ("ctl", "audit", "connection", "iml", "wait", "healthcheck", "doctor")
NOBODY = "http://127.0.0.1:1"  # no program of a test listens at port 1


def run(*arguments, env=None, program=None, stdin=None, cwd=None, text=True):
    """makeshift ARGUMENTS, in an environment without variables of its own. Its tools are started at once, without makeshift,
    which would do nothing else; that it does is shown in test_tools.py."""
    program = program or (TOOLS if arguments and arguments[0] in COMMANDS else PROGRAM)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKESHIFT_")}
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=text, check=False, timeout=60,
                          input=stdin, env=clean | (env or {}), cwd=cwd)


class Asked:
    """One request: its method, its target as sent, its headers, its body as text."""

    def __init__(self, handler):
        self.method = handler.command
        self.target = handler.path
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode("utf-8")

    def json(self):
        return json.loads(self.body) if self.body else None


class Recorder:
    """Gives `answers` one after the other, and the last one again and again. An answer is (status, body), (status,
    body, Content-Type) or (status, body, Content-Type, Location), or None: the connection is closed. A body that is no text is sent as JSON."""

    def __init__(self, *answers):
        self.asked = []
        self.answers = list(answers) or [(200, {})]

    def next(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _handler(recorder):
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            recorder.asked.append(Asked(self))
            given = recorder.next()
            self.close_connection = True
            if given is None:
                return
            status, body, kind, location = (*given, *("application/json", None)[len(given) - 2:])
            data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode("utf-8")
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Type", kind)
            if location is not None:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(data) if status != 204 else 0))
            self.end_headers()
            if status != 204:
                self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *_):
            pass

    return Handler


@contextlib.contextmanager
def recording(*answers):
    """A Recorder that listens at `.url`."""
    recorder = Recorder(*answers)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(recorder)) as listening:
        recorder.url = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield recorder
        finally:
            listening.shutdown()
            thread.join()
