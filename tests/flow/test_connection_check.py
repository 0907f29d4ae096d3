"""makeshift connection check: what is wrong in a connection is found before anybody runs it."""

import json
import re
import xml.etree.ElementTree

import pytest

import support_oauth1 as oauth1
from support_connections import GOOD, changed, put
from support_tools import run

LINE = re.compile(r"^(?P<file>.+?):(?P<line>\d+): (?P<level>error|warning): (?:(?P<pointer>/\S*): )?(?P<says>.*) \[(?P<rule>[a-z-]+)\]$")


def check(tmp_path, connection, *options):
    result = run("connection", "check", put(tmp_path, connection), *options)
    assert result.stderr == ""
    return result.returncode, [LINE.match(line) for line in result.stdout.splitlines()[:-1]]


def test_a_connection_as_documented_is_found_good_even_strictly(tmp_path):
    assert check(tmp_path, GOOD, "--strict") == (0, [])


ERRORS = [
    ("directive", [("tokens", {})], "/tokens", "did you mean 'token'?"),
    ("member", [("token.respones", {})], "/token/respones", "did you mean 'response'?"),
    ("member", [("token.query", {})], "/token/query", "expected one of url, endpoint, input, encodeUrl, method, headers, qs, "),
    ("directive", [("pagination", {})], "/pagination", "expected one of preauthorize, authorize, token, "),
    ("member", [("token.response.datas", {})], "/token/response/datas", "did you mean 'data'?"),
    ("type", [("token.headers", "x")], "/token/headers", "found 'x'; expected an object"),
    ("type", [("info", True)], "/info", "found true; expected a request"),
    ("type", [("info", 5)], "/info", "found 5; expected a request"),
    ("type", [("token.timeout", -5)], "/token/timeout", "found -5; expected milliseconds, 1 to 300000"),
    ("type", [("token.timeout", "soon")], "/token/timeout", "found 'soon'; expected milliseconds"),
    ("type", [("info.response.metadata", {"value": "\u017e" * 513})], "/info/response/metadata/value",
     "found 513 characters; expected a text of 512 characters at most"),
    ("type", [("token.response.error", "{{body.error}}" + "x" * 1011)], "/token/response/error", "found 1025 characters"),
    ("word", [("token.method", "PSOT")], "/token/method", "did you mean 'POST'?"),
    ("word", [("token.type", "form")], "/token/type", "expected json, urlencoded"),
    ("word", [("token.response.error", {"401": {"type": "AuthError"}})], "/token/response/error/401/type", "found 'AuthError'"),
    ("not-in-connections", [("token.aws", {})], "/token/aws", "for modules"),
    ("not-in-connections", [("token.pagination", {})], "/token/pagination", "for modules"),
    ("not-in-connections", [("info.response.limit", 1)], "/info/response/limit", "for modules"),
    ("not-in-connections", [("info.response.iterate", "x")], "/info/response/iterate", "for modules"),
    ("not-in-connections", [("info.response.output", "x")], "/info/response/output", "for modules"),
    ("flow", [("token", None)], None, "no directive gets a token"),
    ("flow", [("authorize", None), ("refresh", None)], "/token", '"condition": true'),
    ("relative-url", [("info.url", "/me")], "/info/url", "found '/me'; expected an absolute URL"),
    ("relative-url", [("info.url", None)], "/info", "has no url"),
    ("state", [("authorize.qs.state", "{{uuid}}")], "/authorize/qs/state", "checks state by itself"),
    ("iml", [("info.url", "https://x.example/{{a +}}")], "/info/url", "where a value is due"),
    ("iml", [("authorize.qs.scope", "{{join(oauth.scope; ' ')}}")], "/authorize/qs/scope", "semicolon"),
    ("iml", [("info.qs", {"{{": 1})], "/info/qs/{{", "where a value is due"),
    ("variable", [("info.url", "{{body.url}}")], "/info/url", "'body' is there in responses alone"),
    ("variable", [("token.body.code", "{{query.code}}")], "/token/body/code", "response of authorize alone; keep it in temp"),
    ("variable", [("info.response.uid", "{{query.id}}")], "/info/response/uid", "response of authorize alone"),
    ("variable", [("info.url", "{{paramters.url}}")], "/info/url", "did you mean 'parameters'?"),
    ("variable", [("authorize.qs.scope", "{{oauth.scopes}}")], "/authorize/qs/scope", "did you mean 'scope'?"),
]


