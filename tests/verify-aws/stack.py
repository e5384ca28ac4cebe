"""A deployed stack: its endpoint, its logs, its keys."""

import contextlib
import hashlib
import json
import os
import pathlib
import subprocess
import time

from caller import Caller
from row import CannotTell

CLIENT = pathlib.Path(os.environ["PROGRAMS"]).resolve() / "mcp-client"
KEY_SETTLES = 11  # seconds: no instance of the authorizer reads the secret again for an unknown key before 10


class Stack(Caller):
    def __init__(self, place, name, outputs, key=None):
        super().__init__(place.endpoint(outputs))
        self.place, self.name, self.outputs, self.key = place, name, outputs, key
        self.aws = place.aws

    def eventually(self, look, seconds):
        """What `look` finds as soon as that is something, or what it found last."""
        return until(look, self.place.patience(seconds))

    def client(self, *arguments, code=0, **environment):
        """Runs `mcp-client`: what it printed."""
        done = subprocess.run(
            [CLIENT, *arguments], env={**self.place.environment, **environment},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if done.returncode != code:
            raise ClientFailed(f"mcp-client {' '.join(arguments[:2])}: {done.returncode}, {done.stderr.strip()[:200]}")
        return done.stdout

    def keys(self, *arguments, **environment):
        """Runs `mcp-client keys`: the document that it printed."""
        return json.loads(self.client("keys", *arguments, "--secret-id", self.secret, "--json", **environment))

    def new_key(self, name, *arguments):
        """A key that is in force, whatever it may do."""
        key = self.keys("create", "--id", name, *arguments)["key"]
        until(lambda: self.list_tools(key).status == 200, KEY_SETTLES + 5)
        return key

    def key_without_tools(self, name):
        """A record that no command writes: an allow-list that is empty."""
        key = self.keys("create", "--id", name, "--tools", "ping")["key"]
        service = self.aws("secretsmanager")
        document = json.loads(service.get_secret_value(SecretId=self.secret)["SecretString"])
        (record,) = (r for r in document["keys"] if r["sha256"] == hashlib.sha256(key.encode()).hexdigest())
        record["tools"] = []
        service.put_secret_value(SecretId=self.secret, SecretString=json.dumps(document))
        return key

    @property
    def secret(self):
        return self.outputs["ApiKeysSecret"]

    def lines(self, output, since=0.0):
        """The JSON lines of a log group, whatever is around them."""
        pages = self.aws("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=self.outputs[output], startTime=int(since * 1000))
        events = [event["message"] for page in found for event in page["events"]]
        return [line for text in events for line in map(document_of, text.splitlines()) if line]

    def served(self, **fields):
        """The server's line of a request, once it is there."""
        return self.line("ServerLogGroup", message="request served", **fields)

    def line(self, output, since=0.0, **fields):
        def look():
            found = self.lines(output, since)
            return [line for line in found if all(line.get(name) == value for name, value in fields.items())]

        return next(iter(self.eventually(look, 90)), None)

    def resources(self, kind):
        """Physical ids of the stack's resources of a type."""
        pages = self.aws("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [
            r["PhysicalResourceId"] for p in pages for r in p["StackResourceSummaries"] if r["ResourceType"] == kind
        ]

    def function(self, kind):
        """The configuration of the server ("Image") or of the authorizer ("Zip")."""
        for name in self.resources("AWS::Lambda::Function"):
            found = self.aws("lambda").get_function_configuration(FunctionName=name)
            if found["PackageType"] == kind:
                return found
        raise CannotTell(f"no function of the kind {kind}")

    @contextlib.contextmanager
    def no_concurrency(self, kind):
        """As if a function had no room left."""
        service, name = self.aws("lambda"), self.function(kind)["FunctionName"]
        service.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        try:
            yield
        finally:
            service.delete_function_concurrency(FunctionName=name)
            self.recovers()

    def recovers(self):
        """Waits until calls are answered again."""
        self.eventually(lambda: {self.list_tools(self.key).status for _ in range(10)} == {200}, 90)

    def status_of_stack(self):
        return self.aws("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]


class ClientFailed(Exception):
    """`mcp-client` ended otherwise than it should."""


def document_of(line):
    try:
        found = json.loads(line[line.index("{") :])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def until(look, seconds):
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.2)
    return found
