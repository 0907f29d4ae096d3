"""makeshift ctl: the control door from a shell. What each command asks is written down by a server of the test's own, and
is what the real door takes."""

import functools
import json
import re
import shlex
import signal
import subprocess
import urllib.parse

import jsonschema
import pytest

from support import JWKS, PROGRAM, default_fixture
from support_tools import NOBODY, TOOLS, recording, run

MATCH = {"endpoint": "token"}

# What the example of each command asks: method, target below /_makeshift/, body.
ASKS = {
    "health": ("GET", "health", None),
    "openapi": ("GET", "openapi.json", None),
    "operation list": ("GET", "operations", None),
    "tenant new": ("POST", "tenants", {"name": "pr-7", "fork_of": "default", "ttl": "10m"}),
    "tenant list": ("GET", "tenants", None),
    "tenant get": ("GET", "tenants/pr-7", None),
    "tenant patch": ("PATCH", "tenants/pr-7", {"issuer": "http://localhost:32768"}),
    "tenant delete": ("DELETE", "tenants/pr-7", None),
    "tenant clear": ("DELETE", "tenants", None),
    "clock get": ("GET", "clock", None),
    "clock advance": ("POST", "clock", {"advance": "5m"}),
    "clock set": ("POST", "clock", {"set": "2026-01-01T00:00:00Z", "freeze": True}),
    "clock freeze": ("POST", "clock", {"freeze": True}),
    "clock resume": ("POST", "clock", {"resume": True}),
    "clock skew": ("POST", "clock", {"skew": "-10m"}),
    "key list": ("GET", "keys", None),
    "key get": ("GET", "keys/KID", None),
    "key add": ("POST", "keys", {"alg": "RS256"}),
    "key rotate": ("POST", "keys/rotate", {}),
    "key delete": ("DELETE", "keys/KID", None),
    "jwks get": ("GET", "jwks", None),
    "jwks serve": ("PUT", "jwks", {"serve": "stale"}),
    "reset": ("POST", "reset", {"keep": ["clock"]}),
    "snapshot make": ("POST", "snapshots", {"name": "before"}),
    "snapshot list": ("GET", "snapshots", None),
    "snapshot get": ("GET", "snapshots/before", None),
    "snapshot restore": ("POST", "snapshots/before/restore", None),
    "snapshot delete": ("DELETE", "snapshots/before", None),
    "snapshot clear": ("DELETE", "snapshots", None),
    "sign-in add": ("POST", "sign-ins", {"user": "max.member@example.com", "decision": "deny"}),
    "sign-in list": ("GET", "sign-ins", None),
    "sign-in get": ("GET", "sign-ins/1", None),
    "sign-in delete": ("DELETE", "sign-ins/1", None),
    "sign-in clear": ("DELETE", "sign-ins", None),
    "try new": ("POST", "tries", {"client_id": "demo-web"}),
    "interaction list": ("GET", "interactions", None),
    "interaction get": ("GET", "interactions/1", None),
    "interaction answer": ("POST", "interactions/1", {"decision": "approve"}),
    "fault add": ("POST", "faults", {"fault": "lost_reply", "times": 1}),
    "fault list": ("GET", "faults", None),
    "fault get": ("GET", "faults/1", None),
    "fault delete": ("DELETE", "faults/1", None),
    "fault clear": ("DELETE", "faults", None),
    "fault catalogue": ("GET", "faults/catalogue", None),
    "latch add": ("POST", "latches", {"match": {"endpoint": "token", "grant_type": "refresh_token"}, "when": "before",
                                      "timeout": "20s"}),
    "latch list": ("GET", "latches", None),
    "latch get": ("GET", "latches/1?held=5&wait=10s", None),
    "latch release": ("POST", "latches/1/release", {"order": [3, 1, 2]}),
    "latch delete": ("DELETE", "latches/1", None),
    "latch clear": ("DELETE", "latches", None),
    "journal list": ("GET", "journal?endpoint=token&since=12", None),
    "journal get": ("GET", "journal/12", None),
    "journal clear": ("DELETE", "journal", None),
    "verify": ("POST", "journal/verify", {"wait": "10s", "match": MATCH, "times": {"exactly": 3}}),
    "grant list": ("GET", "grants?user=max.member%40example.com", None),
    "grant get": ("GET", "grants/1", None),
    "grant delete": ("DELETE", "grants/1", None),
    "token list": ("GET", "tokens?kind=refresh&client_id=demo-web", None),
    "token new": ("POST", "tokens", {"user": "max.member@example.com", "client_id": "demo-web", "bad": "expired"}),
    "token inspect": ("POST", "tokens/inspect", {"token": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}),
    "session list": ("GET", "sessions?user=max.member%40example.com", None),
    "session new": ("POST", "sessions", {"user": "max.member@example.com"}),
    "session delete": ("DELETE", "sessions/1", None),
    "session clear": ("DELETE", "sessions", None),
    "consent list": ("GET", "consents?client_id=demo-web", None),
    "consent clear": ("DELETE", "consents?user=max.member%40example.com", None),
    "revoke": ("POST", "revocations", {"user": "max.member@example.com"}),
    "expire": ("POST", "expirations", {"all": True, "kind": "access"}),
    "user list": ("GET", "users", None),
    "user get": ("GET", "users/max.member%40example.com", None),
    "user put": ("PUT", "users/eve", {"email": "eve@example.com"}),
    "user patch": ("PATCH", "users/max.member%40example.com", {"name": "Max"}),
    "user delete": ("DELETE", "users/max.member%40example.com", None),
    "client list": ("GET", "clients", None),
    "client get": ("GET", "clients/demo-web", None),
    "client put": ("PUT", "clients/spa", {"client_id": "spa"}),
    "client patch": ("PATCH", "clients/demo-web", {"code_ttl": 5}),
    "client delete": ("DELETE", "clients/demo-web", None),
}