@pytest.mark.parametrize(("rule", "changes", "pointer", "says"), ERRORS)
def test_an_error_is_told_with_its_place_and_what_was_expected(tmp_path, rule, changes, pointer, says):
    code, findings = check(tmp_path, changed(*changes))
    assert code == 1
    errors = [finding for finding in findings if finding["level"] == "error"]
    assert [(error["rule"], error["pointer"]) for error in errors] == [(rule, pointer)]
    assert says in errors[0]["says"]


OAUTH1 = oauth1.connection("https://x.example")

OAUTH1_FINDINGS = [
    (1, "member", [("oauth.consumerKey", "x")], "/oauth/consumerKey", "did you mean 'consumer_key'?"),
    (1, "member", [("info.oauth.secret", "x")], "/info/oauth/secret", "no member of this name"),
    (1, "word", [("oauth.signature_method", "HMAC-SHA256")], "/oauth/signature_method", "expected HMAC-SHA1, RSA-SHA1 or PLAINTEXT"),
    (1, "word", [("info.oauth.transport_method", "headers")], "/info/oauth/transport_method", "did you mean 'header'?"),
    (1, "type", [("oauth.token", 1)], "/oauth/token", "found 1; expected an expression"),
    (0, "signature", [("authorize.oauth", None)], "/authorize", "the person takes no token along"),
    (0, "signature", [("accessToken.oauth.verifier", None)], "/accessToken", "its oauth has no verifier"),
    (0, "signature", [("requestToken.oauth", {"signature_method": "RSA-SHA1"})], "/requestToken", "RSA-SHA1 signs with private_key, and there is none"),
    (0, "sanitize", [("requestToken.log", None)], "/requestToken", 'have "response.body.oauth_token", "response.body.oauth_token_secret"'),
    (0, "sanitize", [("requestToken.log", None), ("requestToken.response.temp", {"token_secret": "{{body.oauth_token_secret}}"})], "/requestToken",
     'have "response.body.oauth_token_secret"'),
    (0, "sanitize", [("accessToken.log.sanitize", ["response.body.oauth_token"])], "/accessToken", 'have "response.body.oauth_token_secret"'),
]


@pytest.mark.parametrize(("code", "rule", "changes", "pointer", "says"), OAUTH1_FINDINGS)
def test_what_is_wrong_with_oauth_1_is_told(tmp_path, code, rule, changes, pointer, says):
    found, findings = check(tmp_path, changed(*changes, of=OAUTH1))
    assert (found, [(one["rule"], one["pointer"]) for one in findings]) == (code, [(rule, pointer)])
    assert says in findings[0]["says"]


def test_oauth_1_that_nobody_signs_is_told_for_each_request(tmp_path):
    _, findings = check(tmp_path, changed(("oauth", None), of=OAUTH1))
    assert [(one["rule"], one["pointer"]) for one in findings] == [("signature", "/requestToken"), ("signature", "/accessToken")]
    assert "there is no consumer_key" in findings[0]["says"]


