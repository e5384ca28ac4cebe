"""Drives the server behind the Lambda Web Adapter, under AWS's runtime emulator, with the gateway's events."""

from adapter import cases, frozen
from adapter.environment import Environment, missing
from adapter.figures import measure
from support import web_adapter
from support.checks import Check, collect
from support.processes import PROGRAMS
from support.run import Run


class World:
    """The environments that one case starts."""

    def __init__(self, logs, skipped):
        self.logs = logs
        self.skipped = skipped
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


def checks_of(case, run):
    world = World(run.logs / case.__name__, run.skipped)
    try:
        found = collect(case, world)
    finally:
        world.stop()
    for environment in world.environments:
        text = environment.text()
        canaries = [canary for canary in cases.CANARIES if canary in text]
        found.append(Check(found[0].case, "secrets in the log", [], canaries))
    return found


def print_figures(run):
    world = World(run.logs / "figures", run.skipped)
    print(
        f"figures: programs of profile {run.arguments.profile}; the adapter is built without its link-time optimization"
    )
    try:
        for line in measure(world):
            print(f"  {line}")
    finally:
        world.stop()


def main():
    run = Run("adapter", cases.CASES + frozen.CASES)
    run.skipped += web_adapter.skipped()
    if problem := missing():
        run.cannot(problem)
    run.each(lambda case: checks_of(case, run), run.arguments.jobs)
    if not run.failed and not run.wanted and run.arguments.profile != "dev":
        print_figures(run)
    run.end()


main()
