"""With --db FILE: what the control door makes stays, tenants in files beside FILE, whatever ends the server."""

import concurrent.futures
import pathlib
import sqlite3

import pytest

from support import DISCOVERY, JWKS, authorize, fixture_with, redeem
from test_door import At, claims_of, kids, refused, tell


class World(At):
    """A tenant, wherever the server is after a restart; and its own control door."""

    def __init__(self, server, name):
        self.server, self.name = server, name

    @property
    def base(self):
        return f"{self.server.base}/t/{self.name}"

    def door(self, method, resource, body=None):
        return self.server.request(method, f"/t/{self.name}/_makeshift/{resource}", json=body)


def beside(server, *endings):
    """The files beside the server's, by what their names end in behind FILE."""
    file = pathlib.Path(server.db)
    names = [path.name[len(file.name):] for path in file.parent.iterdir() if path.name.startswith(file.name)]
    return sorted(name for name in names if name not in ("", "-wal", *endings))


def again(server, how="stop"):
    if how == "stop":
        assert server.stop() == 0
    else:
        server.kill9()
    server.restart()


def listed(server):
    return {row["name"]: row for row in tell(server, "GET", "tenants").json()["items"]}


# -- tenants ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["stop", "kill9"])
def test_a_tenant_stays_in_a_file_beside_the_servers_with_all_it_was_made_with(start, how):
    server = start("--seed", "3", db=True)
    asked = {"name": "mine", "seed": 7, "clock": "+90d", "login": "page", "profile": "standard", "issuer": "http://localhost:32768", "ttl": "1h",
             "fixture": {"extends": "default", "users": [{"sub": "only", "email": "only@example.com"}]}}
    made = tell(server, "POST", "tenants", asked).json()
    world = World(server, "mine")
    before = kids(server, "/t/mine"), server.get("/t/mine" + DISCOVERY).json()
    again(server, how)
    assert listed(server)["mine"] == made  # before it is opened
    assert (kids(server, "/t/mine"), server.get("/t/mine" + DISCOVERY).json()) == before
    assert server.get("/t/mine" + DISCOVERY, headers={"Host": "localhost:32768"}).status_code == 200
    assert world.door("GET", "clock").json()["moved"] == 0
    assert [user["sub"] for user in world.door("GET", "users").json()["items"]][0] == "only"
    assert listed(server)["mine"] == made


@pytest.mark.parametrize("how", ["stop", "kill9"])
def test_what_a_tenant_issued_before_a_restart_is_good_after_it(start, how):
    server = start(db=True)
    tell(server, "POST", "tenants", {"name": "a"})
    world = World(server, "a")
    tokens = world.redeem(world.code()).json()
    code = world.code()
    again(server, how)
    assert world.userinfo(tokens["access_token"]) == 200
    assert world.redeem(code).status_code == 200 and world.redeem(code).status_code == 400
    assert world.userinfo(tokens["access_token"]) == 200


def test_a_seed_gives_a_tenant_in_a_file_the_tokens_of_one_in_memory(start):
    answers = []
    for db in (False, True):
        server = start("--seed", "5", "--clock", "2026-01-01T00:00:00Z", db=db)
        tell(server, "POST", "tenants", {"name": "a"})
        world = World(server, "a")
        answers.append([claims_of(world.redeem(world.code()).json()["access_token"])["jti"] for _ in range(2)])
    assert answers[0] == answers[1]


def test_a_deleted_tenant_leaves_no_file_and_its_name_is_free_at_once(start):
    server = start(db=True)
    for _ in range(3):
        assert tell(server, "POST", "tenants", {"name": "a"}).status_code == 201
        world = World(server, "a")
        tokens = world.redeem(world.code()).json()
        assert beside(server, ".t-a-wal") == [".t-a"]
        assert tell(server, "DELETE", "tenants/a").status_code == 204
        assert beside(server) == []
    tell(server, "POST", "tenants", {"name": "a"})
    assert world.userinfo(tokens["access_token"]) == 401
    again(server)
    assert world.userinfo(tokens["access_token"]) == 401 and list(listed(server)) == ["a", "default"]
    assert tell(server, "DELETE", "tenants").status_code == 204 and beside(server) == []
    again(server)
    assert list(listed(server)) == ["default"]