WARNINGS = [
    ("function", [("info.response.uid", "{{frist(body.ids)}}")], "/info/response/uid", "did you mean 'first'?"),
    ("unset", [("token.body.code", "{{temp.cod}}")], "/token/body/code", "no step sets temp.cod; did you mean 'code'?"),
    ("unset", [("token.body.x", "{{temp.elsewhere}}")], "/token/body/x", "no step sets temp.elsewhere"),
    ("unset", [("refresh.body.refresh_token", "{{data.refreshtoken}}")], "/refresh/body/refresh_token", "did you mean 'refreshToken'?"),
    ("unset", [("info.headers.Authorization", "Bearer {{connection.accesToken}}")], "/info/headers/Authorization", "did you mean 'accessToken'?"),
    ("parse-date", [("token.response.data.expires", "{{parseDate(body.at, 'Europe/Prague')}}")], "/token/response/data/expires", "the third"),
    ("reserved-parameter", [("info.qs", {"t": "{{parameters.teamID}}"})], "/info/qs/t", "found teamID"),
    ("redirect-uri", [("token.body.redirect_uri", "{{oauth.redirectUri}}")], "/token/body/redirect_uri",
     "this is at www.integromat.com, and authorize's is at www.make.com"),
    ("redirect-uri", [("authorize.qs.redirect_uri", "https://www.make.com/oauth/cb/app")], "/authorize/qs/redirect_uri", "written out"),
    ("redirect-uri", [("token.body.redirect_uri", "https://www.make.com/oauth/cb/app")], "/token/body/redirect_uri", "expected {{oauth.makeRedirectUri}}"),
    ("request-type", [("token.type", None)], "/token", '"type": "urlencoded"'),
    ("request-type", [("refresh.type", "json")], "/refresh", '"type": "urlencoded"'),
    ("short-verifier", [("token.body.code_verifier", "{{temp.v}}"), ("preauthorize", {"url": "https://x.example/", "temp": {"v": "{{uuid}}"}}),
                        ("token.log.sanitize", ["request.body", "response.body"])],
     "/token/body/code_verifier", "found 36 characters"),
    ("refresh-condition", [("refresh.condition", None)], "/refresh", "runs at every use"),
    ("refresh-never-due", [("token.response.data.expires", None)], "/refresh/condition", "nothing stores data.expires"),
    ("refresh-never-due", [("refresh.response.data.expires", None)], "/refresh", "no new data.expires"),
    ("refresh-token", [("refresh.response.data.refreshToken", None)], "/refresh/response/data", "rotates refresh tokens"),
    ("expires", [("token.response.expires", "{{addSeconds(now, body.expires_in)}}")], "/token/response/expires", "authorize again"),
    ("expires", [("token.response.expires", None)], "/token/response", "addMonths(now, 6)"),
    ("sanitize", [("token.log", None)], "/token", '"request.body.code", "request.body.client_secret", "response.body.access_token"'),
    ("sanitize", [("token.log", {"sanitize": []})], "/token", '"response.body.access_token", "response.body.refresh_token"'),
    ("sanitize", [("token.response.temp", {"t": "{{body.id_token}}"}), ("token.log.sanitize", ["request.body", "response.body.access_token",
                                                                                                "response.body.refresh_token"])],
     "/token", 'to have "response.body.id_token"'),
    ("sanitize", [("info.log.sanitize", ["request.body"])], "/info", '"request.headers.Authorization"'),
]


@pytest.mark.parametrize(("rule", "changes", "pointer", "says"), WARNINGS)
def test_a_warning_counts_when_it_is_strict_alone(tmp_path, rule, changes, pointer, says):
    connection = changed(*changes)
    code, findings = check(tmp_path, connection)
    assert code == 0
    assert [(one["level"], one["rule"], one["pointer"]) for one in findings] == [("warning", rule, pointer)]
    assert says in findings[0]["says"]
    assert check(tmp_path, connection, "--strict")[0] == 1


KNOWN = [
    ("https://www.integromat.com/oauth/cb/app", "{{oauth.makeRedirectUri}}", "this is at www.make.com, and the provider knows the one at www.integromat.com"),
    ("https://www.make.com/oauth/cb/app", "{{oauth.redirectUri}}", "this is at www.integromat.com, and the provider knows the one at www.make.com"),
    ("https://www.make.com/oauth/cb/app", "{{oauth.makeRedirectUri}}", None),
    ("https://www.integromat.com/oauth/cb/app", "{{oauth.redirectUri}}", None),
    ("https://elsewhere.example/callback", "{{oauth.redirectUri}}", None),
]


