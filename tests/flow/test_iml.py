"""makeshift iml: an expression of Make's, from a shell."""

import json

import pytest

from support_tools import run

VARIABLES = {"oauth": {"scope": ["a", "b", "a"]}, "data": {"expires": {"$date": "2026-01-01T00:10:00.000Z"}}}


@pytest.fixture
def variables(tmp_path):
    file = tmp_path / "variables.json"
    file.write_text(json.dumps(VARIABLES), "utf-8")
    return file


def test_an_expression_prints_its_value_as_one_line_of_json(variables):
    result = run("iml", 'join(distinct(oauth.scope), " ")', "--data", variables)
    assert (result.returncode, result.stdout, result.stderr) == (0, '"a b"\n', "")
    result = run("iml", "{{oauth.scope}}", "--data", variables)
    assert json.loads(result.stdout) == ["a", "b", "a"]


def test_the_clock_and_the_time_zone_are_those_of_the_options(variables):
    result = run("iml", "data.expires < addMinutes(now, 15)", "--data", variables, "--clock", "2026-01-01T00:00:00Z")
    assert result.stdout == "true\n"
    result = run("iml", 'formatDate(now, "HH:mm")', "--clock", "2026-07-01T12:00:00Z", "--timezone", "Europe/Prague")
    assert result.stdout == '"14:00"\n'


def test_what_is_wrong_in_an_expression_is_pointed_at():
    result = run("iml", 'jion(oauth.scope, " ")')
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == ("makeshift iml: jion is no function of Make's; custom functions cannot run here; did you mean 'join'?\n"
                             '  jion(oauth.scope, " ")\n'
                             "  ^\n")
    result = run("iml", "scope: {{1 +}}")
    assert result.stderr.splitlines()[1:] == ["  scope: {{1 +}}", "  " + " " * len("scope: {{1 +") + "^"]


def test_a_comparison_with_what_is_not_there_is_said():
    result = run("iml", "data.expires < now")
    assert (result.stdout, result.stderr) == ("false\n", "note: a comparison with what is not there is false\n")


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "EXPRESSION is missing"),
    (("now", "--timezone", "Mars/Phobos"), "no time zone 'Mars/Phobos'"),
    (("now", "--clock", "soon"), "'soon' is no value of --clock"),
    (("now", "--data", "/nowhere.json"), "'/nowhere.json'"),
])
def test_a_command_line_that_is_wrong_says_what_is_expected(arguments, said):
    result = run("iml", *arguments)
    assert result.returncode == 2
    assert said in result.stderr


@pytest.mark.parametrize(("value", "says"), [
    ({"$date": "soon"}, "a '$date' is 'soon'; expected ISO 8601 such as 2026-01-31T12:00:00.000Z"),
    ({"$date": 1767225600}, "a '$date' is no text; expected ISO 8601"),
    ({"$buffer": "***"}, "a '$buffer' is '***'; expected base64"),
])
def test_what_is_marked_as_a_date_or_a_buffer_and_is_none_is_refused(tmp_path, value, says):
    file = tmp_path / "variables.json"
    file.write_text(json.dumps({"list": [{"at": value}]}), "utf-8")
    result = run("iml", "list", "--data", file)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"variables.json': {says}" in result.stderr


def test_a_value_that_is_undefined_is_null_with_a_note():
    result = run("iml", "nowhere")
    assert (result.returncode, result.stdout, result.stderr) == (0, "null\n", "note: the value is undefined, which JSON shows as null\n")
    assert run("iml", "null").stderr == ""


def test_data_that_is_no_object_is_refused_with_its_line(tmp_path):
    file = tmp_path / "variables.json"
    file.write_text('{\n"a": }', "utf-8")
    result = run("iml", "a", "--data", file)
    assert result.returncode == 2
    assert "line 2" in result.stderr