def test_a_tenant_that_is_deleted_amid_a_request_answers_that_and_spoils_no_other_of_its_name(start):
    server = start(db=True)
    tell(server, "POST", "tenants", {"name": "a"})
    world = World(server, "a")
    world.door("POST", "latches", {"match": {"endpoint": "authorize"}, "when": "before"})
    with concurrent.futures.ThreadPoolExecutor() as pool:
        under_way = pool.submit(world.code)
        assert world.door("GET", "latches/1?held=1&wait=10s").status_code == 200
        assert tell(server, "DELETE", "tenants/a").status_code == 204
        assert tell(server, "POST", "tenants", {"name": "a"}).status_code == 201
        assert under_way.result()
    code = world.code()
    again(server, "kill9")
    assert world.redeem(code).status_code == 200


def test_a_tenant_with_a_ttl_takes_its_file_with_it(start):
    server = start(db=True)
    tell(server, "POST", "tenants", {"name": "brief", "ttl": "1ms"})
    while "brief" in listed(server):
        pass
    assert beside(server) == []


def test_what_is_changed_of_a_tenant_stays(start):
    server = start(db=True)
    tell(server, "POST", "tenants", {"name": "a"})
    changed = tell(server, "PATCH", "tenants/a", {"issuer": "http://127.0.0.1:4711"}).json()
    again(server, "kill9")
    assert listed(server)["a"] == changed
    assert server.get("/t/a" + DISCOVERY).json()["issuer"] == "http://127.0.0.1:4711/t/a"


def test_a_fork_and_a_fixture_of_its_own_are_what_a_reset_returns_to_after_a_restart(start):
    server = start(db=True)
    fixture = {"extends": "default", "users": [{"sub": "only", "email": "only@example.com"}]}
    tell(server, "POST", "tenants", {"name": "own", "fixture": fixture})
    tell(server, "POST", "tenants", {"name": "fork", "fork_of": "own"})
    before = {name: kids(server, f"/t/{name}") for name in ("own", "fork")}
    again(server)
    for name, signers in before.items():
        world = World(server, name)
        tokens = world.redeem(world.code()).json()
        assert claims_of(tokens["id_token"])["sub"] == "only"
        assert world.door("POST", "reset").status_code == 204
        assert world.userinfo(tokens["access_token"]) == 401 and kids(server, f"/t/{name}") == signers
        assert claims_of(world.redeem(world.code()).json()["id_token"])["sub"] == "only"
        again(server, "kill9")
        assert world.userinfo(tokens["access_token"]) == 401 and kids(server, f"/t/{name}") == signers


# -- files that are not as they should be -----------------------------------------------------------------------------


def test_a_damaged_neighbour_is_told_once_and_is_answered_503_while_the_others_are_served(start):
    server = start(db=True)
    for name in ("good", "bad", "foreign"):
        tell(server, "POST", "tenants", {"name": name})
    assert server.stop() == 0
    whole = pathlib.Path(server.db + ".t-bad").read_bytes()
    pathlib.Path(server.db + ".t-bad").write_bytes(whole[:3000])
    pathlib.Path(server.db + ".t-foreign").write_text("no database at all, but a text\n" * 100)
    server.restart()
    assert server.get("/t/good" + DISCOVERY).status_code == 200
    assert "is damaged: restore a copy, or delete it" in listed(server)["bad"]["problem"]
    assert "was not made by makeshift" in listed(server)["foreign"]["problem"]
    for _ in range(2):
        answer = server.get("/t/bad" + DISCOVERY)
        assert answer.status_code == 503 and "is damaged: restore a copy" in answer.text
        refused(tell(server, "POST", "tenants", {"name": "x", "fork_of": "bad"}), 503)
        refused(tell(server, "PATCH", "tenants/bad", {"ttl": "1h"}), 503)
    assert server.stop() == 0 and server.log().count("a tenant cannot be opened") == 2
    server.restart()
    refused(tell(server, "POST", "tenants", {"name": "bad"}), 409)
    assert tell(server, "DELETE", "tenants/foreign").status_code == 204
    pathlib.Path(server.db + ".t-bad").write_bytes(whole)
    assert server.get("/t/bad" + DISCOVERY).status_code == 200
    assert list(listed(server)) == ["bad", "default", "good"] and "problem" not in listed(server)["bad"]


