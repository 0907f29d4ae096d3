"""makeshift complete: what the completions of shells are told, against what --help lists."""

import re

import pytest

from support_tools import run


def offered(*words):
    """The candidates for the last of the words, each with what it is for."""
    result = run("complete", *words)
    assert (result.returncode, result.stderr) == (0, "")
    return dict(line.split("\t") for line in result.stdout.splitlines())


def test_a_first_word_is_each_command_and_each_option_of_the_help():
    listed = re.findall(r"^  ([a-z-]+)(?: .*)?$", run("--help").stdout, re.M)
    assert len(listed) > 30
    assert sorted(offered("")) == sorted(listed)


def test_a_word_goes_on_from_what_was_typed_with_what_it_is_for():
    assert offered("--port") == {
        "--port": "Listen at this port; 0 takes any free one.",
        "--port-file": "Write the port to this file once the server answers.",
    }
    assert offered("serve", "--gu").keys() == {"--guesses"}
    assert offered("hea").keys() == {"healthcheck"}
    assert offered("nothing-begins-like-this") == {}


@pytest.mark.parametrize("option, values", [
    ("--tls", {"off", "auto"}), ("--control", {"on", "off"}), ("--profile", {"make", "make-published", "standard"}),
    ("--db", set()), ("--port", set()),
])
def test_behind_an_option_stand_its_values_or_nothing(option, values):
    assert offered(option, "").keys() == values
    assert offered("serve", option, "").keys() == values


def test_each_command_of_ctl_is_found_by_its_words():
    listed = re.findall(r"^  ctl (\S+)(?: ([a-z]+))?", run("ctl", "--help").stdout, re.M)
    assert len(listed) > 50
    assert offered("ctl", "").keys() == {resource for resource, _ in listed}
    for resource in {resource for resource, verb in listed if verb}:
        assert offered("ctl", resource, "").keys() == {verb for own, verb in listed if own == resource}


def test_each_verb_of_connection_is_found_by_its_word():
    assert offered("connection", "").keys() == {"check", "run", "serve"}
    assert offered("connection", "r").keys() == {"run"}


@pytest.mark.parametrize("words", [("ctl", "fault", "add"), ("ctl", "verify"), ("audit",), ("wait",), ("doctor",), ("healthcheck",), ("iml",),
                                   ("connection", "check"), ("connection", "run"), ("connection", "serve")])
def test_a_command_offers_the_options_of_its_help(words):
    text = run(*words, "--help").stdout
    listed = set(re.findall(r"^  (--[a-z-]+)", text, re.M))
    assert "--ca" in listed
    assert offered(*words, "--").keys() == listed | {"--help"}
    assert offered(*words, "something", "--ca").keys() == {"--ca"}


def test_the_value_of_an_option_is_not_guessed():
    assert offered("ctl", "fault", "add", "--match", "") == {}
    assert offered("ctl", "journal", "list", "--json", "--cl").keys() == {"--client-id"}  # a flag has no value


def test_the_value_of_a_tools_option_is_offered_where_it_is_one_of_a_few():
    assert offered("connection", "run", "x", "--refresh", "").keys() == {"now", "when-due"}
    assert offered("audit", "--fail-on", "s").keys() == {"should"}
    assert offered("ctl", "sign-in", "add", "--decision", "d").keys() == {"deny"}


def test_what_follows_no_command_is_no_mistake():
    for words in [(), ("ctl", "nothing", "like", "this", ""), ("complete", "complete", "")]:
        assert run("complete", *words).returncode == 0


def test_behind_help_stands_what_it_is_about():
    assert "help" in offered("he")
    assert {"ctl", "audit", "doctor"} <= offered("help", "").keys() and "--port" not in offered("help", "")
    assert offered("help", "ctl", "clock", "adv").keys() == {"advance"}
