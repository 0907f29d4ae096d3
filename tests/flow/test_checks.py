"""scripts/check must be able to fail: each check passes a small good tree, and sees what is wrong
with it once it is."""

import functools
import pathlib
import subprocess

import pytest

from support import ROOT, proves

C = "void f(void)\n{\n}\n"
TAG = "proves"  # spelled apart, so that the tags below are not taken for this file's own

CONFORMANCE = """
import sys
sys.path.insert(0, {scripts!r})
import proofs
for i in proofs.all_ids():
    print(f"| {{i}} | M | it does | later: not served yet |")
"""


@functools.cache
def all_rows():
    return subprocess.run(
        ["/usr/bin/python3", "-B", "-c", CONFORMANCE.format(scripts=str(ROOT / "scripts"))],
        capture_output=True, text=True, check=True).stdout


def good_tree(root):
    rows = all_rows().replace("| DSC-01 | M | it does | later: not served yet |",
                        "| DSC-01 | M | it does | `tests/unit/base/test_a.c::it_does` |")
    written = {
        ".clang-format": (ROOT / ".clang-format").read_text("utf-8"),
        "keys/jws.h": "int jws(void);\n",
        "keys/ecdsa.c": "#include <gnutls/abstract.h>\n#include <gnutls/crypto.h>\n",
        "keys/jws.c": '#include "keys/jws.h"\n\n#include <jwt.h>\n#include <openssl/evp.h>\n',
        "server/base/str.h": "int str(void);\n",
        "server/base/pattern.c": "#include <pcre2.h>\n",
        "server/tools/call.c": "#include <curl/curl.h>\n",
        "server/store/db.c": '#include <sqlite3.h>\n\n#include "server/base/str.h"\n',
        "server/http/mhd.c": "#include <microhttpd.h>\n",
        "server/http/send.c": "#include <microhttpd.h>\n",
        "server/http/record.c": "#include <gnutls/gnutls.h>\n",
        "server/main.c": "static const struct command command_table[] = {\n"
                         '    {.word = "serve"},\n};\n',
        "server/tools/main.c": "static const struct tool tool_table[] = {\n"
                               '    {.word = "wait"},\n};\n',
        "server/tools/ctl_world.c": "const struct ctl_row ctl_world[] = {\n"
                                    '    {.usage = {.words = "ctl clock get"}},\n};\n',
        "docs/commands.md": "## `wait`\n\n- `ctl clock get`: shows it.\n",
        "server/cli/options.c": "const struct option_row option_table[1] = {\n"
                           '    [0] = {"--port", "N"},\n};\n',
        "server/oauth/error.c": "const struct error_row error_table[1] = {\n"
                                '    [0] = {.name = "invalid_request"},\n};\n',
        "server/oauth/profile.c": "const struct profile profile_table[1] = {\n"
                                  '    [0] = {.name = "make"},\n};\n',
        "server/endpoints/routes.c": "const struct route route_table[2] = {\n"
                                     '    [0] = {.path = "/oauth/v2/token"},\n'
                                     "    [1] = {.path = PATH_JWKS},\n};\n",
        "server/endpoints/control/table.c": "const struct door_operation door_table[] = {\n"
                                            '    {.path = "clock"},\n};\n',
        "server/endpoints/handlers.h": '#define PATH_JWKS "/oauth/v2/oidc/jwks"\n',
        "fixtures/schema.json": '{"properties": {"clients": {"type": "array"}}}\n',
        "docs/makeshift.1": ".TP\n.B serve\nServe.\n.TP\n.BI \\-\\-port \" N\"\nThe port.\n",
        "docs/options.md": "- `--port N`: the port. See [below](endpoints.md#post-oauthv2token), `[x](y)`.\n",
        "docs/endpoints.md": "## POST `/oauth/v2/token`\n\n## `/oauth/v2/oidc/jwks`\n\n"
                             "- `invalid_request`: it is wrong.\n",
        "docs/control.md": "## `clock`\n",
        "docs/fixtures.md": "## `clients`\n\n## Profiles\n\n- `make`: as Make.\n",
        "server/oauth/bad_token.c": "const struct bad_token_row bad_token_table[1] = {\n"
                                    '    [0] = {.name = "expired"},\n};\n',
        "fixtures/faults.json": '{"faults": [{"name": "lost_reply"}]}\n',
        "server/iml/function_list.c": "const struct iml_function function_list[] = {\n"
                                      '    {.name = "join", .takes = "array"},\n};\n',
        "server/iml/date_token.c": "const struct date_token date_token_table[] = {\n"
                                   '    {.text = "YYYY"},\n};\n',
        "server/connection/check.c": "const struct check_rule check_rule_table[] = {\n"
                                     '    {.name = "no-url"},\n};\n',
        "docs/connection.md": "- `no-url`: it has none.\n",
        "docs/iml.md": "- `join(array)`: joins.\n\n| `YYYY` | the year |\n",
        "docs/faults.md": "- `lost_reply`: it is lost.\n- `expired`: it is over.\n",
        "docs/conformance.md": rows,
        "tests/unit/base/test_a.c": f"/* {TAG}: DSC-01 */\nstatic void it_does(void **state)\n"
                                    "{\n}\nvoid *tests[] = {it_does};\n",
    }
    for name, text in written.items():
        put(root, name, text)
    return root