@pytest.mark.parametrize(("known", "sent", "says"), KNOWN)
def test_the_redirect_uri_that_the_provider_knows_is_the_one_that_is_sent(tmp_path, known, sent, says):
    connection = changed(("authorize.qs.redirect_uri", sent), ("token.body.redirect_uri", sent))
    code, findings = check(tmp_path, connection, "--redirect-uri", known, "--strict")
    assert (code, [(one["rule"], one["pointer"]) for one in findings]) == ((1, [("redirect-uri", "/authorize/qs/redirect_uri")]) if says else (0, []))
    assert says is None or says in findings[0]["says"]


FIELDS = [{"name": "apiKey", "type": "text"},
          {"name": "kind", "type": "select", "options": [{"value": "a", "nested": [{"name": "teamID", "type": "text"}]}]},
          {"name": "accountName", "type": "text", "label": "Account name"}]


def test_a_parameter_by_a_name_of_makes_own_is_found_in_the_list_of_them(tmp_path):
    code, findings = check(tmp_path, FIELDS)
    assert (code, [(one["rule"], one["pointer"]) for one in findings]) == (
        0, [("reserved-parameter", "/1/options/0/nested/0/name"), ("reserved-parameter", "/2/name")])
    assert "found 'accountName'; expected another name" in findings[1]["says"]
    assert check(tmp_path, FIELDS, "--strict")[0] == 1
    assert check(tmp_path, FIELDS[:1], "--strict") == (0, [])


def test_a_list_of_requests_is_no_list_of_parameters(tmp_path):
    code, findings = check(tmp_path, [GOOD["token"]])
    assert (code, findings[0]["rule"], "a connection is an object" in findings[0]["says"]) == (1, "type", True)


def test_the_parameters_of_a_folders_connections_are_looked_at(tmp_path):
    put(tmp_path, GOOD, "one.iml.json")
    (tmp_path / "one.params.iml.json").write_text(json.dumps(FIELDS), "utf-8")
    files = {"communication": "one.iml.json", "params": "one.params.iml.json", "common": "none.json"}
    (tmp_path / "makecomapp.json").write_text(json.dumps({"components": {"connection": {"one": {"codeFiles": files}}}}), "utf-8")
    assert run("connection", "check", tmp_path).stdout.splitlines()[-1] == "2 files: 0 errors, 2 warnings"


def test_a_verifier_of_two_uuids_is_long_enough(tmp_path):
    connection = changed(("token.body.code_verifier", "{{temp.v}}"), ("token.log.sanitize", ["request.body", "response.body"]),
                         ("preauthorize", {"url": "https://x.example/", "temp": {"v": "{{uuid}}{{uuid}}"}}))
    assert check(tmp_path, connection, "--strict") == (0, [])


def test_the_line_is_that_of_the_file_with_its_comments(tmp_path):
    file = put(tmp_path, changed(("info.url", "/me")))
    result = run("connection", "check", file)
    number = next(i for i, line in enumerate(file.read_text("utf-8").splitlines(), 1) if '"/me"' in line)
    assert result.stdout.startswith(f"{file}:{number}: error: /info/url: ")


def test_what_is_no_json_is_told_with_its_line(tmp_path):
    file = tmp_path / "connection.json"
    file.write_text('{ // "a": [\n"token": {"url": "http://x.example/a//b"},,\n}', "utf-8")
    result = run("connection", "check", file)
    assert result.returncode == 1
    assert result.stdout.startswith(f"{file}:2: error: it is no JSON: ")
    assert run("connection", "check", tmp_path / "nowhere.json").returncode == 1


