"""Drives the authorizer under AWS's runtime emulator, with Secrets Manager by independent implementations."""

import concurrent.futures
import pathlib
import shutil
import signal
import sys
import tempfile

import boto3
import botocore.config
import botocore.exceptions

from authorizer.authorizer import Authorizer
from authorizer.cases import CASES
from support.arguments import Parser
from support.checks import Check, collect, conclude, print_cases
from support.fault_proxy import FaultProxy
from support.keys import made
from support.processes import AWS, EMULATORS, await_true, stop_all

SECRET = "mcp/keys"


class World:
    """A secret of its own behind a proxy of its own, and the authorizers that read it."""

    def __init__(self, program, port, name, logs):
        self.program, self.name, self.logs = program, name, logs
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
        authorizer = Authorizer(self.program, self.proxy.port, self.secret, log, **settings)
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


def run_case(program, emulator, port, case, logs):
    """The checks of one case, and how long each start took."""
    world = World(program, port, "".join(c if c.isalnum() else "-" for c in case.__name__), logs)
    try:
        found = collect(case, world, f"{emulator}: ")
    finally:
        world.stop()
    found += [Check(found[0].case, *check) for check in check_logs(world)]
    return found, [time for authorizer in world.authorizers for time in authorizer.init_durations()]


def check_logs(world):
    for authorizer in world.authorizers:
        text = authorizer.text()
        yield "keys in the log", [], [key for key in made if key[8:40] in text]
        yield "panics in the log", False, "panicked" in text
        metrics = text.count('"Namespace":"McpAuthorizer"')
        yield "a metric line for each decision", len(authorizer.decisions()), metrics


def run_emulator(program, emulator, cases, logs, jobs):
    logs = logs / emulator
    logs.mkdir()
    port, process = EMULATORS[emulator](logs / "emulator.log")
    try:
        await_true(emulator, lambda: answers(port))
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            try:
                runs = [pool.submit(run_case, program, emulator, port, case, logs) for case in cases]
                return [run.result() for run in runs]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                stop_all()
                raise
    finally:
        process.stop()


def print_starts(results):
    inits = sorted(time for _, times in results for time in times)
    if inits:
        print(f"init: {len(inits)} starts, {inits[0]:.1f}–{inits[-1]:.1f} ms, median {inits[len(inits) // 2]:.1f} ms")


def main():
    parser = Parser(prog="scripts/e2e authorizer", description=__doc__)
    parser.add_argument("program", type=pathlib.Path, help="the authorizer's executable; the script gives it")
    parser.add_argument("--emulator", action="append", choices=EMULATORS, help="only this one")
    parser.add_argument("--case", action="append", help="only cases with this in their names")
    parser.add_argument("--jobs", type=int, default=4, help="cases at a time (default: 4)")
    arguments = parser.parse_args()
    wanted = arguments.case or [""]
    cases = [case for case in CASES if any(part in case.__name__ for part in wanted)]
    if not cases:
        parser.error("no case has such a name")
    # Ends through every `finally`, which is where children are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    logs = pathlib.Path(tempfile.mkdtemp(prefix="authorizer-e2e-"))
    results = []
    for emulator in arguments.emulator or EMULATORS:
        results += run_emulator(arguments.program.resolve(), emulator, cases, logs, arguments.jobs)
    found = [check for checks, _ in results for check in checks]
    print_cases(found)
    print_starts(results)
    failed = conclude(found)
    if failed:
        print(f"logs: {logs}")
    else:
        shutil.rmtree(logs)
    sys.exit(1 if failed else 0)


main()
