"""One run of a suite: its arguments, its cases, one report, and its logs, which stay when a check failed."""

import concurrent.futures
import pathlib
import shutil
import signal
import sys
import tempfile

from support.arguments import parser_of
from support.checks import print_cases
from support.processes import stop_all


class Run:
    def __init__(self, suite, cases):
        parser = parser_of(suite)
        self.suite = suite
        self.arguments = parser.parse_args()
        self.wanted = getattr(self.arguments, "case", None)
        self.cases = [case for case in cases if any(part in case.__name__ for part in self.wanted or [""])]
        if not self.cases:
            parser.error("no case has such a name")
        self.found = []
        # What could not be shown here, and why; repeated at the end.
        self.skipped = []
        self.logs = pathlib.Path(tempfile.mkdtemp(prefix=f"{suite}-e2e-"))
        # Ends through every `finally`, which is where children are stopped.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    def each(self, checks_of, jobs=1):
        """Prints the checks of each case as soon as it and those before it have ended."""
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            try:
                for checks in pool.map(checks_of, self.cases):
                    self.report(checks)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                stop_all()
                raise

    def report(self, checks):
        print_cases(checks)
        self.found += checks

    @property
    def failed(self):
        return sum(not check.passed for check in self.found)

    def cannot(self, problem):
        """Ends because the suite cannot run here."""
        print(f"scripts/e2e {self.suite}: {problem}", file=sys.stderr)
        self.logs.rmdir()
        sys.exit(69)

    def end(self):
        for what in self.skipped:
            print(f"SKIPPED {what}")
        print(f"{len(self.found) - self.failed} passed, {self.failed} failed", flush=True)
        if self.failed and any(self.logs.iterdir()):
            print(f"logs: {self.logs}")
        else:
            shutil.rmtree(self.logs)
        sys.exit(1 if self.failed else 0)