def test_a_basic_connection_is_named_as_what_it_is(tmp_path):
    code, findings = check(tmp_path, {"url": "https://x.example/", "headers": {}})
    assert (code, findings[0]["rule"]) == (1, "kind")
    assert "basic or JWT" in findings[0]["says"]


def test_oauth_1_and_arrays_of_requests_are_read(tmp_path):
    assert check(tmp_path, OAUTH1, "--strict") == (0, [])
    connection = changed(("token", [GOOD["token"], {"method": "POST"}]))
    code, findings = check(tmp_path, connection)
    assert (code, [finding["pointer"] for finding in findings]) == (1, ["/token/1"])


def test_client_credentials_need_no_authorize_when_the_condition_is_true(tmp_path):
    connection = changed(("authorize", None), ("token.condition", True), ("token.body.code", None))
    assert check(tmp_path, connection, "--strict") == (0, [])


def test_a_folder_stands_for_the_connections_of_its_app(tmp_path):
    put(tmp_path, changed(("token.aws", {})), "one.iml.json")
    put(tmp_path, GOOD, "two.iml.json")
    (tmp_path / "makecomapp.json").write_text("""{ // an app
        "components": {"connection": {"one": {"codeFiles": {"communication": "one.iml.json"}},
                                      "two": {"codeFiles": {"communication": "two.iml.json"}}}}}""", "utf-8")
    result = run("connection", "check", tmp_path)
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1] == "2 files: 1 error, 0 warnings"
    (tmp_path / "makecomapp.json").write_text("{}", "utf-8")
    result = run("connection", "check", tmp_path)
    assert (result.returncode, "lists no connection" in result.stderr) == (2, True)


@pytest.mark.parametrize("name", ["../one.json", "/one.json", "a/../../one.json", ".."])
def test_a_file_outside_an_apps_folder_is_not_looked_for(tmp_path, name):
    files = {"communication": "one.iml.json", "params": name}
    (tmp_path / "makecomapp.json").write_text(json.dumps({"components": {"connection": {"one": {"codeFiles": files}}}}), "utf-8")
    result = run("connection", "check", tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.endswith(f"makecomapp.json': it names '{name}', which is not in the folder\n")


def test_more_files_than_are_judged_are_refused(tmp_path):
    one = {"codeFiles": {"communication": "one.iml.json"}}
    (tmp_path / "makecomapp.json").write_text(json.dumps({"components": {"connection": {f"c{i}": one for i in range(257)}}}), "utf-8")
    result = run("connection", "check", tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.endswith("makecomapp.json': there are more files than 256\n")


def test_a_redirect_uri_that_is_none_is_no_command_line(tmp_path):
    result = run("connection", "check", put(tmp_path, GOOD), "--redirect-uri", "cb")
    assert (result.returncode, "--redirect-uri: 'cb' has no scheme" in result.stderr) == (2, True)


def test_junit_has_a_case_for_each_rule_and_file(tmp_path):
    good, bad = put(tmp_path, GOOD, "good.json"), put(tmp_path, changed(("token.aws", {}), ("token.log", None)), "bad.json")
    junit = tmp_path / "junit.xml"
    assert run("connection", "check", good, bad, "--junit", junit).returncode == 1
    suite = xml.etree.ElementTree.parse(junit).getroot()
    assert int(suite.get("failures")) == 1
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["not-in-connections"]
    assert len({case.get("name") for case in suite}) * 2 == len(suite) == int(suite.get("tests"))
    run("connection", "check", good, bad, "--junit", junit, "--strict")
    assert int(xml.etree.ElementTree.parse(junit).getroot().get("failures")) == 2


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "usage: makeshift connection VERB"),
    (("chekc",), "did you mean 'check'?"),
    (("check",), "FILE... is missing"),
    (("check", "a.json", "--strit"), "did you mean '--strict'?"),
])
def test_a_command_line_that_is_wrong_says_how_to_mend_it(arguments, said):
    result = run("connection", *arguments)
    assert result.returncode == 2
    assert said in result.stderr