def listed():
    """The words of all commands, as help lists them."""
    lines = re.findall(r"^  ctl (.+)$", run("ctl", "--help").stdout, re.M)
    return [re.split(r" (?=[\[A-Z])", line)[0] for line in lines]


@functools.cache
def help_of(words):
    result = run("ctl", *words.split(), "--help", program=TOOLS)
    assert result.returncode == 0, result.stderr
    return result.stdout


def example_of(words):
    """The arguments behind "makeshift" in the command's example."""
    return shlex.split(re.search(r"^Example:\n\n  makeshift (.+)$", help_of(words), re.M)[1])


def asked_by(arguments, cwd, *answers):
    """The requests that these arguments make, and what became of the command."""
    with recording(*(answers or [(200, {})])) as server:
        result = run(*arguments, env={"MAKESHIFT_URL": server.url}, cwd=cwd)
        return server.asked, result


def test_every_command_is_listed_and_no_other():
    assert sorted(listed()) == sorted(ASKS)


@pytest.mark.parametrize("words", ASKS)
def test_the_example_of_a_command_asks_what_it_says(words, tmp_path):
    (tmp_path / "client.json").write_text('{"client_id": "spa"}', "utf-8")
    method, target, body = ASKS[words]
    arguments = example_of(words)
    assert arguments[:len(words.split()) + 1] == ["ctl", *words.split()]
    asked, result = asked_by(arguments, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert [(one.method, one.target, one.json()) for one in asked] == [(method, "/_makeshift/" + target, body)]
    assert asked[0].headers["Content-Type"] == ("application/json" if body is not None else None)
    assert asked[0].headers["Accept"] == "application/json"
    assert "Authorization" not in asked[0].headers


def test_every_command_has_the_options_that_say_which_server():
    for words in ASKS:
        for option in ("--url URL", "--tenant NAME", "--control-token TOKEN", "--ca FILE", "--output FILE"):
            assert f"\n  {option}\n" in help_of(words), words


# -- against what the door says it takes ------------------------------------------------------------------------------


def operations(server):
    """{(method, path)}: the operation, as the door's own document has it."""
    document = server.get("/_makeshift/openapi.json").json()
    return {(method.upper(), path.lstrip("/")): operation for path, methods in document["paths"].items()
            for method, operation in methods.items() if method in ("get", "post", "put", "patch", "delete")}


def fits(template, path):
    return re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path)


def operation_of(all_of_them, method, target):
    """Exact paths come before those with braces."""
    path = target.split("?")[0]
    found = [key for key in all_of_them if key[0] == method and fits(key[1], path)]
    return min(found, key=lambda key: key[1].count("{"), default=None)


def schema_of(operation):
    return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")


def query_of(operation):
    return {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}


