"""What the checks share: the files of the tree they look at, and how they report.

A check is a script `check_NAME [ROOT]` with a function that returns (how many things it looked at,
a list of problems). One that found nothing to look at has failed: it looks in the wrong place."""

import pathlib
import sys

sys.dont_write_bytecode = True

SKIPPED = {".git", "build", "node_modules", "__pycache__", ".pytest_cache"}


def files(root, *suffixes, under=("",)):
    """The tree's own files, sorted; with these suffixes, if any, and below these folders."""
    found = set()
    for folder in under:
        for path in (root / folder).rglob("*"):
            parts = path.relative_to(root).parts
            if path.is_file() and not SKIPPED.intersection(parts):
                if not suffixes or path.suffix in suffixes:
                    found.add(path)
    return sorted(found)


def sources(root):
    return files(root, ".c", ".h", under=("keys", "server", "tests"))


class Skipped(Exception):
    """Raised by a check that cannot say anything on this machine, with the reason."""


def main(name, check):
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    try:
        count, problems = check(root.resolve())
    except Skipped as reason:
        print(f"skip {name}: {reason}")
        sys.exit(0)
    if count == 0:
        problems.append("found nothing to check")
    for problem in problems:
        print(f"not ok {name}: {problem}")
    if not problems:
        print(f"ok {name}: {count} looked at")
    sys.exit(1 if problems else 0)