def put(root, name, text):
    path = pathlib.Path(root) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def run(check, root):
    result = subprocess.run([ROOT / "scripts" / f"check_{check}", str(root)], capture_output=True,
                            text=True, check=False)
    assert result.returncode in (0, 1), result.stderr
    assert "Traceback" not in result.stderr, result.stderr
    if result.stdout.startswith("skip "):
        pytest.skip(result.stdout.strip())
    return result.returncode, result.stdout


CHECKS = ("layers", "headers", "format", "length", "locals", "words", "docs", "links", "conformance")


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_tree_passes(check, tmp_path):
    status, output = run(check, good_tree(tmp_path))
    assert status == 0, output


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_that_finds_nothing_fails(check, tmp_path):
    status, output = run(check, tmp_path)
    assert status == 1, output


def test_a_check_without_its_tool_is_skipped_and_says_so(tmp_path):
    result = subprocess.run([ROOT / "scripts/check_format", str(good_tree(tmp_path))], capture_output=True, text=True,
                            check=False, env={"PATH": str(tmp_path)})
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("skip format: clang-format-14 is not there")


def a_test(tag, name="it_does"):
    return (f"/* {TAG}: {tag} */\nstatic void {name}(void **state)\n{{\n}}\n"
            f"void *t[] = {{{name}}};\n")


VIOLATIONS = [
    ("layers", "server/base/up.c", '#include "server/store/db.h"\n', "not a path from the root"),
    ("layers", "server/base/up.c", '#include "keys/jws.h"\n', "server/base may not include"),
    ("layers", "keys/up.c", '#include "server/base/str.h"\n', "keys may not include"),
    ("layers", "server/http/side.c", '#include "keys/jws.h"\n', "server/http may not include"),
    ("layers", "tests/unit/base/test_up.c", '#include "keys/jws.h"\n', "may not include"),
    ("layers", "server/store/two.c", "#include <sqlite3.h>\n", "it belongs in"),
    ("layers", "server/http/calls.c", "#include <curl/curl.h>\n", "it belongs in"),
    ("layers", "server/tools/up.c", '#include "server/http/mhd.h"\n', "not a path from the root"),
    ("layers", "server/tools/up.c", '#include "server/endpoints/handlers.h"\n', "server/tools may not include"),
    ("layers", "server/http/two.c", "#include <microhttpd.h>\n", "it belongs in"),
    ("layers", "server/http/send.c", "", "not by exactly 2"),
    ("layers", "server/base/ssl.c", "#include <openssl/evp.h>\n", "OpenSSL belongs in keys/"),
    ("headers", "server/base/needy.h", "size_t needy(void);\n", "does not compile alone"),
    ("format", "server/base/ugly.c", "void f( void ){}\n", "server/base/ugly.c"),
    ("length", "server/base/long.c", "\n" * 401, "401 lines"),
    ("length", "server/base/wide.h", "/* " + "x" * 95 + " */\n", "101 columns"),
    ("locals", "server/base/unset.c",
     "struct row {\n    int a;\n};\nvoid f(void)\n{\n    struct row row;\n}\n", "row begins as"),
    ("words", "docs/where.md", "see /" + "work/here\n", "docs/where.md:1"),
    ("words", "docs/ticket.md", "as iss" + "ue 7 wants\n", "docs/ticket.md:1"),
    ("docs", "server/cli/options.c", "x option_table[1] = {\n    [0] = {\"--ghost\"},\n};\n", "--ghost"),
    ("docs", "server/main.c", "x command_table[] = {\n    {.word = \"ghost\"},\n};\n", "ghost"),
    ("docs", "server/tools/main.c", "x tool_table[] = {\n    {.word = \"ghost\"},\n};\n", "ghost"),
    ("docs", "server/tools/ctl_ghosts.c",
     "x ctl_ghosts[] = {\n    {.usage = {.words = \"ctl ghost add\"}},\n};\n", "ctl ghost add"),
    ("docs", "server/oauth/error.c", "x error_table[1] = {\n    {.name = \"odd\"},\n};\n", "odd"),
    ("docs", "server/oauth/profile.c", "x profile_table[1] = {\n    {.name = \"p\"},\n};\n", "p"),
    ("docs", "server/oauth/bad_token.c", "x bad_token_table[1] = {\n    [0] = {.name = \"odd\"},\n};\n", "bad token odd"),
    ("docs", "server/iml/function_odd.c",
     "x function_odd[] = {\n    {.name = \"odd\", .takes = \"\"},\n};\n", "function of IML odd"),
    ("docs", "server/iml/date_token.c", "x date_token_table[] = {\n    {.text = \"QQ\"},\n};\n", "token of dates QQ"),
    ("docs", "fixtures/faults.json", '{"faults": [{"name": "odd"}]}\n', "fault odd"),
    ("docs", "server/endpoints/routes.c", "x route_table[] = {\n    {.path = \"/ghost\"},\n};\n",
     "/ghost"),
    ("docs", "server/endpoints/routes.c", "x route_table[] = {\n    {.path = PATH_GHOST},\n};\n",
     "PATH_GHOST"),
    ("docs", "server/endpoints/control/table_more.c", "x door_more[] = {\n    {.path = \"phantoms\"},\n};\n",
     "phantoms"),
    ("docs", "server/endpoints/control/table.c", "x door_table[] = {\n    {.path = \"ghosts/{id}\"},\n};\n",
     "ghosts/{id}"),
    ("docs", "fixtures/schema.json", '{"$defs": {"a": {"properties": {"odd": {}}}}}', "odd"),
    ("docs", "docs/options.md", "- `--prot N`\n", "--port"),
    ("docs", "docs/makeshift.1", ".TP\n.B \\-\\-port-file\n", "--port"),
    ("links", "README.md", "# A\n\n[b](docs/ghost.md)\n", "README.md: docs/ghost.md is not there"),
    ("links", "docs/deep/a.md", "[b](../options.md#ghost)\n", "docs/deep/a.md: ../options.md#ghost has no such heading"),
    ("links", "docs/a.md", "# One\n\n[b](#two)\n\n```sh\n# two\n```\n", "docs/a.md: #two has no such heading"),
    ("conformance", "tests/unit/base/test_b.c", a_test("DSC-02"), "DSC-02 does not name"),
    ("conformance", "tests/unit/base/test_a.c", a_test("DSC-03"), "does not carry that id"),
    ("conformance", "tests/unit/base/test_b.c", a_test("ZZZ-01"), "ZZZ-01 is unknown"),
    ("conformance", "tests/unit/base/test_b.c", a_test("DSC"), "is not an id"),
    ("conformance", "tests/unit/base/test_a.c", a_test("DSC-01", "other"), "does not carry"),
    ("conformance", "tests/unit/base/test_b.c", f"/* {TAG}: DSC-02 */\n\n" + C, "0 tests under"),
    ("conformance", "tests/interop/a.mjs", f"// {TAG}: DSC-02\ntest('x', f);\n", "does not name"),
    ("conformance", "tests/flow/test_b.py", f"@{TAG}('DSC-02')\ndef test_b():\n    pass\n",
     "DSC-02 does not name tests/flow/test_b.py::test_b"),
    ("conformance", "tests/flow/test_b.py", f"@{TAG}('DSC-02')\ndef helper():\n    pass\n",
     "is no test"),
    ("conformance", "tests/flow/test_b.py",
     f"@pytest.mark.skip\n@{TAG}('DSC-02')\ndef test_b():\n    pass\n", "is skipped"),
]