def test_users_and_clients_of_the_examples_are_those_of_the_built_in_fixture():
    names = {user["email"] for user in default_fixture()["users"]} | {client["client_id"] for client in default_fixture()["clients"]}
    for words in set(ASKS) - {"user put", "client put"}:
        said = re.findall(r"\S+@\S+|demo-\S+", " ".join(example_of(words)))
        assert set(said) <= names, words


def test_every_operation_of_the_door_is_a_command(server):
    all_of_them = operations(server)
    reached = {operation_of(all_of_them, method, target) for method, target, _ in ASKS.values()}
    assert set(all_of_them) - reached - {("GET", "audit")} == set()  # makeshift audit is a command of its own


def test_every_example_is_what_the_door_takes(server):
    all_of_them = operations(server)
    for words, (method, target, body) in ASKS.items():
        key = operation_of(all_of_them, method, target)
        assert key is not None, f"{words}: the door has no {method} {target}"
        schema = schema_of(all_of_them[key])
        assert body is None or schema is not None, f"{words}: {key} takes no body"
        if body is not None:
            jsonschema.validate(body, schema)
        names = {name for name, _ in urllib.parse.parse_qsl(urllib.parse.urlsplit(target).query)}
        assert names <= query_of(all_of_them[key]), words


LOCAL = {"url", "tenant", "control-token", "ca", "json", "output", "help", "ndjson", "follow"}


def options_of(words):
    return {name for name in re.findall(r"^  --([a-z-]+)", help_of(words), re.M)} - LOCAL


def as_options(names):
    return {name.replace("_", "-") for name in names}


def members_of(operation):
    """The options that could stand for the members of its body and the parameters of its query."""
    names = query_of(operation)
    for name, member in (schema_of(operation) or {}).get("properties", {}).items():
        # What these hold are options of their own; `match` is given whole where it is not about what is counted.
        names |= set(member["properties"]) if name == "times" and "properties" in member else {name}
    return as_options(names)


def matched_by(operation):
    match = (schema_of(operation) or {}).get("properties", {}).get("match", {})
    return as_options(match.get("properties", {}))


def test_what_the_door_takes_are_the_options_of_its_commands(server):
    """And what a command takes by its position, or always sends."""
    all_of_them = operations(server)
    lacking = {key: members_of(operation) for key, operation in all_of_them.items()}
    for words, (method, target, body) in ASKS.items():
        key = operation_of(all_of_them, method, target)
        options, operation = options_of(words), all_of_them[key]
        assert options <= members_of(operation) | matched_by(operation), words
        whole = "\n  JSON\n" in help_of(words)
        lacking[key] = set() if whole else lacking[key] - options - as_options(body or {})
    lacking.pop(("GET", "audit"))  # makeshift audit is a command of its own
    assert {key: names for key, names in lacking.items() if names} == {}


# -- what is given ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("arguments, body", [
    (["fault", "add", "--match", '{"endpoint":"token","parameters":{"resource":null}}', "--do", '{"status":503}'],
     {"match": {"endpoint": "token", "parameters": {"resource": None}}, "do": {"status": 503}}),
    (["fault", "add", "--client-id", "a", "--match", '{"endpoint":"token"}', "--status", "5xx", "--probability", "0.5"],
     {"match": {"endpoint": "token", "client_id": "a", "status": "5xx"}, "probability": 0.5}),
    (["fault", "add", "--do", "@do.json", "--status=400"], {"match": {"status": 400}, "do": {"close": True}}),
    (["latch", "release", "1", "--all"], {"all": True}),
    (["latch", "release", "1", "--count", "2"], {"count": 2}),
    (["latch", "release", "1", "--drop", "2"], {"drop": [2]}),
    (["latch", "release", "1"], {}),
    (["sign-in", "add", "--organization", "all", "--times", "2"], {"organization": "all", "times": 2}),
    (["sign-in", "add", "--client-id", "123"], {"client_id": "123"}),
    (["tenant", "new"], {}),
    (["tenant", "new", "--fixture", "@-"], {"fixture": {"extends": "default"}}),
    (["verify", "--at-least", "1", "--at-most", "2"], {"times": {"at_least": 1, "at_most": 2}}),
    (["verify", "--sequence", '[{"endpoint":"token"}]', "--within", "5s"], {"sequence": [MATCH], "within": "5s"}),
    (["verify", "--at-most", "0", "--since", "12"], {"times": {"at_most": 0}, "since": 12}),
    (["revoke", "--token", "abc"], {"token": "abc"}),
    (["clock", "advance", "300"], {"advance": "300"}),
])
def test_options_become_members(arguments, body, tmp_path):
    (tmp_path / "do.json").write_text('{"close": true}', "utf-8")
    with recording() as server:
        result = run("ctl", *arguments, "--url", server.url, cwd=tmp_path, stdin='{"extends": "default"}')
        assert (result.returncode, result.stderr) == (0, "")
        assert server.asked[0].json() == body


