"""Signals interrupt system calls (EINTR); a server that is written for it does not show."""

import os
import pathlib
import struct
import subprocess

import pytest

from support import ROOT, assert_error, authorize, proves, redeem, refresh, revoke, sign_in, userinfo

CALLS = ["read", "write", "pread", "pwrite", "recv", "send", "accept", "epoll"]


@pytest.fixture
def interrupted(tmp_path):
    """(env, counts): a server with this environment has each of these calls interrupted once; counts() says how often."""
    library, file = tmp_path / "interrupted.so", tmp_path / "counts"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, ROOT / "tests/flow/interrupted.c", "-ldl"], check=True)
    options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))

    def counts():
        return dict(zip(CALLS, struct.unpack(f"{len(CALLS)}Q", pathlib.Path(file).read_bytes())))

    return {"LD_PRELOAD": str(library), "ASAN_OPTIONS": options, "INTERRUPTED": str(file)}, counts


@proves("CON-05")
def test_interrupted_at_every_call_it_answers_as_ever(start, interrupted):
    env, counts = interrupted
    server = start(db=True, env=env)
    for _ in range(10):
        tokens = sign_in(server)
        tokens = refresh(server, tokens["refresh_token"]).json()
        assert userinfo(server, tokens["access_token"]).json()["sub"] == "1001"
        code = authorize(server)
        assert redeem(server, code).status_code == 200
        assert_error(redeem(server, code), "invalid_grant")
        assert revoke(server, tokens["refresh_token"]).status_code == 200
        assert userinfo(server, tokens["access_token"]).status_code == 401
    before = counts()
    assert all(before[call] > 0 for call in CALLS), before
    server.restart()
    assert userinfo(server, sign_in(server)["access_token"]).status_code == 200
    assert counts()["pwrite"] > before["pwrite"]
    assert server.stop() == 0
    said = [line.split('event="')[1].split('"')[0] for line in server.log().splitlines()]
    serving, ending = "serving, for tests only", "SIGTERM: finishing what is in flight"
    went_well = ("signed in", "consented", "code issued", "tokens issued", "refreshed", "revoked")
    elsewhere = "asked by another name than the issuer's"  # the port is another than before, the issuer is not
    assert [event for event in said if event not in went_well] == [
        serving, *["refused"] * 20, ending, serving, elsewhere, ending]
    assert said.count("refreshed") == said.count("revoked") == 10
