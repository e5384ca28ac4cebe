"""Drives the authorizer under AWS's runtime emulator, with Secrets Manager by independent implementations."""

import boto3
import botocore.config
import botocore.exceptions

from authorizer.authorizer import Authorizer
from authorizer.cases import CASES
from support.checks import Check, collect
from support.fault_proxy import FaultProxy
from support.keys import made
from support.processes import AWS, EMULATORS, PROGRAMS, await_true
from support.run import Run

SECRET = "mcp/keys"


class World:
    """A secret of its own behind a proxy of its own, and the authorizers that read it."""

    def __init__(self, port, name, logs):
        self.name, self.logs = name, logs
        self.secret = f"{SECRET}/{name}"
        self.service = client(port)
        self.proxy = FaultProxy(port)
        self.authorizers = []

    def start(self, text, fault="none", **settings):
        """An authorizer, once the secret has this text. None leaves the secret as it is."""
        if text is not None:
            self.service.create_secret(Name=self.secret, SecretString=text)
        self.proxy.set(fault)
        log = self.logs / f"{self.name}-{len(self.authorizers)}.log"
        authorizer = Authorizer(PROGRAMS / "mcp-authorizer", self.proxy.port, self.secret, log, **settings)
        self.authorizers.append(authorizer)
        return authorizer

    def put(self, text, stages=("AWSCURRENT",)):
        self.service.put_secret_value(SecretId=self.secret, SecretString=text, VersionStages=list(stages))

    def stop(self):
        for authorizer in self.authorizers:
            authorizer.stop()
        self.proxy.set("refused")


def client(port):
    # One attempt: a test must not hide what fails.
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    return boto3.client(
        "secretsmanager",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=AWS["AWS_SECRET_ACCESS_KEY"],
        region_name=AWS["AWS_REGION"],
        config=config,
    )


def answers(port):
    try:
        return client(port).list_secrets() is not None
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
        return False


def checks_of(case, emulator, port, logs, starts):
    """The checks of one case; how long each start took is added to `starts`."""
    world = World(port, "".join(c if c.isalnum() else "-" for c in case.__name__), logs)
    try:
        found = collect(case, world, f"{emulator}: ")
    finally:
        world.stop()
    starts += [time for authorizer in world.authorizers for time in authorizer.init_durations()]
    return found + [Check(found[0].case, *check) for check in check_logs(world)]


def check_logs(world):
    for authorizer in world.authorizers:
        text = authorizer.text()
        yield "keys in the log", [], [key for key in made if key[8:40] in text]
        yield "panics in the log", False, "panicked" in text
        metrics = text.count('"Namespace":"McpAuthorizer"')
        yield "a metric line for each decision", len(authorizer.decisions()), metrics


def run_emulator(run, emulator, starts):
    logs = run.logs / emulator
    logs.mkdir()
    port, process = EMULATORS[emulator](logs / "emulator.log")
    try:
        await_true(emulator, lambda: answers(port))
        run.each(lambda case: checks_of(case, emulator, port, logs, starts), run.arguments.jobs)
    finally:
        process.stop()


def main():
    run = Run("authorizer", CASES)
    starts = []
    for emulator in run.arguments.emulator or EMULATORS:
        run_emulator(run, emulator, starts)
    if starts := sorted(starts):
        print(
            f"init: {len(starts)} starts, {starts[0]:.1f}–{starts[-1]:.1f} ms, median {starts[len(starts) // 2]:.1f} ms"
        )
    run.end()


main()