def test_what_is_given_is_one_segment_of_the_path(tmp_path):
    for given, segment in (("a/b", "a%2Fb"), ("..", ".."), ("a b?c#d", "a%20b%3Fc%23d"), ("ä", "%C3%A4")):
        asked, _ = asked_by(["ctl", "client", "get", given], tmp_path)
        assert asked[0].target == f"/_makeshift/clients/{segment}"


def test_the_server_is_named_by_option_or_variable(tmp_path):
    with recording() as server:
        for arguments, env, target in (
                (["--url", server.url + "/"], {}, "/_makeshift/clock"),
                (["--url", server.url + "/t/a/_makeshift"], {}, "/t/a/_makeshift/clock"),
                (["--url", server.url, "--tenant", "a"], {"MAKESHIFT_URL": NOBODY}, "/t/a/_makeshift/clock"),
                ([], {"MAKESHIFT_URL": server.url + "/t/b"}, "/t/b/_makeshift/clock"),
                (["--tenant", "a"], {"MAKESHIFT_URL": server.url + "/t/b"}, "/t/a/_makeshift/clock"),
                (["--tenant", "default"], {"MAKESHIFT_URL": server.url + "/t/b/_makeshift"}, "/_makeshift/clock"),
                (["--tenant", "default"], {"MAKESHIFT_URL": server.url}, "/_makeshift/clock"),
                (["--url", server.url], {"MAKESHIFT_CONTROL_TOKEN": ""}, "/_makeshift/clock"),
        ):
            assert run("ctl", "clock", "get", *arguments, env=env).returncode == 0
            assert server.asked[-1].target == target


