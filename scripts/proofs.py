"""docs/conformance.md, and the tests that carry the ids of its rows.

A test says what it proves where it stands:
  C            /* proves: RFR-17 CON-01 */   on the line above the test function
  JavaScript   // proves: RFR-17 CON-01      on the line above test(...)
  Python       @proves("RFR-17", "CON-01")   above the test function

A row is `| id | level | assertion | proof |`. The proof names tests, as `file::test` in backticks, and
then, or instead, a reason that begins with one of REASONS. The tests' names are written by
`scripts/conformance --write`; ids, assertions and reasons are written by hand."""

import ast
import re
import sys

import tree

sys.dont_write_bytecode = True

DOCUMENT = "docs/conformance.md"

# How many rows each group has, numbered from 01 without a gap: none can be dropped unnoticed.
GROUPS = {
    "DSC": 22, "JWK": 11, "AUT": 50, "RSP": 20, "PKC": 16, "TOK": 25, "ACG": 20, "RFR": 30,
    "CLA": 15, "IDT": 20, "UIN": 20, "SCP": 9, "REV": 19, "INT": 9, "LGO": 12, "COR": 9,
    "HTT": 21, "NAT": 9, "ADM": 15, "CON": 12,
}

# later: what it speaks of is not served yet. not yet: a part of it is not. limit: it cannot be, and why.
# by design: makeshift does something else on purpose.
REASONS = ("later: ", "not yet: ", "limit: ", "by design: ")

MISSING = "missing: no test carries this id"
ID = re.compile(r"[A-Z]{3}-\d{2}")


def all_ids():
    return [f"{group}-{n:02}" for group, count in GROUPS.items() for n in range(1, count + 1)]


class Row:
    def __init__(self, identity, level, assertion, proof):
        self.id = identity
        self.level = level
        self.assertion = assertion
        self.tests = re.findall(r"`([^`\s]+::[^`]+)`", proof)
        self.reason = re.sub(r"`[^`\s]+::[^`]+`", "", proof).strip(" ,;")

    def __str__(self):
        proof = ", ".join(f"`{test}`" for test in self.tests)
        proof = "; ".join(part for part in (proof, self.reason) if part)
        return f"| {self.id} | {self.level} | {self.assertion} | {proof} |"


def row_of(line):
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())]
    if len(cells) == 6 and ID.fullmatch(cells[1]):
        return Row(*cells[1:5])
    return None


# -- the tests ----------------------------------------------------------------------------------


def ids_in(text, where, problems):
    words = re.split(r"[\s,*]+", text.strip(" \n*"))
    problems += [f"{where}: {word!r} is not an id" for word in words if not ID.fullmatch(word)]
    return [word for word in words if ID.fullmatch(word)]


def c_tests(text, name, problems):
    found = {}
    pattern = r"/\*\s*proves:([^/]*?)\*/\n(?:static )?void (\w+)\("
    for match in re.finditer(pattern, text):
        where = f"{name}::{match[2]}"
        found[where] = ids_in(match[1], where, problems)
        if len(re.findall(rf"\b{match[2]}\b", text)) < 2:
            problems.append(f"{where} is never run")
    return found


def js_tests(text, name, problems):
    found = {}
    pattern = r"//\s*proves:(.*)\n\s*(?:await )?(?:test|it)\(\s*(['\"`])(.+?)\2"
    for match in re.finditer(pattern, text):
        where = f"{name}::{match[3]}"
        found[where] = ids_in(match[1], where, problems)
    return found


def decorator_name(node):
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def python_tests(text, name, problems):
    found = {}
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef):
            continue
        names = [decorator_name(each) for each in node.decorator_list]
        for each in node.decorator_list:
            if not (isinstance(each, ast.Call) and decorator_name(each) == "proves"):
                continue
            where = f"{name}::{node.name}"
            words = " ".join(arg.value for arg in each.args)
            found.setdefault(where, []).extend(ids_in(words, where, problems))
            if not node.name.startswith("test_"):
                problems.append(f"{where} is no test")
            if {"pytest.mark.skip", "pytest.mark.xfail"}.intersection(names):
                problems.append(f"{where} is skipped and proves nothing")
    return found


# Suffix, how a tag looks anywhere in such a file (so that a tag in the wrong place is seen), reader.
LANGUAGES = {
    ".c": (r"/\*\s*proves:", c_tests),
    ".mjs": (r"//\s*proves:", js_tests),
    ".py": (r"^\s*@proves\(", python_tests),
}


def tests(root, problems):
    """{file::test: [ids]} of all tests that carry any."""
    found = {}
    for path in tree.files(root, *LANGUAGES, under=("tests",)):
        tag, read = LANGUAGES[path.suffix]
        text, name = path.read_text("utf-8"), str(path.relative_to(root))
        tags = len(re.findall(tag, text, re.M))
        if not tags:
            continue
        here = read(text, name, problems)
        if len(here) != tags:
            problems.append(f"{name}: {tags} tags but {len(here)} tests under them")
        found.update(here)
    return found


def by_id(found):
    proofs = {}
    for test, ids in sorted(found.items()):
        for identity in ids:
            proofs.setdefault(identity, []).append(test)
    return proofs