def test_a_stray_file_beside_the_database_is_told_and_stays_and_what_was_not_finished_goes(start):
    server = start(db=True)
    tell(server, "POST", "tenants", {"name": "a"})
    assert server.stop() == 0
    strays = (".t-Not A Name", ".t-gone-wal", ".t-gone.s-held.db")
    for ending in (*strays, ".t-a-wal", ".t-half.new-Xy12Zw"):
        pathlib.Path(server.db + ending).write_bytes(b"")
    server.restart()
    assert list(listed(server)) == ["a", "default"] and server.get("/t/a" + DISCOVERY).status_code == 200
    assert beside(server, ".t-a-wal") == sorted((*strays, ".t-a"))
    assert server.stop() == 0 and server.log().count("a file beside the database is not served") == len(strays)


def test_there_are_not_more_tenants_than_allowed_though_more_files_are(start):
    server = start("--tenants", "2", db=True)
    for name in ("a", "b"):
        tell(server, "POST", "tenants", {"name": name})
    refused(tell(server, "POST", "tenants", {"name": "c"}), 429)
    assert beside(server, ".t-a-wal", ".t-b-wal") == [".t-a", ".t-b"]
    assert server.stop() == 0
    server.args[1] = "1"
    server.restart()
    assert len(listed(server)) == 2
    server.wait_log("there are more tenants than --tenants allows")
    assert beside(server, ".t-a-wal", ".t-b-wal") == [".t-a", ".t-b"]


def test_a_name_that_sqlite_gives_to_files_of_another_is_refused_where_there_are_files(start):
    for name in ("a-wal", "a-shm", "a-journal"):
        refused(tell(start(db=True), "POST", "tenants", {"name": name}), 422, pointer="/name")
    assert tell(start(), "POST", "tenants", {"name": "a-wal"}).status_code == 201


def test_a_database_of_somebody_elses_becomes_a_tenant_by_its_name(start):
    """As a copy of FILE that was put beside it: with its own fixture, and the server's options."""
    server = start(db=True, fixture=fixture_with(users={"1001": {"name": "Copied"}}))
    assert server.stop() == 0
    pathlib.Path(server.db + ".t-copy").write_bytes(pathlib.Path(server.db).read_bytes())
    server.restart()
    assert World(server, "copy").door("GET", "users/1001").json()["name"] == "Copied"
    with sqlite3.connect(server.db + ".t-copy", timeout=0) as other, pytest.raises(sqlite3.OperationalError):
        other.execute("SELECT 1 FROM start").fetchall()  # it is this server's now


# -- what the door was told -------------------------------------------------------------------------------------------


def at(server, name):
    """The door of `default` or of another tenant: told(method, resource, body)."""
    below = "" if name == "default" else f"/t/{name}"
    if below:
        tell(server, "POST", "tenants", {"name": name})
    return below, lambda method, resource, body=None: server.request(method, f"{below}/_makeshift/{resource}", json=body)


def shown(door, *resources):
    return {resource: door("GET", resource).json() for resource in resources}


NEW_CLIENT = {"client_name": "New", "redirect_uris": ["http://localhost:1/cb"], "scope": "openid", "token_endpoint_auth_method": "none"}
EVERYWHERE = pytest.mark.parametrize("name", ["default", "a"])
ENDS = pytest.mark.parametrize("how", ["stop", "kill9"])


