"""The heartbeat under AWS's Runtime Interface Emulator, against the real server, with its key in moto's Secrets Manager."""

import contextlib
import http.client
import json
import pathlib
import re
import socket
import subprocess
import threading
import time

import boto3

from support.checks import collect
from support.lambda_emulator import PATH, emulating
from support.processes import AWS, BARE, PROGRAMS, Process, free_port, moto
from support.run import Run

PATIENCE = 4  # seconds; a single call may take half of that
TOOLS = "ping,get_weather,calculate"
OK, FAILED, NO_KEY = None, "SmokeTestFailed", "NoKey"


class World:
    """A server with its keys, a secret for the heartbeat's own, and the function."""

    def __init__(self, secrets_manager, logs, name):
        self.port, self.logs, self.name = secrets_manager, logs, name
        self.url = f"http://127.0.0.1:{secrets_manager}"
        self.secret = f"heartbeat/{name}"
        self.keys_file = logs / f"{name}-keys.json"
        self.processes = []
        # Without a value, as the deployment makes it.
        self.boto3().create_secret(Name=self.secret)

    def boto3(self):
        return boto3.client(
            "secretsmanager",
            endpoint_url=self.url,
            aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=AWS["AWS_SECRET_ACCESS_KEY"],
            region_name=AWS["AWS_REGION"],
        )

    def start(self, program, environment, port):
        log = self.logs / f"{self.name}-{len(self.processes)}.log"
        self.processes.append(Process(program, environment, log, port))
        return self.processes[-1]

    def server(self):
        self.endpoint_port = free_port()
        environment = {"MCP_PORT": str(self.endpoint_port), "MCP_API_KEYS_FILE": str(self.keys_file)}
        return self.start([PROGRAMS / "mcp-server"], environment, self.endpoint_port)

    def function(self, endpoint_port, **settings):
        self.emulator_port = free_port()
        environment = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "20",
            "MCP_SERVER_ENDPOINT": f"http://127.0.0.1:{endpoint_port}/mcp",
            "MCP_HEARTBEAT_SECRET_ID": self.secret,
            "MCP_HEARTBEAT_TIMEOUT_SECONDS": str(PATIENCE),
            "MCP_LOG_LEVEL": "trace",
            "MCP_METRICS": "emf",
            "MCP_STACK": "Tested",
            **settings,
        }
        return self.start(emulating(PROGRAMS / "mcp-heartbeat", self.emulator_port), environment, self.emulator_port)

    def keys(self, *arguments):
        """Runs `mcp-client keys` on the server's keys, and returns what it printed."""
        return subprocess.run(
            [PROGRAMS / "mcp-client", "keys", *arguments, "--file", self.keys_file],
            env={**BARE, **AWS, "AWS_ENDPOINT_URL": self.url},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def make_key(self, *arguments):
        made = self.keys("create", "--id", "heartbeat", "--tools", TOOLS, "--to-secret", self.secret, *arguments)
        assert made.returncode == 0, made.stderr
        return made

    @property
    def key(self):
        return self.boto3().get_secret_value(SecretId=self.secret)["SecretString"]

    def beat(self):
        """Invokes the function: the kind of its error, and how long it took."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.emulator_port, timeout=60)
        # What EventBridge sends, as far as anybody may care.
        connection.request("POST", PATH, json.dumps({"detail-type": "Scheduled Event", "detail": {}}))
        answer = json.loads(connection.getresponse().read())
        self.seconds = time.monotonic() - began
        return answer["errorType"] if answer else None

    def log(self):
        return pathlib.Path(self.processes[-1].log).read_text(errors="replace")

    def lines(self, part):
        lines = [line[line.index("{") :] for line in self.log().splitlines() if part in line]
        return [json.loads(line) for line in lines]

    def said(self):
        """The last line about a beat: level, outcome, error."""
        line = self.lines('"duration_ms"')[-1]
        return line["level"], line["outcome"], line.get("error", "")

    def measured(self):
        line = self.lines('"McpHeartbeat"')[-1]
        return line["Stack"], line["Heartbeat"]

    def stop(self):
        for process in self.processes:
            process.stop()


@contextlib.contextmanager
def silence():
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = []

        def take():
            with contextlib.suppress(OSError):
                while True:
                    taken.append(listener.accept())

        threading.Thread(target=take, daemon=True).start()
        yield listener.getsockname()[1]


def a_server_that_works(world):
    made = world.make_key()
    yield "the key is printed nowhere", (False, False), (world.key in made.stdout, world.key in made.stderr)
    world.server()
    world.function(world.endpoint_port)
    yield "the invocation", OK, world.beat()
    yield "the log", ("INFO", "ok", ""), world.said()
    yield "the metric", ("Tested", 1), world.measured()
    yield "again", OK, world.beat()


def a_server_that_goes_down_and_comes_back(world):
    world.make_key()
    server = world.server()
    world.function(world.endpoint_port)
    yield "before", OK, world.beat()
    server.stop()
    yield "down", FAILED, world.beat()
    level, outcome, error = world.said()
    yield "the log", ("ERROR", "unreachable", True), (level, outcome, "cannot reach" in error)
    yield "the metric", ("Tested", 0), world.measured()
    log = world.logs / f"{world.name}-again.log"
    environment = {"MCP_PORT": str(world.endpoint_port), "MCP_API_KEYS_FILE": str(world.keys_file)}
    again = Process([PROGRAMS / "mcp-server"], environment, log, world.endpoint_port)
    try:
        yield "back", OK, world.beat()
    finally:
        again.stop()


def a_server_that_never_answers(world):
    world.make_key()
    with silence() as port:
        world.function(port)
        yield "silent", FAILED, world.beat()
    level, outcome, error = world.said()
    yield "the log", ("ERROR", "timed_out", True), (level, outcome, "connecting: no answer within 2 s" in error)
    yield f"within {PATIENCE} s", True, world.seconds < PATIENCE + 1


def a_key_that_is_not_accepted(world):
    world.make_key()
    world.server()
    world.function(world.endpoint_port)
    yield "before", OK, world.beat()
    world.boto3().put_secret_value(SecretId=world.secret, SecretString=world.key[:-1] + "x")
    yield "another key", FAILED, world.beat()
    yield "the log", ("ERROR", "refused"), world.said()[:2]
    yield "names the request", True, "request id: " in world.said()[2]


def a_key_for_other_tools(world):
    made = world.keys("create", "--id", "heartbeat", "--tools", "ping", "--to-secret", world.secret)
    yield "made", 0, made.returncode
    world.server()
    world.function(world.endpoint_port)
    yield "the invocation", FAILED, world.beat()
    yield "the log", ("ERROR", "check_failed"), world.said()[:2]


def a_secret_without_a_key(world):
    (world.logs / f"{world.name}-keys.json").write_text('{"v":1,"keys":[]}')
    world.server()
    world.function(world.endpoint_port)
    yield "the invocation", NO_KEY, world.beat()
    level, outcome, error = world.said()
    yield "the log", ("ERROR", "no_key", True), (level, outcome, "--to-secret" in error)
    yield "the metric", ("Tested", 0), world.measured()
    world.make_key()
    time.sleep(1.5)  # The server reads its keys once a second.
    yield "with a key", OK, world.beat()


def a_rotation(world):
    world.make_key("--expires", "90d")
    world.server()
    world.function(world.endpoint_port)
    yield "before", OK, world.beat()
    old = world.key
    rotated = world.keys("rotate", "heartbeat", "--expires", "90d", "--to-secret", world.secret)
    yield "rotated", (0, True), (rotated.returncode, world.key != old)
    yield "the new key is printed nowhere", False, world.key in rotated.stdout + rotated.stderr
    time.sleep(1.5)
    yield "after", OK, world.beat()


def secrets_manager_is_away(world):
    world.make_key()
    world.server()
    world.function(world.endpoint_port, AWS_ENDPOINT_URL=f"http://127.0.0.1:{free_port()}")
    yield "the invocation", NO_KEY, world.beat()
    yield "says so", True, "cannot read the secret" in world.said()[2]
    yield "in time", True, world.seconds < 5


CASES = [
    a_server_that_works,
    a_server_that_goes_down_and_comes_back,
    a_server_that_never_answers,
    a_key_that_is_not_accepted,
    a_key_for_other_tools,
    a_secret_without_a_key,
    a_rotation,
    secrets_manager_is_away,
]


def checks_of(case, port, logs):
    world = World(port, logs, case.__name__.replace("_", "-"))
    try:
        checks = collect(case, world)
        keys = re.findall(r"mcp_heartbeat\S*_[0-9A-Za-z]{43}_", "".join(p.read_text() for p in logs.glob("*.log")))
        return [*checks, checks[0]._replace(what="keys in the logs", expected=[], seen=keys)]
    finally:
        world.stop()


def main():
    run = Run("heartbeat", CASES)
    port, process = moto(run.logs / "moto.log")
    try:
        run.each(lambda case: checks_of(case, port, run.logs))
    finally:
        process.stop()
    run.end()


main()
