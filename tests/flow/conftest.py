"""Fixtures of the flow tests; support.py says what a test gets."""

import json
import os
import shutil
import sys

import pytest

sys.dont_write_bytecode = sys.pycache_prefix is None  # the tree stays clean

from support import ROOT, Server  # noqa: E402
from support_tenant import Tenant, members_of  # noqa: E402


# Of each allocation the sanitizer keeps who asked for it, which costs as much as the allocations; what it finds is the same.
# Where a report says too little, set ASAN_OPTIONS=malloc_context_size=30.
os.environ.setdefault("ASAN_OPTIONS", "malloc_context_size=1")

# Files whose tests wait for deadlines of the server's: begun last, they would keep all others waiting.
WAITING = ("test_probes.py", "test_tls_wire.py", "test_limits.py", "test_token_failures.py", "test_tls.py")


def shares_a_server(item):
    return bool(item.get_closest_marker("tenants") or item.get_closest_marker("shared_server"))


def pytest_collection_modifyitems(config, items):
    """xdist deals a quarter of all, in order, in equal parts, and the rest in parts that become ever smaller. So what waits
    comes first in each worker's part, and last what takes no harm from being torn apart: tests that share a server make it
    again wherever they are. What is of one file stays together."""
    waiting = [item for item in items if item.path.name in WAITING]
    others = sorted((item for item in items if item.path.name not in WAITING), key=lambda item: not shares_a_server(item))
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    step = max(1, len(items) // workers // 4)
    items.clear()
    for number in range(workers):
        mine = waiting[number * len(waiting) // workers:(number + 1) * len(waiting) // workers]
        filling = max(0, step - len(mine))
        items += mine + others[:filling]
        others = others[filling:]
    items += others


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "shared_server: the module's tests that take `server` take the same one; for tests of which none "
                   "changes what another sees")
    config.addinivalue_line(
        "markers", "tenants: `server` and start() of the module's tests are tenants of one server, where they can be; "
                   "start_process() is a server of the test's own")


def launcher(folder):
    """A generator of start(), whose servers put what they need into `folder` and are ended, and judged, at its end."""
    servers = []

    def launch(*args, fixture=None, db=None, env=None, wait=True, stdin=None):
        path, document = fixture, None
        if isinstance(fixture, dict):
            document = fixture
            path = folder / f"fixture-{len(servers)}.json"
            path.write_text(json.dumps(fixture), encoding="utf-8")
            # A fixture names its key files by paths from its own folder.
            shutil.copytree(ROOT / "fixtures/keys", folder / "keys", dirs_exist_ok=True)
        elif fixture and wait:
            with open(fixture, encoding="utf-8") as file:
                document = json.load(file)
        elif wait and "MAKESHIFT_FIXTURES_JSON" in (env or {}):
            document = json.loads(env["MAKESHIFT_FIXTURES_JSON"])
        if db is True:
            db = folder / f"state-{len(servers)}.db"
        server = Server([str(arg) for arg in args], path, db, env, wait, document, stdin)
        servers.append(server)
        return server

    yield launch
    problems = []
    for server in servers:
        try:
            server.close()
        except AssertionError as problem:
            problems.append(str(problem))
    assert not problems, "\n".join(problems)


@pytest.fixture
def start_process(tmp_path):
    """start_process(*args, fixture=None, db=None, env=None, wait=True, stdin=None) -> Server

    Launches the program on a free port and waits until it says that it answers. `fixture` is a dict
    or a path, `db` a path, or True for a file of the test's own, `stdin` a file or socket. With wait=False the server is
    expected to end by itself: see Server.exit_code. Whatever was started is ended after the test,
    and must then leave with 0 and a log without secrets."""
    yield from launcher(tmp_path)


@pytest.fixture(scope="module")
def start_shared(tmp_path_factory):
    """start() for servers that all tests of a module share: they are ended, and judged, after the last of them."""
    yield from launcher(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def shared_server(start_shared):
    """A server with the default fixture, in memory, of the module's tests together."""
    return start_shared()


@pytest.fixture(scope="module")
def server_for(start_shared, shared_server):
    """server_for(fixture) -> (server, what its tenant is to be given): where a module's tests ask for one fixture again
    and again, it is read once, by a server whose tenants have it unasked."""
    asked, servers = {}, {}

    def find(fixture):
        text = fixture and json.dumps(fixture)
        if not text or "extends" in fixture:
            return shared_server, fixture
        asked[text] = asked.get(text, 0) + 1
        if asked[text] == 4:
            servers[text] = start_shared(fixture=fixture)
        return (servers[text], None) if text in servers else (shared_server, fixture)

    return find


@pytest.fixture
def start_tenant(request, server_for):
    """start_process() for what a tenant can be: a fixture that is a dict, a clock, a seed, a profile, a way to sign in.
    What asks for more is a process."""
    tenants = []

    def launch(*args, fixture=None, env=None, **process):
        members = members_of([str(arg) for arg in args], env)
        if members is None or process or not isinstance(fixture, (dict, type(None))):
            return request.getfixturevalue("start_process")(*args, fixture=fixture, env=env, **process)
        server, given = server_for(fixture)
        tenants.append(Tenant(server, fixture, given, **members))
        return tenants[-1]

    yield launch
    for tenant in tenants:
        tenant.end()


@pytest.fixture
def start(request):
    """start_process(), or start_tenant() where the module is marked `tenants`."""
    marked = request.node.get_closest_marker("tenants")
    return request.getfixturevalue("start_tenant" if marked else "start_process")


@pytest.fixture
def server(request):
    """A server with the default fixture, in memory, of this test alone, or a tenant where the module is marked `tenants`;
    where it is marked `shared_server`, a server of all its tests."""
    if request.node.get_closest_marker("shared_server"):
        return request.getfixturevalue("shared_server")
    return request.getfixturevalue("start")()
