"""The command lines of the suites. As a program: reads one before anything is built, and says which profile to build."""

import argparse
import sys


class Parser(argparse.ArgumentParser):
    """Ends with 64 (EX_USAGE) on arguments that it does not know, as every script here does."""

    def error(self, message):
        self.exit(64, f"{self.format_usage()}{self.prog}: {message}\n")


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def cases(parser, jobs):
    parser.add_argument("--case", action="append", help="only cases with this in their names")
    if jobs > 1:
        parser.add_argument("--jobs", type=positive, default=jobs, help=f"cases at a time (default: {jobs})")


def authorizer():
    """Drives the authorizer under AWS's runtime emulator, with Secrets Manager by independent implementations."""
    parser = Parser()
    parser.add_argument("--emulator", action="append", choices=("moto", "ministack"), help="only this one")
    cases(parser, jobs=4)
    return parser


def keys():
    """Drives `mcp-client keys` against Secrets Manager, and CloudFormation, as moto emulates them."""
    parser = Parser()
    cases(parser, jobs=1)
    return parser


def heartbeat():
    """Drives the heartbeat under AWS's runtime emulator, against the real server, with its key in Secrets Manager by moto."""
    parser = Parser()
    cases(parser, jobs=1)
    return parser


def adapter():
    """Drives the server behind the Lambda Web Adapter, under AWS's runtime emulator, with the gateway's events.

    Then says what that costs beside a bare axum, unless the programs are built without optimisation.
    """
    parser = Parser()
    parser.add_argument("--profile", choices=("dev", "release", "dist"), default="release", help="(default: release)")
    cases(parser, jobs=2)
    return parser


def stack():
    """Deploys the whole stack to an emulator of AWS with scripts/local-aws, calls it as clients do, changes it, removes it."""
    return Parser()


def delivery():
    """Does in an emulator that evaluates IAM what the workflows do in an account: with their roles, and with scripts/deliver."""
    parser = Parser()
    cases(parser, jobs=1)
    return parser


SUITES = {suite.__name__: suite for suite in (authorizer, keys, heartbeat, adapter, stack, delivery)}


def parser_of(suite):
    parser = SUITES[suite]()
    parser.prog = f"scripts/e2e {suite}"
    parser.description = SUITES[suite].__doc__
    return parser


if __name__ == "__main__":
    _, suite, *rest = sys.argv
    print(getattr(parser_of(suite).parse_args(rest), "profile", "dev"))