@pytest.mark.parametrize("check,name,text,said", VIOLATIONS)
def test_a_violation_is_seen(check, name, text, said, tmp_path):
    good_tree(tmp_path)
    put(tmp_path, name, text)
    status, output = run(check, tmp_path)
    assert status == 1
    assert said in output


@pytest.mark.parametrize("before,after,said", [
    ("| DSC-02 | M | it does | later: not served yet |\n", "", "DSC-02 is missing"),
    ("| DSC-02 |", "| DSC-03 |", "DSC-03 stands twice"),
    ("| DSC-02 | M | it does | later: not served yet |", "| DSC-02 | M | it does | |", "neither"),
    ("| DSC-02 | M | it does | later: not served yet |", "| DSC-02 | M | it does | so what |",
     "neither"),
])
def test_a_wrong_row_of_conformance_is_seen(before, after, said, tmp_path):
    good_tree(tmp_path)
    document = tmp_path / "docs/conformance.md"
    text = document.read_text("utf-8")
    assert before in text
    document.write_text(text.replace(before, after), "utf-8")
    status, output = run("conformance", tmp_path)
    assert status == 1
    assert said in output


def test_conformance_write_names_the_tests_and_keeps_the_reasons(tmp_path):
    good_tree(tmp_path)
    put(tmp_path, "tests/unit/base/test_b.c", a_test("DSC-02 DSC-01"))
    subprocess.run([ROOT / "scripts/conformance", "--write", str(tmp_path)], check=True,
                   capture_output=True)
    text = (tmp_path / "docs/conformance.md").read_text("utf-8")
    assert "| `tests/unit/base/test_b.c::it_does`; later: not served yet |" in text
    assert "`tests/unit/base/test_a.c::it_does`, `tests/unit/base/test_b.c::it_does` |" in text
    assert run("conformance", tmp_path)[0] == 0


@proves("ADM-15")
def test_a_program_without_hardening_is_seen(tmp_path):
    source = tmp_path / "a.c"
    source.write_text("int main(void)\n{\n    return 0;\n}\n", "utf-8")
    program = tmp_path / "a.out"
    subprocess.run(["gcc", "-no-pie", "-Wl,-z,execstack", "-Wl,-z,norelro", "-Wl,-z,lazy", "-o",
                    program, source], check=True, capture_output=True)
    result = subprocess.run([ROOT / "scripts/check_hardening", program], capture_output=True,
                            text=True, check=False)
    assert result.returncode == 1
    assert result.stdout.count("not ok") == 6, result.stdout
