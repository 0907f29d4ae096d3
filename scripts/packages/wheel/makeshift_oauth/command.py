"""The command makeshift: the program takes the place of Python."""

import os
import sys

from makeshift_oauth import PROGRAM


def main():
    try:
        os.execv(PROGRAM, ["makeshift", *sys.argv[1:]])
    except OSError as problem:
        sys.exit(f"makeshift: {PROGRAM} does not run here: {problem.strerror}")
