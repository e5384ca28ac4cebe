"""The deployed stack: scripts/local-aws, the gateway's endpoint, `mcp-client`, and AWS's own clients."""

import json
import os
import pathlib
import subprocess

import boto3

from stack.caller import Caller
from support.processes import AWS, BARE, PROGRAMS

ROOT = pathlib.Path(__file__).parents[3]
STATE = ROOT / ".cache/local-aws"
LOCAL_AWS = ROOT / "scripts/local-aws"
NAME = "McpServerStack"


class Stack(Caller):
    def __init__(self, port, secrets_manager, name=NAME, settings=None):
        super().__init__(None)
        self.port, self.name = port, name
        self.outputs = None
        # Proxies, certificates and toolchains of this machine, but no settings and accounts of somebody's own.
        foreign = ("API_KEY", "AWS_", "LOCAL_AWS_", "MCP_")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
            "LOCAL_AWS_PORT": str(port),
            "LOCAL_AWS_SECRETS_MANAGER_URL": secrets_manager,
            **(settings or {}),
        }

    def local_aws(self, *arguments, **settings):
        """Runs scripts/local-aws; its progress goes to standard error."""
        subprocess.run(
            [LOCAL_AWS, *arguments], env={**self.environment, **settings}, stdout=subprocess.DEVNULL, check=True
        )

    def deploy(self, command, **settings):
        """`up` or `deploy`."""
        self.local_aws(command, "--make-bases", **settings)
        self.know(json.loads((STATE / "outputs.json").read_text())[self.name])

    def know(self, outputs):
        """What the stack is, by its outputs."""
        self.outputs = outputs
        self.endpoint = f"http://127.0.0.1:{self.port}/_aws/execute-api/{outputs['ApiId']}/$default/mcp"

    @property
    def key(self):
        return (STATE / "api-key").read_text().strip()

    def aws(self, service):
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=AWS["AWS_SECRET_ACCESS_KEY"],
            region_name=AWS["AWS_REGION"],
        )

    def client(self, *arguments, stdin="", **environment):
        """Runs `mcp-client`, as an administrator or as a caller."""
        return subprocess.run(
            [PROGRAMS / "mcp-client", *arguments],
            input=stdin,
            env={**BARE, **AWS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}", **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def keys(self, *arguments):
        """Runs `mcp-client keys`: the document that it prints."""
        done = self.client("keys", *arguments, "--secret-id", self.outputs["ApiKeysSecret"], "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def functions(self):
        """The stack's functions, as Lambda lists them."""
        found = self.aws("cloudformation").list_stack_resources(StackName=self.name)["StackResourceSummaries"]
        names = {r["PhysicalResourceId"] for r in found if r["ResourceType"] == "AWS::Lambda::Function"}
        return [f for f in self.aws("lambda").list_functions()["Functions"] if f["FunctionName"] in names]

    def server(self):
        """The name of the server's function, which alone is an image."""
        (name,) = (f["FunctionName"] for f in self.functions() if f["PackageType"] == "Image")
        return name

    def log(self, output):
        """What the log group that an output names has, as CloudWatch Logs returns it."""
        pages = self.aws("logs").get_paginator("filter_log_events").paginate(logGroupName=self.outputs[output])
        return "\n".join(event["message"] for page in pages for event in page["events"])

    def printed(self):
        """What the toolkit, Docker and the emulator have printed."""
        return "".join(path.read_text(errors="replace") for path in STATE.glob("*.log"))

    def resources(self):
        """What of the stack exists, by kind."""
        aws = self.aws
        found = {
            "functions": [f["FunctionName"] for f in aws("lambda").list_functions()["Functions"]],
            "APIs": [api["ApiId"] for api in aws("apigatewayv2").get_apis()["Items"]],
            "secrets": [s["Name"] for s in aws("secretsmanager").list_secrets()["SecretList"]],
            "log groups": [g["logGroupName"] for g in aws("logs").describe_log_groups()["logGroups"]],
            "alarms": [a["AlarmName"] for a in aws("cloudwatch").describe_alarms()["MetricAlarms"]],
            "dashboards": [d["DashboardName"] for d in aws("cloudwatch").list_dashboards()["DashboardEntries"]],
            "roles": [r["RoleName"] for r in aws("iam").list_roles()["Roles"] if r["RoleName"].startswith(NAME)],
        }
        stacks = aws("cloudformation").list_stacks()["StackSummaries"]
        found["stacks"] = [
            s["StackName"] for s in stacks if s["StackName"] == NAME and s["StackStatus"] != "DELETE_COMPLETE"
        ]
        return found
