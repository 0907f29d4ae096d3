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