@EVERYWHERE
@ENDS
def test_faults_and_sign_ins_stay_with_what_became_of_them(start, name, how):
    server = start(db=True)
    below, door = at(server, name)
    door("POST", "faults", {"match": {"endpoint": "jwks"}, "times": 2, "do": {"status": 500}})
    door("POST", "faults", {"match": {"endpoint": "userinfo"}, "do": {"status": 502}})
    door("POST", "faults", {"fault": "lost_reply"})
    assert door("DELETE", "faults/3").status_code == 204
    for user in ("1002", "1003"):
        door("POST", "sign-ins", {"user": user})
    world = World(server, name) if below else None
    code = world.code() if world else authorize(server)
    assert server.get(below + JWKS).status_code == 500
    before = shown(door, "faults", "sign-ins")
    assert [(fault["matched"], fault["fired"]) for fault in before["faults"]["items"]] == [(1, 1), (0, 0)]
    assert [one["met"] for one in before["sign-ins"]["items"]] == [1, 0]
    again(server, how)
    assert shown(door, "faults", "sign-ins") == before
    assert [server.get(below + JWKS).status_code for _ in range(2)] == [500, 200]
    tokens = [(world.redeem(one) if world else redeem(server, one)).json() for one in (code, world.code() if world else authorize(server))]
    assert [claims_of(one["id_token"])["sub"] for one in tokens] == ["1002", "1003"]
    assert door("POST", "faults", {"fault": "lost_reply"}).json()["id"] > 2
    for resource in ("faults", "sign-ins"):
        assert door("DELETE", resource).status_code == 204
    again(server, how)
    assert shown(door, "faults", "sign-ins") == {"faults": {"items": []}, "sign-ins": {"items": []}}


@EVERYWHERE
@ENDS
def test_a_clock_stays_moved_or_frozen_and_skewed(start, name, how):
    server = start(db=True)
    _, door = at(server, name)
    door("POST", "clock", {"advance": "5m", "skew": "-10m"})
    again(server, how)
    told = door("GET", "clock").json()
    assert 295 <= told["moved"] <= 305 and told["skew"] == -600 and not told["frozen"]
    door("POST", "clock", {"set": "2030-01-01T00:00:00Z", "freeze": True})
    again(server, how)
    assert {**door("GET", "clock").json(), "moved": 0} == {"now": "2030-01-01T00:00:00Z", "epoch": 1893456000, "frozen": True, "moved": 0, "skew": -600}
    assert door("POST", "reset").status_code == 204
    again(server, how)
    assert door("GET", "clock").json()["moved"] == 0 and door("GET", "clock").json()["skew"] == 0


def test_a_clock_of_the_command_line_counts_for_more_than_one_that_was_moved_before(start):
    server = start(db=True)
    tell(server, "POST", "clock", {"set": "2030-01-01T00:00:00Z", "freeze": True})
    assert server.stop() == 0
    server.restart("--clock", "2026-01-01T00:00:00Z")
    assert tell(server, "GET", "clock").json()["now"] == "2026-01-01T00:00:00Z"
    server.restart("--clock", "now")
    assert not tell(server, "GET", "clock").json()["frozen"]


@EVERYWHERE
@ENDS
def test_keys_that_were_made_and_rotated_stay_and_so_does_what_the_jwks_is(start, name, how):
    server = start(db=True)
    below, door = at(server, name)
    rotated, later = (door("POST", resource).json()["kid"] for resource in ("keys/rotate", "keys"))
    before = shown(door, "keys")
    again(server, how)
    by_kid = {key["kid"]: key for key in shown(door, "keys")["keys"]["items"]}
    assert by_kid == {key["kid"]: key for key in before["keys"]["items"]} and by_kid[rotated]["state"] == "signs" and by_kid[later]["state"] == "next"
    stale = server.get(below + JWKS).json()
    for mode in ("outage", "stale"):
        assert door("PUT", "jwks", {"serve": mode}).status_code == 200
        again(server, how)
        assert door("GET", "jwks").json() == {"serve": mode}
        assert (server.get(below + JWKS).status_code == 503) is (mode == "outage")
    door("POST", "keys")
    assert server.get(below + JWKS).json() == stale


