"""The command line of scripts/verify-aws, whose --help says what it means. As a program: refuses a bad one."""

import argparse
import pathlib


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(64, f"{self.format_usage()}scripts/verify-aws: {message}\n")


def arguments():
    parser = Parser(prog="scripts/verify-aws", add_help=False)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--emulator", action="store_true")
    what.add_argument("--clean", action="store_true")
    what.add_argument("--table", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--report", type=pathlib.Path)
    found = parser.parse_args()
    if (found.write or found.check) and not found.table:
        parser.error("--write and --check belong to --table")
    return found


if __name__ == "__main__":
    arguments()