@pytest.mark.parametrize("arguments", [
    ["--tenant", "a", "fault", "add", "lost_reply", "--times", "1"], ["fault", "--tenant", "a", "add", "lost_reply", "--times", "1"],
    ["fault", "add", "--times", "1", "lost_reply", "--tenant=a"], ["--json", "--tenant=a", "--times", "1", "fault", "add", "lost_reply"],
    ["-o", "out", "fault", "--json", "add", "--tenant", "a", "lost_reply", "--times=1"],
])
def test_options_stand_anywhere(arguments, tmp_path):
    asked, result = asked_by(["ctl", *arguments], tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert [(one.target, one.json()) for one in asked] == [("/t/a/_makeshift/faults", {"fault": "lost_reply", "times": 1})]


def test_the_doors_token_is_sent_as_a_bearer(tmp_path):
    with recording() as server:
        run("ctl", "clock", "get", "--url", server.url, "--control-token", "s3cret")
        run("ctl", "clock", "get", "--url", server.url, env={"MAKESHIFT_CONTROL_TOKEN": "other"})
        assert [one.headers["Authorization"] for one in server.asked] == ["Bearer s3cret", "Bearer other"]


# -- what is shown ----------------------------------------------------------------------------------------------------

def test_an_answer_is_shown_in_lines_or_in_one():
    with recording((200, '{"b":0.1,"a":[1,"\\u00e4"]}')) as server:
        lines = run("ctl", "clock", "get", "--url", server.url).stdout
        assert lines == '{\n  "b": 0.1,\n  "a": [\n    1,\n    "ä"\n  ]\n}\n'
        assert run("ctl", "clock", "get", "--url", server.url, "--json").stdout == '{"b":0.1,"a":[1,"ä"]}\n'


def test_an_answer_without_a_body_is_shown_as_nothing():
    with recording((204, "")) as server:
        result = run("ctl", "fault", "clear", "--url", server.url)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_file_is_written_whole_and_for_its_owner_alone(tmp_path):
    image = bytes(range(256)) * 400
    with recording((200, image, "application/vnd.sqlite3")) as server:
        result = run("ctl", "snapshot", "get", "a", "-o", "a.db", "--url", server.url, cwd=tmp_path)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
        assert (tmp_path / "a.db").read_bytes() == image
        assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
        piped = run("ctl", "snapshot", "get", "a", "--keys", "--url", server.url, text=False)
        assert piped.stdout == image
        assert server.asked[-1].target == "/_makeshift/snapshots/a?keys=1"
        result = run("ctl", "snapshot", "get", "a", "-o", "no/a.db", "--url", server.url, cwd=tmp_path)
        assert (result.returncode, result.stdout) == (4, "")
        assert result.stderr == "makeshift ctl: no/a.db cannot be written: No such file or directory; name one that is there, or make it\n"


PROBLEM = {"title": "it is wrong", "status": 422, "error": "wrong_member", "detail": "/match/endpoit: there is none\x1b[2J",
           "pointer": "/match/endpoit", "expected": "a member of match", "actual": {"a": 1}, "nearest": "endpoint"}


def test_what_the_first_line_of_a_refusal_says_is_not_said_again():
    for problem in [{"detail": "the document: it is empty", "pointer": ""},
                    {"detail": "/a: 7 is no x; expected y", "pointer": "/a", "actual": "7", "expected": "y"}]:
        with recording((422, problem, "application/problem+json")) as server:
            result = run("ctl", "fault", "add", "--url", server.url)
            assert result.stderr == f"makeshift ctl: {problem['detail']} (422)\n"
    with recording((422, {"detail": "x is too long", "actual": "s"}, "application/problem+json")) as server:
        assert run("ctl", "fault", "add", "--url", server.url).stderr.endswith("\n  actual: s\n")


def test_a_refusal_is_told_in_lines():
    with recording((422, PROBLEM, "application/problem+json")) as server:
        result = run("ctl", "fault", "add", "--match", '{"endpoit":"token"}', "--url", server.url)
        assert (result.returncode, result.stdout) == (4, "")
        assert result.stderr == ("makeshift ctl: /match/endpoit: there is none?[2J (422)\n"
                                 '  expected: a member of match\n  actual: {"a":1}\n  nearest: endpoint\n')
        result = run("ctl", "fault", "add", "--url", server.url, "--json")
        assert (result.returncode, result.stdout, json.loads(result.stderr)) == (4, "", PROBLEM)


HOSTILE = "\x1b[2J\x7f\x9b31m\u202egnp\u2028\u200b\U000e0041 \u00e4\u65e5"


@pytest.mark.parametrize("status, type, words", [
    (200, "application/json", ["client", "list"]), (200, "application/json", ["client", "list", "--json"]),
    (200, "application/x-ndjson", ["journal", "list", "--ndjson"]), (200, "text/plain", ["health"]),
    (422, "application/problem+json", ["client", "list", "--json"])])
def test_json_says_what_it_says_and_moves_no_cursor(status, type, words):
    answer = {"detail": HOSTILE, HOSTILE: [HOSTILE]}
    with recording((status, json.dumps(answer, ensure_ascii=False) + "\n", type)) as server:
        result = run("ctl", *words, "--url", server.url)
        shown = result.stdout or result.stderr
        assert json.loads(shown) == answer
        assert "\u00e4\u65e5" in shown and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u200b\U000e0041]", shown)


def test_a_tenant_that_is_not_there_is_told_in_one_line(server):
    result = run("ctl", "clock", "get", "--url", server.issuer, "--tenant", "gone")
    said = "makeshift ctl: there is no tenant 'gone'; POST /_makeshift/tenants makes one (404)\n"
    assert (result.returncode, result.stdout, result.stderr) == (4, "", said)


def test_what_did_not_come_true_is_told_with_what_came_near():
    misses = [{"id": 3, "differences": []}, {"id": 4}]
    with recording((417, {"title": "not true", "status": 417, "seen": 2, "nearest": misses}, "application/problem+json")) as server:
        result = run("ctl", "verify", "--exactly", "3", "--url", server.url)
        assert result.returncode == 1
        assert result.stderr == ('makeshift ctl: not true (417)\n  seen: 2\n'
                                 '  nearest: {"id":3,"differences":[]}\n  nearest: {"id":4}\n')


@pytest.mark.parametrize("answer", [(404, "<p>no</p>", "text/html"), (500, "", "text/plain"), (302, "", "text/plain"), (404, "[]")])
def test_who_is_no_makeshift_is_no_door(answer):
    with recording(answer) as server:
        result = run("ctl", "clock", "get", "--url", server.url)
        assert result.returncode == 3
        assert result.stderr == f"makeshift ctl: the answer is {answer[0]}, and not a control door's\n"