@EVERYWHERE
@ENDS
def test_users_and_clients_that_the_door_put_patched_and_removed_are_not_overwritten(start, name, how):
    server = start(db=True)
    _, door = at(server, name)
    for method, resource, body in (("PUT", "users/7", {"name": "Neo"}), ("PATCH", "users/1002", {"name": "Patched"}), ("DELETE", "users/1003", None),
                                   ("PUT", "clients/new", NEW_CLIENT), ("PATCH", "clients/demo-web", {"code_ttl": 7}),
                                   ("DELETE", "clients/demo-spa", None)):
        assert door(method, resource, body).status_code < 300
    before = shown(door, "users", "clients")
    again(server, how)
    assert shown(door, "users", "clients") == before
    again(server, how)
    assert shown(door, "users", "clients") == before
    assert door("POST", "reset").status_code == 204
    assert {user["sub"] for user in door("GET", "users").json()["items"]} >= {"1002", "1003"} and door("GET", "users/7").status_code == 404


# -- the fixture ------------------------------------------------------------------------------------------------------


def test_a_database_carries_its_fixture_until_another_is_given(start, tmp_path):
    fixture = fixture_with(users={"1001": {"name": "Of the file"}}, profile="standard", keys="generate")
    server = start(db=tmp_path / "a.db", fixture=fixture)
    signers = sorted(kids(server))
    tell(server, "PATCH", "users/1002", {"name": "Patched"})
    assert server.stop() == 0
    other = start(db=tmp_path / "a.db")
    names = {user["sub"]: user["name"] for user in tell(other, "GET", "users").json()["items"]}
    assert (names["1001"], names["1002"]) == ("Of the file", "Patched")
    assert sorted(kids(other)) == signers and tell(other, "GET", "health").json()["profile"] == "standard"
    tell(other, "POST", "tenants", {"name": "f", "fork_of": "default"})
    assert World(other, "f").door("GET", "users/1001").json()["name"] == "Of the file"
    tell(other, "POST", "reset")
    assert tell(other, "GET", "users/1001").json()["name"] == "Of the file" and tell(other, "GET", "users/1002").json()["name"] != "Patched"
    assert sorted(kids(other)) == signers
    assert other.stop() == 0
    given = start(db=tmp_path / "a.db", fixture=fixture_with(users={"1001": {"name": "Given"}}))
    assert tell(given, "GET", "users/1001").json()["name"] == "Given"
    tell(given, "POST", "reset")
    assert tell(given, "GET", "users/1001").json()["name"] == "Given"


# -- snapshots as files -----------------------------------------------------------------------------------------------


@EVERYWHERE
@pytest.mark.parametrize("db", [False, True])
def test_a_snapshot_is_a_database_with_steering_and_fixture_and_without_private_keys(start, tmp_path, name, db):
    server = start(db=db, fixture=fixture_with(users={"1001": {"name": "Of the fixture"}}, keys="generate"))
    below, door = at(server, name)
    door("PUT", "users/7", {"name": "Neo"})
    door("POST", "clock", {"set": "2030-01-01T00:00:00Z", "freeze": True})
    door("POST", "faults", {"match": {"endpoint": "jwks"}, "times": 2, "do": {"status": 500}})
    door("POST", "sign-ins", {"user": "1002"})
    assert server.get(below + JWKS).status_code == 500
    told = shown(door, "faults", "sign-ins", "clock", "users", "clients")
    door("POST", "snapshots", {"name": "held"})
    whole, plain = (server.request("GET", f"{below}/_makeshift/snapshots/held{query}").content for query in ("?keys=1", ""))
    assert b"PRIVATE KEY" in whole and b"PRIVATE KEY" not in plain
    file = tmp_path / "held.db"
    for image in (plain, whole):
        file.write_bytes(image)
        other = start(db=file)
        found = shown(lambda method, resource: tell(other, method, resource), "faults", "sign-ins", "clock", "users", "clients")
        assert {**found, "clock": {**found["clock"], "moved": 0}} == {**told, "clock": {**told["clock"], "moved": 0}}
        assert tell(other, "POST", "reset").status_code == 204
        assert tell(other, "GET", "users/1001").json()["name"] == "Of the fixture" and tell(other, "GET", "users/7").status_code == 404
        assert "id_token" in redeem(other, authorize(other)).json()
        assert other.stop() == 0
        file.unlink()


