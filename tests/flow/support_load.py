"""Many requests at one moment, and servers under load.

    answers = burst(server, [token_request(code_form(code))] * 50)   # released together
    assert statuses(answers) == {200: 1, 400: 49}
"""

import collections
import json
import select
import socket
import threading
import urllib.parse

from support import (CLIENTS, REVOKE, TOKEN, client_form, fixture_with, parse_answer,
                     read_answers)


def policy(mode, **settings):
    """A fixture in which demo-web and demo-native follow this refresh policy."""
    change = {"refresh_policy": {"mode": mode, **settings}}
    return fixture_with(clients={"demo-web": change, "demo-native": change})


class Answer:
    """An answer off a raw connection; `status` is None when there was none, or no whole one."""

    def __init__(self, data):
        self.data = data
        self.status, self.headers, self.body = parse_answer(data) if data else (None, None, b"")

    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json().get("error")


def post_bytes(path, form):
    """A POST as it goes over the wire, and its connection is then closed."""
    body = urllib.parse.urlencode(form).encode("ascii")
    head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode("ascii") + body


def code_request(code, client_id="demo-web"):
    """Bytes that redeem a code, given as authorize() returns it."""
    form = {"grant_type": "authorization_code", "code": code["code"],
            "redirect_uri": CLIENTS[client_id][1], **client_form(client_id)}
    if "code_verifier" in code:
        form["code_verifier"] = code["code_verifier"]
    return post_bytes(TOKEN, form)


def refresh_request(token, client_id="demo-web"):
    return post_bytes(TOKEN, {"grant_type": "refresh_token", "refresh_token": token,
                              **client_form(client_id)})


def revoke_request(token, client_id="demo-web"):
    return post_bytes(REVOKE, {"token": token, **client_form(client_id)})


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def burst(server, requests):
    """Sends the requests, each on a connection of its own, but for their last bytes; then those, in
    one go. All of the server's threads so come to the same decision at the same time."""
    connections = [connect(server) for _ in requests]
    try:
        for connection, request in zip(connections, requests):
            connection.sendall(request[:-1])
        for connection, request in zip(connections, requests):
            connection.sendall(request[-1:])
        answers = [Answer(read_answers(connection, 1, 60)) for connection in connections]
    finally:
        for connection in connections:
            connection.close()
    for answer in answers:
        remember(server, answer)
    return answers


def remember(server, answer):
    """The tokens in it are secrets: none of them may stand in the log."""
    if answer.status == 200 and answer.body:
        body = answer.json()
        server.secret(*(body.get(name) for name in ("access_token", "refresh_token", "id_token")))


def statuses(answers):
    return dict(collections.Counter(answer.status for answer in answers))


def won(answers):
    """The bodies of those that succeeded."""
    return [answer.json() for answer in answers if answer.status == 200]


def exchange(server, request):
    """One raw request; an Answer without status when the server died over it."""
    try:
        with connect(server) as connection:
            connection.sendall(request)
            answer = Answer(read_answers(connection, 1, 30))
    except OSError:
        return Answer(b"")
    remember(server, answer)
    return answer


class Load:
    """Workers that call `step(worker_number)` again and again until they are told to end, or until
    the step says False. `count` is the number of steps done."""

    def __init__(self, step, workers):
        self.count = 0
        self.problems = []
        self._changed = threading.Condition()
        self._ended = False
        self._threads = [threading.Thread(target=self._work, args=(step, i))
                         for i in range(workers)]
        for thread in self._threads:
            thread.start()

    def _work(self, step, number):
        try:
            while not self._ended and step(number) is not False:
                with self._changed:
                    self.count += 1
                    self._changed.notify_all()
        except Exception as problem:  # shown by end(), in the test's own thread
            self.problems.append(problem)
        with self._changed:
            self._changed.notify_all()

    def wait(self, count, seconds=60):
        """Until so many steps are done."""
        with self._changed:
            alive = self._changed.wait_for(lambda: self.count >= count or self.problems, seconds)
        assert alive, f"only {self.count} steps in {seconds} s"

    def end(self):
        self._ended = True
        for thread in self._threads:
            thread.join()
        if self.problems:
            raise self.problems[0]


def closed_by_server(connection, seconds=15):
    """True once the server has closed it; what it still sends is read and forgotten."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
        return True
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def heard(connections, quiet=0.5):
    """The statuses of the first answers on many connections, until none has said anything for so many
    seconds; None for those that were closed without an answer."""
    silent, said = {one.fileno(): one for one in connections}, []
    poll = select.poll()
    for number in silent:
        poll.register(number, select.POLLIN)
    while silent:
        ready = poll.poll(quiet * 1000)
        if not ready:
            break
        for number, _ in ready:
            poll.unregister(number)
            try:
                said.append(Answer(read_answers(silent.pop(number))).status)
            except OSError:
                said.append(None)
    return said
