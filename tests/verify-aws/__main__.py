"""Checks on AWS, or on the emulator, what docs/deploy.md lists as unverified."""

import signal
import sys

from arguments import arguments
from clean import clean
from place import Aws, Emulator
from programs import say
from report import DOCUMENT, table, written
from run import check, refused

FAILED, MISSING = 1, 69


def main():
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if given.table:
        return show_table(given)
    place = Emulator() if given.emulator else Aws()
    if problem := place.ready():
        return stop(problem)
    if given.clean:
        clean(place)
        place.end()
        say("nothing of a run is left")
        return 0
    if not given.emulator and (problem := refused(place, given.yes)):
        return stop(problem)
    return 0 if check(place, given.report) else FAILED


def show_table(given):
    if not (given.write or given.check):
        print(table())
    elif given.write:
        DOCUMENT.write_text(written())
    elif DOCUMENT.read_text() != written():
        print(
            "docs/deploy.md differs from tests/verify-aws/rows.py: scripts/verify-aws --table --write", file=sys.stderr
        )
        return FAILED
    return 0


def stop(problem):
    print(f"scripts/verify-aws: {problem}", file=sys.stderr)
    return MISSING


sys.exit(main())
