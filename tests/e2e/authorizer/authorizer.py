"""The authorizer's executable under AWS's Runtime Interface Emulator."""

import http.client
import json
import pathlib

from support.lambda_emulator import PATH, emulating, init_durations
from support.processes import Process, free_port

ROOT = pathlib.Path(__file__).parents[3]
EVENTS = {path.stem: path.read_text() for path in (ROOT / "tests/fixtures/events").glob("authorizer-*.json")}

# Short times, so that the bounds can be seen to hold without waiting for minutes.
TTL, INTERVAL, STALE = 1, 1, 6

ALLOW, DENY, ERROR = "allow", "deny", "error"


class Authorizer:
    """One Lambda environment. Secrets Manager is at `endpoint`."""

    def __init__(self, program, endpoint, secret, log, **settings):
        port = free_port()
        self.log = log
        self.port = port
        environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{endpoint}",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "8",
            "AWS_LAMBDA_LOG_LEVEL": "TRACE",
            "MCP_SECRET_ID": secret,
            "MCP_CACHE_TTL_SECONDS": str(TTL),
            "MCP_REFRESH_INTERVAL_SECONDS": str(INTERVAL),
            "MCP_STALE_SECONDS": str(STALE),
            "MCP_METRICS": "emf",
            **settings,
        }
        self.process = Process(emulating(program, port), environment, log, port)

    def invoke(self, event):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", PATH, event)
        return json.loads(connection.getresponse().read())

    def send(self, key, event="authorizer-one-key"):
        return self.invoke(EVENTS[event].replace("{{key}}", key))

    def ask(self, key, event="authorizer-one-key"):
        """allow, deny or error; anything that is not exactly one of them is shown as it is."""
        answer = self.send(key, event)
        if answer == {"isAuthorized": False}:
            return DENY
        if answer == {"errorType": "KeysUnavailable", "errorMessage": "the keys cannot be read"}:
            return ERROR
        if answer.get("isAuthorized") is True and answer["context"]["key_id"]:
            return ALLOW
        return json.dumps(answer)

    def text(self):
        return pathlib.Path(self.log).read_text(errors="replace")

    def init_durations(self):
        return init_durations(self.text())

    def decisions(self):
        lines = [line for line in self.text().splitlines() if '"key checked"' in line]
        return [json.loads(line[line.index("{") :]) for line in lines]

    def stop(self):
        self.process.stop()
