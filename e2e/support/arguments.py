"""The command line of a suite."""

import argparse


class Parser(argparse.ArgumentParser):
    """Ends with 64 (EX_USAGE) on arguments that it does not know, as every script here does."""

    def error(self, message):
        self.exit(64, f"{self.format_usage()}{self.prog}: {message}\n")
