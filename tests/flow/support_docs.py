"""Code in Markdown: what a page says to save and to type, so that a test does just that."""

import re
import subprocess

from support import ROOT

RECIPES = ROOT / "docs/recipes"

# A file is a block below a line that is its name as code and a colon, and nothing else.
FILE = re.compile(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", re.S | re.M)


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def section(text, heading):
    """What stands below a heading of the second level."""
    return re.search(rf"^## {re.escape(heading)}\n(.*?)(?:^## |\Z)", text, re.S | re.M)[1]


def blocks(text, language):
    """The blocks of code in that language, but for those that are files."""
    return re.findall(rf"^```{language}\n(.*?)^```$", FILE.sub("", text), re.S | re.M)


def files(text):
    """{name: content} of what a page says to save."""
    return dict(FILE.findall(text))


def save(text, folder):
    for name, content in files(text).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def changed(text, old, new):
    assert old in text
    return text.replace(old, new)


def run(command, folder, env=None):
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
