"""--watch and SIGHUP: a fixture is read again while the server serves, and what was granted stays."""

import json
import os
import signal
import subprocess

import pytest
import requests
from support import PROGRAM, default_fixture, fixture_with, refresh, sign_in
from support_api import OWNER_TOKEN, Api

AGAIN = "the fixture was read again"
NEW = {"redirect_uris": ["http://localhost/new"], "scope": "openid", "token_endpoint_auth_method": "none"}
REFUSED = "the fixture was not read again, and the one before stays"


def write(path, fixture):
    """In place, as some editors do."""
    path.write_text(fixture if isinstance(fixture, str) else json.dumps(fixture), encoding="utf-8")


def replace(path, fixture):
    """By another file that takes its name, as others do."""
    write(path.with_suffix(".swp"), fixture)
    os.replace(path.with_suffix(".swp"), path)


def told(server, event, times):
    """The last of so many lines about that."""
    def lines():
        return [line for line in server.log_lines() if f'event="{event}"' in line]
    with server._heard:
        assert server._heard.wait_for(lambda: len(lines()) >= times, 10), server.log()
    assert len(lines()) == times
    return lines()[-1]


@pytest.fixture
def watched(start_process, tmp_path):
    """A server that watches its fixture, and the file."""
    path = tmp_path / "watched" / "fixture.json"
    path.parent.mkdir()
    write(path, fixture_with())
    return start_process("--watch", fixture=path), path


def clients_of(server, path=""):
    return [row["client_id"] for row in requests.get(f"{server.base}{path}/_makeshift/clients", timeout=10).json()["items"]]


def scopes_of(server):
    return server.get("/.well-known/openid-configuration").json()["scopes_supported"]


def test_clients_users_and_scopes_follow_the_file_and_grants_stay(watched):
    server, path = watched
    tokens = sign_in(server, "demo-web", scope="openid offline_access")
    gone = sign_in(server, "demo-native", scope="openid offline_access")
    write(path, fixture_with({"demo-native": None, "new": NEW},
                             {"2001": {"email": "new@example.com"}}))
    told(server, AGAIN, 1)
    assert "new" in clients_of(server) and "demo-native" not in clients_of(server)
    users = requests.get(server.base + "/_makeshift/users", timeout=10).json()["items"]
    assert "new@example.com" in [user.get("email") for user in users]
    assert refresh(server, tokens["refresh_token"]).status_code == 200
    assert refresh(server, gone["refresh_token"], "demo-native").json()["error"] == "invalid_client"
    assert "brand:new" not in scopes_of(server)
    scopes = [*default_fixture()["scopes"], {"name": "brand:new", "kind": "user", "description": "New"}]
    replace(path, fixture_with(scopes=scopes))
    told(server, AGAIN, 2)
    assert "brand:new" in scopes_of(server) and "new" not in clients_of(server)


def test_a_wrong_file_is_refused_with_its_place_and_the_one_before_stays(watched):
    server, path = watched
    before = clients_of(server)
    wrong = fixture_with()
    wrong["clients"][0]["redirect_uris"] = ["http://a/#f"]
    for times, (text, says) in enumerate([(wrong, "/clients/0/redirect_uris/0: "), ("{", "line 1, column "), ("{}\0", "NUL")], 1):
        replace(path, text)
        assert says in told(server, REFUSED, times)
    path.unlink()
    told(server, REFUSED, 4)
    made = requests.post(server.base + "/_makeshift/tenants", json={}, timeout=10).json()
    assert clients_of(server) == before == clients_of(server, "/t/" + made["name"])
    assert requests.post(server.base + "/_makeshift/reset", json={}, timeout=10).status_code < 300
    assert clients_of(server) == before
    replace(path, fixture_with({"new": NEW}))
    told(server, AGAIN, 1)
    assert "new" in clients_of(server)


def test_a_wrong_file_that_becomes_the_one_before_again_is_told(watched):
    server, path = watched
    good = path.read_text("utf-8")
    replace(path, "{")
    told(server, REFUSED, 1)
    replace(path, good)
    told(server, "the fixture is the one in force again", 1)


def test_what_is_no_file_any_more_keeps_nobody_waiting(watched):
    server, path = watched
    os.mkfifo(path.with_suffix(".pipe"))
    os.replace(path.with_suffix(".pipe"), path)
    assert "is not a regular file" in told(server, REFUSED, 1)
    replace(path, fixture_with({"new": NEW}))
    told(server, AGAIN, 1)
    assert "new" in clients_of(server)


