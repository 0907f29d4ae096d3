"""Fixtures of pytest. Each worker of xdist has a server of its own, and each test a tenant."""

import pytest

from makeshift_oauth import start


@pytest.fixture(scope="session")
def makeshift_options():
    """What the server is started with: a dict of start()'s arguments, for a conftest.py to say."""
    return {}


@pytest.fixture(scope="session")
def makeshift_server(makeshift_options):
    """The server that all tests of a process share."""
    server = start(**makeshift_options)
    yield server
    server.stop()


@pytest.fixture
def makeshift(makeshift_server):
    """A tenant of this test alone: `.issuer` is what the application is told."""
    tenant = makeshift_server.tenant()
    yield tenant
    tenant.stop()
