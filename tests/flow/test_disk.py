"""A disk that fails, and a database that cannot be used: nothing is issued, nothing is forgotten."""

import contextlib
import os
import resource
import sqlite3

import pytest

from support import (AUTHORIZE, DISCOVERY, JWKS, assert_error, authorize, authorize_params, proves,
                     redeem, refresh, revoke, sign_in, userinfo)
import support_api
from support_api import Api, fixture_of, scenario
from support_refusals import redirected_refusal


@contextlib.contextmanager
def disk_full(server, size=0):
    """For a while no file of the server's may grow beyond `size`, nor be written to there."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


def assert_unavailable(response):
    """503 as RFC 7009 2.2.1 has it, and nothing in it that would pass for a success."""
    assert "store" in assert_error(response, "temporarily_unavailable", 503)
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"
    assert set(response.json()) <= {"error", "error_description"}


@pytest.fixture
def server(start):
    return start(db=True)


@proves("ADM-11")
def test_a_code_on_a_full_disk_buys_nothing_and_stays_good(server):
    code = authorize(server)
    with disk_full(server):
        for _ in range(3):
            assert_unavailable(redeem(server, code))
    tokens = redeem(server, code)
    assert tokens.status_code == 200
    assert userinfo(server, tokens.json()["access_token"]).status_code == 200


@proves("ADM-11")
def test_a_refresh_on_a_full_disk_spends_nothing(server):
    tokens = sign_in(server)
    with disk_full(server):
        for _ in range(3):
            assert_unavailable(refresh(server, tokens["refresh_token"]))
        assert userinfo(server, tokens["access_token"]).status_code == 200  # reading goes on
    following = refresh(server, tokens["refresh_token"])
    assert following.status_code == 200
    assert_error(refresh(server, tokens["refresh_token"]), "invalid_grant")
    assert userinfo(server, following.json()["access_token"]).status_code == 401


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
@proves("REV-13", "ADM-11")
def test_a_revocation_on_a_full_disk_is_not_claimed(server, name):
    tokens = sign_in(server)
    with disk_full(server):
        for _ in range(3):
            assert_unavailable(revoke(server, tokens[name]))
        assert userinfo(server, tokens["access_token"]).status_code == 200
    assert refresh(server, tokens["refresh_token"]).status_code == 200
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert revoke(server, tokens[name]).status_code == 200
    assert userinfo(server, tokens["access_token"]).status_code == 401


@proves("ADM-11")
def test_a_replay_on_a_full_disk_gets_nothing_and_is_punished_once_the_disk_works(server):
    code = authorize(server)
    tokens = redeem(server, code).json()
    with disk_full(server):
        assert_unavailable(redeem(server, code))
    assert_error(redeem(server, code), "invalid_grant")
    assert userinfo(server, tokens["access_token"]).status_code == 401


@proves("ADM-11")
def test_a_wrong_proof_on_a_full_disk_is_not_a_free_guess(server):
    code = authorize(server)
    with disk_full(server):  # the code cannot be burnt, so nothing is said of the guess
        assert_unavailable(redeem(server, code, redirect_uri="http://localhost:3000/x"))
    assert redeem(server, code).status_code == 200


@proves("RSP-17", "ADM-11")
def test_an_authorization_on_a_full_disk_is_refused_by_redirect(server):
    with disk_full(server):
        response = server.get(AUTHORIZE, params=authorize_params(state="the-state"))
        redirected_refusal(response, "temporarily_unavailable")
        assert "state=the-state" in response.headers["Location"]
        assert response.headers["Location"].startswith("http://localhost:3000/cb?")
        posted = server.post(AUTHORIZE, data=authorize_params())
        redirected_refusal(posted, "temporarily_unavailable", 303)
        by_page = server.get(AUTHORIZE, params=authorize_params(prompt="login"))
        redirected_refusal(by_page, "temporarily_unavailable")
    assert "code" in authorize(server)


@proves("RSP-17")
def test_a_full_disk_redirects_nobody_to_a_place_that_was_not_checked(server):
    with disk_full(server):
        response = server.get(AUTHORIZE, params=authorize_params(redirect_uri="https://evil.example/"))
        assert response.status_code == 400
        assert "Location" not in response.headers


@proves("ADM-11")
def test_a_disk_that_fills_up_in_the_midst_of_work_leaves_whole_grants_only(server):
    """Each size lets one more page be written before the disk is full: somewhere in the midst of a
    transaction, and at last after its end."""
    log, issued, refused = server.db + "-wal", 0, 0
    code = authorize(server)
    for _ in range(60):
        with disk_full(server, os.stat(log).st_size + 700 * refused):
            answer = redeem(server, code)
        if answer.status_code == 503:
            assert_unavailable(answer)
            refused += 1
            continue
        assert answer.status_code == 200, answer.text
        assert userinfo(server, answer.json()["access_token"]).status_code == 200
        issued += 1
        break
    assert refused > 3 and issued == 1
    server.kill9()
    server.restart()
    assert userinfo(server, answer.json()["access_token"]).status_code == 200
    assert_error(redeem(server, code), "invalid_grant")


@proves("ADM-11")
def test_what_needs_no_disk_is_served_while_it_fails(server):
    tokens = sign_in(server)
    with disk_full(server):
        assert_unavailable(refresh(server, tokens["refresh_token"]))
        assert server.get(DISCOVERY).status_code == 200
        assert server.get(JWKS).status_code == 200
        assert userinfo(server, tokens["access_token"]).json()["sub"] == "1001"
        assert_error(redeem(server, "nonsense"), "invalid_grant")
    server.wait_log("the database failed")
    assert server.stop() == 0


# -- a database that cannot be used ---------------------------------------------------------------


def assert_refused(start, path, message):
    """One line that names the file, exit 2, nothing on stdout, and the file is as it was."""
    before = path.read_bytes()
    server = start(db=path, wait=False)
    assert server.exit_code() == 2, server.log()
    assert len(server.log_lines()) == 1, server.log()
    assert str(path) in server.log() and message in server.log(), server.log()
    assert server.process.stdout.read() == b""
    assert path.read_bytes() == before


@pytest.fixture
def closed_db(start, tmp_path):
    """A database with a spent code in it, its server ended."""
    path = tmp_path / "state.db"
    server = start(db=path)
    code = authorize(server)
    assert redeem(server, code).status_code == 200
    assert server.stop() == 0
    return path


@proves("CON-10")
def test_a_second_process_on_the_same_file_is_refused(start, tmp_path):
    path = tmp_path / "state.db"
    server = start(db=path)
    tokens = sign_in(server)
    second = start(db=path, wait=False)
    assert second.exit_code() == 2
    assert len(second.log_lines()) == 1
    assert str(path) in second.log() and "in use by another process" in second.log()
    assert refresh(server, tokens["refresh_token"]).status_code == 200  # the first one's is whole
    server.kill9()
    third = start("--issuer", server.issuer, db=path)  # a dead process holds no lock
    assert third.get(DISCOVERY).status_code == 200


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
@proves("CON-11")
def test_a_truncated_database_is_refused(start, closed_db, kept):
    data = closed_db.read_bytes()
    closed_db.write_bytes(data[:int(len(data) * kept)])
    assert_refused(start, closed_db, "is damaged")


@proves("CON-11")
def test_a_database_overwritten_with_noise_is_refused(start, closed_db):
    data = bytearray(closed_db.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    closed_db.write_bytes(bytes(data))
    assert_refused(start, closed_db, "is damaged")


@pytest.mark.parametrize("content", [b"a letter to my aunt\n" * 500, b"{}", b"\x7fELF" * 2000])
@proves("CON-11")
def test_a_file_that_is_no_database_is_refused(start, tmp_path, content):
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    assert_refused(start, path, "was not made by makeshift")


@proves("CON-11")
def test_another_programs_database_is_refused(start, tmp_path):
    path = tmp_path / "music.db"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE album(title TEXT)")
    assert_refused(start, path, "was not made by makeshift")


@proves("CON-11")
def test_a_database_of_a_later_version_is_refused(start, closed_db):
    with contextlib.closing(sqlite3.connect(closed_db)) as database, database:
        database.execute("PRAGMA user_version = 99")
    assert_refused(start, closed_db, "later makeshift")


@proves("CON-11")
def test_a_log_that_lost_its_database_is_not_started_anew(start, tmp_path):
    """The log alone knows of spent codes: starting empty would forget them."""
    path = tmp_path / "state.db"
    server = start(db=path)
    sign_in(server)
    server.kill9()
    log = path.with_name("state.db-wal")
    before = log.read_bytes()
    path.unlink()
    second = start(db=path, wait=False)
    assert second.exit_code() == 2
    assert len(second.log_lines()) == 1 and "state.db-wal" in second.log()
    assert log.read_bytes() == before and not path.exists()


def assert_api_unavailable(response):
    support_api.assert_refused(response, 503, "SC503")
    assert int(response.headers["Retry-After"]) > 0


@proves("ADM-11", "SCP-09")
def test_what_the_api_cannot_store_it_does_not_claim(start):
    server = start(db=True, fixture=fixture_of())
    api = Api(server)
    before = api.ok("GET", "/scenarios")
    with disk_full(server):
        for method, path, body in (("POST", "/scenarios", scenario()), ("PATCH", "/scenarios/1", {"name": "x"}),
                                   ("DELETE", "/scenarios/1", None), ("POST", "/scenarios/1/run", {})):
            assert_api_unavailable(api(method, path, body))
            assert api.ok("GET", "/scenarios") == before  # reading goes on
    assert api.ok("POST", "/scenarios", scenario())["scenario"]["id"] == 5


def test_documents_that_could_not_be_put_at_first_are_put_by_a_later_call(start):
    server = start(db=True, fixture=fixture_of())
    api = Api(server)
    with disk_full(server):
        for _ in range(2):
            assert_api_unavailable(api.get("/scenarios"))
        assert server.get(DISCOVERY).status_code == 200
    assert [row["id"] for row in api.ok("GET", "/scenarios")["scenarios"]] == [1, 2, 3, 4]


def wal_of(server):
    return f"{server.db}-wal"


LOG_LOST = "the log of the database is missing"
LOG_DAMAGED = "the log of the database is damaged"


def test_a_damaged_log_is_told_when_an_older_state_is_served(server):
    tokens = [sign_in(server) for _ in range(3)]
    server.kill9()
    with open(wal_of(server), "r+b") as log:
        log.seek(32 + 24 + 100)  # in the first page
        byte = log.read(1)[0]
        log.seek(-1, os.SEEK_CUR)
        log.write(bytes([byte ^ 1]))
    server.restart()
    assert "what was acknowledged" in server.wait_log(LOG_DAMAGED)
    assert userinfo(server, tokens[-1]["access_token"]).status_code == 401


def test_a_log_whose_header_is_damaged_is_told(server):
    sign_in(server)
    server.kill9()
    with open(wal_of(server), "r+b") as log:
        log.seek(20)
        [byte] = log.read(1)  # of the salt, which is random: any may stand there
        log.seek(20)
        log.write(bytes([byte ^ 0xFF]))
    server.restart()
    assert "all of the log" in server.wait_log(LOG_DAMAGED)


def test_a_log_that_was_deleted_is_told(server):
    tokens = sign_in(server)
    server.kill9()
    os.unlink(wal_of(server))
    server.restart()
    assert "what was acknowledged" in server.wait_log(LOG_LOST)
    assert userinfo(server, tokens["access_token"]).status_code == 401


@pytest.mark.parametrize("end", ["stop", "kill9"])
def test_a_log_that_lost_nothing_is_no_matter(server, end):
    tokens = sign_in(server)
    getattr(server, end)()
    server.restart()
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert not [line for line in server.log_lines() if "the log of the database" in line]


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_database_without_a_name_answers_503_until_it_has_it_again(server, tmp_path, suffix):
    code, tokens = authorize(server), sign_in(server)
    os.rename(f"{server.db}{suffix}", tmp_path / "away")
    assert_unavailable(redeem(server, code))
    assert userinfo(server, tokens["access_token"]).status_code == 503
    assert server.get(DISCOVERY).status_code == 200
    assert server.get("/_makeshift/health").status_code == 503
    server.wait_log("was deleted or moved away")
    os.rename(tmp_path / "away", f"{server.db}{suffix}")
    assert server.get("/_makeshift/health").status_code == 200
    assert redeem(server, code).status_code == 200


def test_an_index_that_lacks_what_its_table_has_is_found_at_the_start(start, closed_db):
    """A row that no look-up finds: the pages are sound, and each by itself."""
    with contextlib.closing(sqlite3.connect(closed_db)) as db:
        db.execute("PRAGMA writable_schema = ON")
        row = db.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema "
                         "WHERE name = 'user_email'").fetchone()
        db.execute("DELETE FROM sqlite_schema WHERE name = 'user_email'")
        db.commit()
    with contextlib.closing(sqlite3.connect(closed_db)) as db:
        db.execute("INSERT INTO user(position, sub, email) VALUES(9, 'x', 'x@example.com')")
        db.execute("PRAGMA writable_schema = ON")
        db.execute("INSERT INTO sqlite_schema VALUES(?, ?, ?, ?, ?)", row)
        db.commit()
    server = start(db=closed_db, wait=False)
    assert server.exit_code() != 0
    assert "is damaged" in server.log()


@contextlib.contextmanager
def full_for_what_starts():
    """Whoever is started meanwhile finds the disk full, and goes on finding it so."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield before
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("end", ["stop", "kill9"])
def test_a_restart_on_a_full_disk_serves_what_is_there(server, end):
    code, tokens = authorize(server), sign_in(server)
    getattr(server, end)()
    with full_for_what_starts() as before:
        server.restart()
    server.wait_log("the database cannot be written to: what is in it is served")
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert_unavailable(redeem(server, code))
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
    assert redeem(server, code).status_code == 200


def test_a_changed_fixture_on_a_full_disk_is_not_passed_over(start, tmp_path):
    server = start(db=tmp_path / "state.db")
    server.stop()
    with full_for_what_starts():
        other = start("--profile", "standard", db=tmp_path / "state.db", wait=False)
        assert other.exit_code() != 0
    assert "the fixture cannot be stored" in other.log()
