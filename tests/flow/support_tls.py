"""Connections over TLS, whole and half done."""

import contextlib
import socket
import ssl

HEALTH = "/_makeshift/health"


def connect(port, ca=None, name="localhost", address="127.0.0.1", context=None):
    """A TLS connection, verified against the CA alone."""
    context = context or ssl.create_default_context(cafile=ca)
    return context.wrap_socket(socket.create_connection((address, port), timeout=15), server_hostname=name)


def hello():
    """The first message of a handshake."""
    context = ssl.create_default_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    return outgoing.read()


def refusal(start, *args, env=None):
    """What a server that does not start says, in its one line."""
    server = start(*args, wait=False, env=env)
    assert server.exit_code() == 2, server.log()
    lines = server.log_lines()
    assert len(lines) == 1, lines
    return lines[0].removeprefix("makeshift: ")
