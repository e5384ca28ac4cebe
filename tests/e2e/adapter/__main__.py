"""Drives the server behind the Lambda Web Adapter, under AWS's runtime emulator, with the gateway's events."""

from adapter.cases import CANARIES, CASES
from adapter.environment import Environment, missing
from adapter.figures import measure
from support import web_adapter
from support.checks import Check, collect
from support.processes import PROGRAMS
from support.run import Run


class World:
    """The environments that one case starts."""

    def __init__(self, logs):
        self.logs = logs
        self.environments = []
        logs.mkdir()

    def start(self, program="mcp-server", **settings):
        path = PROGRAMS / program
        environment = Environment(path, self.logs / f"{program}-{len(self.environments)}.log", **settings)
        self.environments.append(environment)
        return environment

    def stop(self):
        for environment in self.environments:
            environment.stop()


def checks_of(case, logs):
    world = World(logs / case.__name__)
    try:
        found = collect(case, world)
    finally:
        world.stop()
    for environment in world.environments:
        text = environment.text()
        canaries = [canary for canary in CANARIES if canary in text]
        found.append(Check(found[0].case, "secrets in the log", [], canaries))
    return found


def print_figures(profile, logs):
    world = World(logs / "figures")
    print(f"figures: programs of profile {profile}; the adapter is built without its link-time optimization")
    try:
        for line in measure(world):
            print(f"  {line}")
    finally:
        world.stop()


def main():
    run = Run("adapter", CASES)
    run.skipped += web_adapter.skipped()
    if problem := missing():
        run.cannot(problem)
    run.each(lambda case: checks_of(case, run.logs), run.arguments.jobs)
    if not run.failed and not run.wanted and run.arguments.profile != "dev":
        print_figures(run.arguments.profile, run.logs)
    run.end()


main()
