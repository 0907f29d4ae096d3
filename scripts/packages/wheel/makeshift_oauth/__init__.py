"""makeshift in a test: start() serves, and what it gives steers the server."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

PROGRAM = pathlib.Path(__file__).parent / "tree/bin/makeshift"


class Refused(Exception):
    """What the control door did not do; `answer` says why."""

    def __init__(self, call, answer):
        more = ""
        if "seen" in answer:  # nothing was wrong with the question
            more = f": expected {answer['expected']}, seen {answer['seen']}"
        elif isinstance(answer.get("nearest"), str):
            more = f"; nearest: {answer['nearest']}"
        super().__init__(f"{call}: {answer.get('detail', answer.get('title'))}{more}")
        self.answer = answer


class Clock:
    """The clock of a server or tenant."""

    def __init__(self, tell):
        self._tell = tell

    def advance(self, by):
        return self._tell("POST", "clock", {"advance": by})

    def set(self, instant, freeze=True):
        return self._tell("POST", "clock", {"set": instant, "freeze": freeze})

    def resume(self):
        return self._tell("POST", "clock", {"resume": True})


class Makeshift:
    """A server, or one of its tenants: what is said to it concerns no other. `stop` ends the server, or deletes the tenant."""

    def __init__(self, issuer, stop, control):
        self.issuer = issuer
        self.stop = stop
        self._control = control
        self.clock = Clock(self.tell)

    def tell(self, method, path, body=None):
        """A call of the control door, below /_makeshift/, and what it answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._control}/{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with _opener.open(request, timeout=60) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refusal:
            raise Refused(f"{method} {path}", json.load(refusal)) from None
        return json.loads(text) if text else None

    def tenant(self, **tenant):
        made = self.tell("POST", "tenants", tenant)
        return Makeshift(made["issuer"], lambda: self.tell("DELETE", f"tenants/{made['name']}"), made["control"])

    def sign_in(self, **sign_in):
        return self.tell("POST", "sign-ins", sign_in)

    def fault(self, fault=None, **more):
        return self.tell("POST", "faults", more if fault is None else {"fault": fault, **more})

    def verify(self, **verification):
        """Raises Refused when it is not so."""
        return self.tell("POST", "journal/verify", verification)

    def reset(self):
        return self.tell("POST", "reset")


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a test's server is beside it


def start(fixture=None, seed=None, clock=None, args=()):
    """Starts a server at a free port. `fixture` is one, or the path of its file; `args` are more options."""
    folder = tempfile.mkdtemp(prefix="makeshift-")
    if isinstance(fixture, dict):
        file = pathlib.Path(folder) / "fixture.json"
        file.write_text(json.dumps(fixture), "utf-8")
        fixture = file
    options = {"--fixtures": fixture, "--seed": seed, "--clock": clock}
    line = [str(word) for option, value in options.items() if value is not None for word in (option, value)]
    errors = open(pathlib.Path(folder) / "log", "w+", encoding="utf-8")  # a pipe that nobody reads would stop it
    # It ends with this process, be it killed; the terminal's Ctrl-C is for the tests, which then say when it is to end.
    environment = {"MAKESHIFT_WHILE": str(os.getpid()), **os.environ}
    server = subprocess.Popen([PROGRAM, "--port", "0", "--log-level", "warn", *line, *args], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, start_new_session=True)

    def stop():
        server.terminate()
        server.wait()
        server.stdout.close()
        errors.close()

    ready = server.stdout.readline()
    shutil.rmtree(folder, ignore_errors=True)  # the fixture was read; nothing is left to a process that is killed
    if not ready:
        server.wait()
        errors.seek(0)
        said = errors.read().strip()
        stop()
        raise RuntimeError(said or f"makeshift ended with {server.returncode}")
    return _of_ready(json.loads(ready), stop)


def _of_ready(said, stop):
    """The control door may have a port of its own."""
    place = urllib.parse.urlsplit(said["issuer"] + "/_makeshift")
    host = f"[{place.hostname}]" if ":" in place.hostname else place.hostname
    if "control_port" in said:
        place = place._replace(netloc=f"{host}:{said['control_port']}")
    return Makeshift(said["issuer"], stop, place.geturl())
