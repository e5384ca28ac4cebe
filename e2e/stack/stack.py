"""The deployed stack: scripts/local-aws, the gateway's endpoint, `mcp-client`, and AWS's own clients."""

import http.client
import json
import os
import pathlib
import subprocess
import time
import urllib.parse

import boto3

from support.processes import AWS, BARE

ROOT = pathlib.Path(__file__).parents[2]
STATE = ROOT / ".cache/local-aws"
LOCAL_AWS = ROOT / "scripts/local-aws"
NAME = "McpServerStack"
LARGEST_WAIT = 30


class Answer:
    """What a caller of the endpoint sees."""

    def __init__(self, status, headers, text, seconds):
        self.status, self.headers, self.text, self.seconds = status, headers, text, seconds

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def result(self):
        return self.json["result"]

    @property
    def tool_error(self):
        """The text of a result with `isError`, or what came instead."""
        result = self.json.get("result", {})
        return result["content"][0]["text"] if result.get("isError") else self.text


class Stack:
    def __init__(self, port, secrets_manager):
        self.port = port
        self.environment = {
            **BARE,
            **{name: value for name, value in os.environ.items() if name.startswith(("CARGO_", "RUSTUP_"))},
            "LOCAL_AWS_PORT": str(port),
            "LOCAL_AWS_SECRETS_MANAGER_URL": secrets_manager or "",
        }

    def local_aws(self, *arguments, **settings):
        """Runs scripts/local-aws; its progress goes to standard error."""
        subprocess.run(
            [LOCAL_AWS, *arguments], env={**self.environment, **settings}, stdout=subprocess.DEVNULL, check=True
        )

    @property
    def outputs(self):
        return json.loads((STATE / "outputs.json").read_text())[NAME]

    @property
    def key(self):
        return (STATE / "api-key").read_text().strip()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}/_aws/execute-api/{self.outputs['ApiId']}/$default/mcp"

    def aws(self, service):
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=AWS["AWS_SECRET_ACCESS_KEY"],
            region_name=AWS["AWS_REGION"],
        )

    def send(self, body, key=None, method="POST", url=None, **headers):
        """A request; `headers` have underscores instead of hyphens."""
        url = urllib.parse.urlsplit(url or self.endpoint)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LARGEST_WAIT)
        sent = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
        if key is not None:
            sent["x-api-key"] = key
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        began = time.monotonic()
        try:
            connection.request(method, url.path, body if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, text, time.monotonic() - began)

    def answers(self, url):
        """Whether something speaks HTTP there. Docker's own proxy accepts connections before the program does."""
        try:
            return self.send({}, url=url).status > 0
        except OSError:
            return False

    def list_tools(self, key=None, **headers):
        return self.send({"jsonrpc": "2.0", "id": 7, "method": "tools/list"}, key, **headers)

    def call(self, tool, key=None, arguments=None, **headers):
        params = {"name": tool, "arguments": arguments or {}}
        return self.send({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}, key, **headers)

    def client(self, *arguments, **environment):
        """Runs `mcp-client`, as an administrator or as a caller."""
        target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
        return subprocess.run(
            [pathlib.Path(target) / "debug/mcp-client", *arguments],
            env={**BARE, **AWS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}", **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def keys(self, *arguments):
        """Runs `mcp-client keys`: the document that it prints."""
        done = self.client("keys", *arguments, "--secret-id", self.outputs["ApiKeysSecret"], "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def log(self, output):
        """What the log group that an output names has, as CloudWatch Logs returns it."""
        pages = self.aws("logs").get_paginator("filter_log_events").paginate(logGroupName=self.outputs[output])
        return "\n".join(event["message"] for page in pages for event in page["events"])

    def printed(self):
        """What the toolkit, Docker and the emulator have printed."""
        return "".join(path.read_text(errors="replace") for path in STATE.glob("*.log"))
