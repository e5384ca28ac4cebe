"""Drives the server behind the Lambda Web Adapter, under AWS's runtime emulator, with the gateway's events."""

import concurrent.futures
import pathlib
import shutil
import signal
import sys
import tempfile

from adapter.cases import CANARIES, CASES
from adapter.environment import Environment, missing
from adapter.figures import measure
from support.arguments import Parser
from support.checks import Check, collect, conclude, print_cases
from support.processes import stop_all


class World:
    """The programs as they were built, and the environments that one case starts."""

    def __init__(self, programs, logs):
        self.programs, self.logs = programs, logs
        self.environments = []
        logs.mkdir()

    def start(self, program="mcp-server", **settings):
        path = self.programs / ("" if program == "mcp-server" else "examples") / program
        environment = Environment(path, self.logs / f"{program}-{len(self.environments)}.log", **settings)
        self.environments.append(environment)
        return environment

    def stop(self):
        for environment in self.environments:
            environment.stop()


def run_case(programs, case, logs):
    """The checks of one case."""
    world = World(programs, logs / case.__name__)
    try:
        found = collect(case, world)
    finally:
        world.stop()
    for environment in world.environments:
        text = environment.text()
        canaries = [canary for canary in CANARIES if canary in text]
        found.append(Check(found[0].case, "secrets in the log", [], canaries))
    return found


def run(programs, cases, logs, jobs):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        try:
            runs = [pool.submit(run_case, programs, case, logs) for case in cases]
            return [check for run in runs for check in run.result()]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def print_figures(programs, profile, logs):
    world = World(programs, logs / "figures")
    print(f"figures: programs of profile {profile}; the adapter is built without its link-time optimization")
    try:
        for line in measure(world):
            print(f"  {line}")
    finally:
        world.stop()


def main():
    parser = Parser(prog="scripts/e2e adapter", description=__doc__)
    parser.add_argument("programs", type=pathlib.Path, help="where the programs are; the script gives it")
    parser.add_argument("profile", help="how they are built; the script gives it, from its own --profile")
    parser.add_argument("--case", action="append", help="only cases with this in their names, and no figures")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time (default: 2)")
    arguments = parser.parse_args()
    wanted = arguments.case or [""]
    cases = [case for case in CASES if any(part in case.__name__ for part in wanted)]
    if not cases:
        parser.error("no case has such a name")
    if problem := missing():
        print(f"scripts/e2e adapter: {problem}", file=sys.stderr)
        sys.exit(69)
    # Ends through every `finally`, which is where children are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    logs = pathlib.Path(tempfile.mkdtemp(prefix="adapter-e2e-"))
    programs = arguments.programs.resolve()
    found = run(programs, cases, logs, arguments.jobs)
    print_cases(found)
    if conclude(found):
        print(f"logs: {logs}")
        sys.exit(1)
    if not arguments.case:
        print_figures(programs, arguments.profile, logs)
    shutil.rmtree(logs)


main()