def test_nobody_is_a_code_of_its_own():
    result = run("ctl", "clock", "get", "--url", NOBODY)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith(f"makeshift ctl: no answer from {NOBODY}/_makeshift/clock: ")
    with recording(None) as server:
        assert run("ctl", "clock", "get", "--url", server.url).returncode == 3


def test_a_reader_that_leaves_is_no_failure_to_be_told():
    with recording((200, {"items": ["x" * 1000] * 1000})) as server:
        result = subprocess.run(f"{PROGRAM} ctl clock get --url {server.url} | head -n 1", shell=True, capture_output=True,
                                text=True, check=False, timeout=60)
        assert (result.returncode, result.stdout, result.stderr) == (0, "{\n", "")


def test_what_comes_is_followed():
    items = [{"id": 7, "endpoint": "token"}, {"id": 9, "endpoint": "jwks"}]
    with recording((200, {"items": items[:1]}), (417, {"title": "no"}), (200, {"items": []}), (200, {"items": items[1:]}), None) as server:
        result = run("ctl", "journal", "list", "--endpoint", "token", "--follow", "--url", server.url)
        assert result.returncode == 3  # the server is gone
        assert [json.loads(line) for line in result.stdout.splitlines()] == items
        targets = [one.target.split("?")[1] for one in server.asked]
        assert targets == [f"endpoint=token&since={last}&wait=20s" for last in (0, 7, 7, 7, 9)]


def test_following_ends_when_it_is_interrupted(server):
    asked = [TOOLS, "ctl", "journal", "list", "--follow", "--url"]
    with recording((200, {"items": [{"id": 1}]}), (417, {"title": "no"})) as fake:
        # What is started beside other commands of a script ignores the signal, and so would its children.
        with subprocess.Popen([*asked, fake.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as following:
            try:
                assert following.stdout.readline() == '{"id":1}\n'
                following.send_signal(signal.SIGINT)
                assert following.wait(30) == -signal.SIGINT
            finally:
                following.kill()


def test_a_match_of_the_journal_is_read_from_a_file(tmp_path):
    (tmp_path / "match.json").write_text('{ "endpoint": "token" }', "utf-8")
    asked, _ = asked_by(["ctl", "journal", "list", "--match", "@match.json"], tmp_path)
    assert urllib.parse.unquote(asked[0].target) == '/_makeshift/journal?match={"endpoint":"token"}'


def test_a_journal_is_exported_in_lines():
    text = '{"id":1}\n{"id":2}\n'
    with recording((200, text, "application/x-ndjson")) as server:
        assert run("ctl", "journal", "list", "--ndjson", "--url", server.url).stdout == text
        assert server.asked[0].headers["Accept"] == "application/x-ndjson"
        assert server.asked[0].target == "/_makeshift/journal"


# -- what is wrong ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("arguments, said", [
    ([], "what is to be done? makeshift ctl --help lists it"),
    (["clock"], "what is to be done with it? clock knows get, advance, set, freeze, resume, skew"),
    (["clok", "get"], "there is no 'clok'; did you mean 'clock'?"),
    (["weather", "get"], "there is no 'weather'; ctl knows health, openapi, operation, tenant, clock, key, jwks, reset, snapshot, "),
    (["clock", "advacne", "5m"], "there is no 'advacne' here; did you mean 'advance'? clock knows get, advance, set, freeze, resume, skew"),
    (["clock", "nothing"], "there is no 'nothing' here; clock knows get, advance, set, freeze, resume, skew"),
    (["--tenat", "a", "clock", "get"], "there is no option '--tenat'; did you mean '--tenant'?"),
    (["--tenant", "a"], "what is to be done? makeshift ctl --help lists it"),
    (["--tenant", "a", "clock"], "what is to be done with it? clock knows get"),
    (["clock", "advance"], "DURATION is missing"),
    (["clock", "advance", "5m", "6m"], "'6m' is one too many"),
    (["tenant", "delete", ""], "NAME is empty"),
    (["fault", "add", "--tims", "1"], "there is no option '--tims' here; did you mean '--times'?"),
    (["fault", "add", "--match", "{"], "--match is no JSON: line 1, column 1: "),
    (["fault", "add", "--match", '{"a":1,"a":2}'], "--match is no JSON: line 1, column "),
    (["fault", "add", "--match", "@none.json"], "--match 'none.json' cannot be opened: No such file or directory"),
    (["fault", "add", "--match", "[]", "--endpoint", "token"], "--endpoint needs an object beside it"),
    (["latch", "release", "1", "--all=yes"], "--all takes no value"),
    (["journal", "list", "--wait", "soon"], "'soon' is no value of --wait; expected a duration such as"),
    (["journal", "list", "--follow", "--since", "x"], "--since needs a number"),
    (["clock", "get", "--url", "localhost:8080"], "'localhost:8080' is no URL of a server; expected one such as"),
])
def test_a_wrong_command_line_asks_nobody(arguments, said, tmp_path):
    with recording() as server:
        result = run("ctl", *arguments, env={"MAKESHIFT_URL": server.url}, cwd=tmp_path)
        assert result.returncode == 2
        assert result.stderr.splitlines()[0].startswith(f"makeshift ctl: {said}")
        assert (result.stdout, server.asked) == ("", [])