# -- snapshots --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["stop", "kill9"])
@pytest.mark.parametrize("below", ["", "/t/a"])
def test_a_snapshot_stays_and_is_gone_back_to_after_a_restart(start, how, below):
    server = start(db=True)
    tell(server, "POST", "tenants", {"name": "a"})
    door = f"{below}/_makeshift"
    server.request("POST", f"{door}/clock", json={"freeze": True})
    server.request("POST", f"{door}/faults", json={"fault": "lost_reply"})
    held = server.request("POST", f"{door}/snapshots", json={"name": "held"}).json()
    assert server.request("DELETE", f"{door}/faults").status_code == 204
    server.request("POST", f"{door}/clock", json={"resume": True, "advance": "1d"})
    again(server, how)
    assert server.get(f"{door}/snapshots").json() == {"items": [held]}
    assert server.request("POST", f"{door}/snapshots/held/restore").json() == held
    assert [fault["fault"] for fault in server.get(f"{door}/faults").json()["items"]] == ["lost_reply"]
    assert server.get(f"{door}/clock").json()["frozen"]
    assert server.get(f"{door}/snapshots/held").content.startswith(b"SQLite format 3")


def test_a_snapshot_is_a_file_that_goes_with_it_or_with_its_tenant(start):
    server = start(db=True)
    tell(server, "POST", "tenants", {"name": "a"})
    world = World(server, "a")
    for name in ("one", "two", "three"):
        assert world.door("POST", "snapshots", {"name": name}).status_code == 201
    assert tell(server, "POST", "snapshots", {"name": "mine"}).status_code == 201
    files = [".s-mine.db", ".t-a", ".t-a.s-one.db", ".t-a.s-three.db", ".t-a.s-two.db"]
    assert beside(server, ".t-a-wal") == files
    for ending in files:
        assert pathlib.Path(server.db + ending).stat().st_mode & 0o777 == 0o600, ending
    assert world.door("DELETE", "snapshots/one").status_code == 204
    again(server)
    assert [one["name"] for one in world.door("GET", "snapshots").json()["items"]] == ["two", "three"]
    assert beside(server, ".t-a-wal") == [".s-mine.db", ".t-a", ".t-a.s-three.db", ".t-a.s-two.db"]
    again(server)  # nobody has asked the tenant since
    assert tell(server, "DELETE", "tenants/a").status_code == 204
    assert beside(server) == [".s-mine.db"]


def test_a_snapshot_whose_file_is_missing_is_told_and_changes_nothing(start):
    server = start(db=True)
    tell(server, "POST", "snapshots", {"name": "held"})
    pathlib.Path(server.db + ".s-held.db").unlink()
    tell(server, "POST", "clock", {"freeze": True})
    assert tell(server, "POST", "snapshots/held/restore").status_code == 503
    server.wait_log("the snapshot in .* cannot be read: it is not there")
    assert tell(server, "GET", "clock").json()["frozen"]
    assert tell(server, "DELETE", "snapshots/held").status_code == 204
    assert tell(server, "GET", "snapshots").json() == {"items": []}


def test_a_tenant_begins_as_a_snapshot_from_before_a_restart(start):
    server = start(db=True)
    tell(server, "PUT", "users/only", {"sub": "only", "email": "only@example.com"})
    tell(server, "POST", "snapshots", {"name": "held"})
    again(server)
    tell(server, "POST", "tenants", {"name": "b", "snapshot": "held"})
    assert World(server, "b").door("GET", "users/only").status_code == 200