def test_tenants_that_are_made_later_and_a_reset_begin_with_the_new_one(watched):
    server, path = watched
    early = requests.post(server.base + "/_makeshift/tenants", json={}, timeout=10).json()
    replace(path, fixture_with({"new": NEW}))
    told(server, AGAIN, 1)
    late = requests.post(server.base + "/_makeshift/tenants", json={}, timeout=10).json()
    assert "new" in clients_of(server, "/t/" + late["name"]) and "new" not in clients_of(server, "/t/" + early["name"])
    assert requests.post(server.base + "/_makeshift/reset", json={}, timeout=10).status_code < 300
    assert "new" in clients_of(server)
    other = requests.post(server.base + "/_makeshift/tenants", json={"profile": "standard"}, timeout=10).json()
    assert "new" in clients_of(server, "/t/" + other["name"])


def test_what_is_behind_the_api_follows_too(watched):
    server, path = watched
    def names():
        return [row["name"] for row in Api(server, OWNER_TOKEN).ok("GET", "/scenarios?teamId=1")["scenarios"]]
    assert names() != ["Of the file"]
    replace(path, fixture_with(resources={"scenarios": [{"id": 7, "name": "Of the file", "teamId": 1}]}))
    told(server, AGAIN, 1)
    assert names() == ["Of the file"]
    replace(path, fixture_with(resources={"scenarios": [{"id": 7, "name": "Anew", "teamId": 1}]}))
    told(server, AGAIN, 2)
    assert names() == ["Anew"]


def test_what_did_not_change_is_not_put_again(watched):
    server, path = watched
    assert server.request("PUT", "/_makeshift/clients/of-the-door", json=NEW).status_code < 300
    replace(path, fixture_with())
    (path.parent / "another.json").write_text("{", encoding="utf-8")
    server.process.send_signal(signal.SIGHUP)
    assert "of-the-door" in clients_of(server)
    replace(path, fixture_with({"new": NEW}))
    told(server, AGAIN, 1)
    assert REFUSED not in server.log()
    assert "of-the-door" not in clients_of(server)


def test_a_file_behind_a_link_is_seen_where_it_is_and_when_the_link_leads_elsewhere(start_process, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    write(tmp_path / "one/fixture.json", fixture_with())
    (tmp_path / "data").symlink_to("one")
    path = tmp_path / "fixture.json"
    path.symlink_to("data/fixture.json")
    server = start_process("--watch", fixture=path)
    write(tmp_path / "one/fixture.json", fixture_with({"in-place": NEW}))
    told(server, AGAIN, 1)
    assert "in-place" in clients_of(server)
    write(tmp_path / "two/fixture.json", fixture_with({"elsewhere": NEW}))
    (tmp_path / "next").symlink_to("two")
    os.replace(tmp_path / "next", tmp_path / "data")  # as Kubernetes changes a ConfigMap
    told(server, AGAIN, 2)
    assert "elsewhere" in clients_of(server) and "in-place" not in clients_of(server)


def test_a_database_carries_what_was_read_again_and_a_reset_has_no_grants(start_process, tmp_path):
    path = tmp_path / "fixture.json"
    write(path, fixture_with())
    server = start_process("--watch=on", fixture=path, db=True)
    tokens = sign_in(server, "demo-web", scope="openid offline_access")
    replace(path, fixture_with({"new": NEW}))
    told(server, AGAIN, 1)
    server.restart()
    assert "new" in clients_of(server)
    tokens = refresh(server, tokens["refresh_token"]).json()
    assert requests.post(server.base + "/_makeshift/reset", json={}, timeout=10).status_code < 300
    assert "new" in clients_of(server)
    assert refresh(server, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_without_a_watch_a_hangup_ends_the_server(start_process):
    server = start_process(wait=False)
    server.ready()
    server.process.send_signal(signal.SIGHUP)
    assert server.exit_code() == -signal.SIGHUP


def test_under_systemd_a_hangup_reads_the_file_again(start_process, tmp_path):
    path = tmp_path / "fixture.json"
    write(path, fixture_with())
    # The shell becomes the server: the number that systemd tells is that of the process it started.
    shell = 'SYSTEMD_EXEC_PID=$$ exec "$@"'
    with subprocess.Popen(["sh", "-c", shell, "sh", PROGRAM, "--port", "0", "--fixtures", path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        try:
            base = json.loads(process.stdout.readline())["issuer"]
            write(path, fixture_with({"new": NEW}))
            process.send_signal(signal.SIGHUP)
            line = next(line for line in process.stderr if AGAIN in line or REFUSED in line)
            assert AGAIN in line
            clients = requests.get(base + "/_makeshift/clients", timeout=10).json()["items"]
            assert "new" in [row["client_id"] for row in clients]
        finally:
            process.send_signal(signal.SIGTERM)
            process.stderr.read()
    assert process.returncode == 0


@pytest.mark.parametrize("options", [["--watch"], ["--watch", "--fixtures", "-"], ["--watch", "--fixtures-json", "{}"]])
def test_there_is_nothing_to_watch_without_a_file(start_process, options):
    server = start_process(*options, wait=False)
    assert server.exit_code() == 2
    assert server.log() == "makeshift: --watch needs a file to watch; give --fixtures FILE"