def test_bytes_that_are_no_utf_8_ask_nobody(tmp_path):
    with recording() as server:
        result = subprocess.run([TOOLS, "ctl", "clock", "advance", b"\xff", "--url", server.url], capture_output=True,
                                check=False, timeout=60)
        assert (result.returncode, result.stderr[:46]) == (2, b"makeshift ctl: --advance is not UTF-8\n")
        assert server.asked == []


@pytest.mark.parametrize("arguments", [
    ["clock", "--help"], ["--help", "clock"], ["--tenant", "a", "clock", "-h"], ["help", "clock"], ["clock", "help"]])
def test_a_resource_lists_its_own_commands(arguments):
    text = run("ctl", *arguments).stdout
    assert re.findall(r"^  ctl (\S+ \S+)", text, re.M) == [
        "clock get", "clock advance", "clock set", "clock freeze", "clock resume", "clock skew"]


# -- against the door -------------------------------------------------------------------------------------------------

def ctl(server, *arguments, code=0):
    result = run("ctl", *arguments, "--url", server.base, "--json")
    assert result.returncode == code, result.stderr
    text = result.stdout if code == 0 else result.stderr
    return json.loads(text) if text else None


def test_the_clock_is_moved(server):
    ctl(server, "clock", "set", "2026-01-01T00:00:00Z", "--freeze")
    assert ctl(server, "clock", "advance", "5m")["now"] == "2026-01-01T00:05:00Z"
    assert ctl(server, "clock", "skew", "-10m")["skew"] == -600
    assert ctl(server, "clock", "get")["frozen"] is True
    assert ctl(server, "clock", "resume")["frozen"] is False
    problem = ctl(server, "clock", "advance", "soon", code=4)
    assert (problem["status"], problem["pointer"]) == (422, "/advance")


def test_a_tenant_is_made_steered_and_ended(server):
    made = ctl(server, "tenant", "new", "a", "--clock", "2026-01-01T00:00:00Z")
    assert made["issuer"] == server.issuer + "/t/a"
    assert ctl(server, "clock", "get", "--tenant", "a")["now"] == "2026-01-01T00:00:00Z"
    assert run("healthcheck", made["control"]).returncode == 0
    ctl(server, "tenant", "delete", "a")
    assert ctl(server, "tenant", "get", "a", code=4)["status"] == 404


def test_a_fault_is_added_fires_and_is_used_up(server):
    fault = ctl(server, "fault", "add", "--endpoint", "jwks", "--times", "1", "--do", '{"status":503}')
    assert [server.get(JWKS).status_code for _ in range(2)] == [503, 200]
    assert ctl(server, "fault", "get", fault["id"])["fired"] == 1
    assert ctl(server, "fault", "add", "lost_rpely", code=4)["nearest"] == "lost_reply"


def test_a_latch_is_waited_for_in_vain(server):
    latch = ctl(server, "latch", "add", "--endpoint", "jwks", "--when", "before")
    problem = ctl(server, "latch", "get", latch["id"], "--held", "1", "--wait", "100ms", code=1)
    assert (problem["status"], problem["seen"]) == (417, 0)
    ctl(server, "latch", "delete", latch["id"])


def test_a_snapshot_is_a_file_that_db_opens(server, start, tmp_path):
    ctl(server, "snapshot", "make", "before")
    ctl(server, "snapshot", "get", "before", "-o", str(tmp_path / "before.db"))
    ctl(server, "snapshot", "restore", "before")
    ctl(server, "reset")
    assert start(db=tmp_path / "before.db").get("/_makeshift/health").status_code == 200
