"""An account as docs/pipeline.md prepares it: an emulator that evaluates IAM, bootstrapped with cdk/execution-policy.json, with
the roles of cdk/github-roles.yaml."""

import base64
import json
import os
import subprocess

import boto3
import botocore.config
import botocore.exceptions

from delivery.policy import POLICY
from stack.stack import ROOT
from support.processes import AWS, BIN, Process, free_port

ACCOUNT = "000000000000"
REGION = AWS["AWS_REGION"]
REPOSITORY = "ada@1815/harbour-desk@1852"
ISSUER = "https://token.actions.githubusercontent.com"
# The emulator takes it for the root user's, whom nothing is refused.
ROOT_USER = {name: AWS[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}


def web_identity(subject, audience):
    """A token as GitHub makes them. The emulator judges its claims and not its signature."""
    parts = ({"alg": "none"}, {"iss": ISSUER, "sub": subject, "aud": audience}, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


class Account:
    def __init__(self, logs):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {
            "AUTH": "true",
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
        }
        Process([BIN / "ministack"], {**environment, "AWS_ENDPOINT_URL": self.url}, logs / "ministack.log", self.port)
        # Proxies, certificates and toolchains of this machine, but no settings and accounts of somebody's own.
        foreign = ("API_KEY", "AWS_", "MCP_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        endpoint = {"AWS_ENDPOINT_URL": self.url, "AWS_ENDPOINT_URL_S3": self.url}
        region = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
        programs = {"PATH": f"{BIN}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}
        self.environment = {**kept, **endpoint, **region, **programs}
        self.roles = {}

    def client(self, service, credentials=None):
        keys = {name.lower(): value for name, value in (credentials or ROOT_USER).items()}
        # One attempt: what is refused stays so.
        config = botocore.config.Config(retries={"total_max_attempts": 1})
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, config=config, **keys)

    def cdk(self, *arguments, **options):
        return self.run(ROOT / "cdk/node_modules/.bin/cdk", *arguments, **options)

    def run(self, *arguments, credentials=None, folder=ROOT, **settings):
        """Runs a program in this account."""
        return subprocess.run(
            [str(argument) for argument in arguments],
            cwd=folder,
            env={**self.environment, **(credentials or ROOT_USER), **settings},
            capture_output=True,
            text=True,
            check=False,
        )

    def prepare(self):
        policy = self.client("iam").create_policy(PolicyName="mcp-execution", PolicyDocument=POLICY.read_text())
        place, option = f"aws://{ACCOUNT}/{REGION}", "--cloudformation-execution-policies"
        bootstrapped = self.cdk("bootstrap", place, option, policy["Policy"]["Arn"])
        assert bootstrapped.returncode == 0, bootstrapped.stderr
        self.make_up_for_the_emulator()
        for environment in ("preview", "staging"):
            self.add_roles(environment)

    def make_up_for_the_emulator(self):
        """It is called without TLS, which the policy of bootstrap's bucket refuses, and for requests that list repositories
        it does not tell its policy engine which, so that no statement on one of them holds."""
        self.client("s3").delete_bucket_policy(Bucket=f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}")
        statement = {"Effect": "Allow", "Action": ["ecr:DescribeImages", "ecr:DescribeRepositories"], "Resource": "*"}
        self.client("iam").put_role_policy(
            RoleName=f"cdk-hnb659fds-image-publishing-role-{ACCOUNT}-{REGION}",
            PolicyName="emulator",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def add_roles(self, environment):
        service, name = self.client("cloudformation"), f"github-{environment}"
        parameters = {"Repository": REPOSITORY, "Environment": environment, "CreateProvider": "false"}
        service.create_stack(
            StackName=name,
            TemplateBody=(ROOT / "cdk/github-roles.yaml").read_text(),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        service.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        (stack,) = service.describe_stacks(StackName=name)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self.roles[environment] = outputs["DeployRole"]
        self.roles[f"{environment}-diff"] = outputs["DiffRole"]
        self.roles[f"{environment}-drift"] = outputs["DriftRole"]

    def assume(self, environment, subject=None, audience="sts.amazonaws.com"):
        """The credentials of a job in an environment of GitHub, or of one that only claims to be."""
        subject = subject or f"repo:{REPOSITORY}:environment:{environment}"
        answer = self.client("sts").assume_role_with_web_identity(
            RoleArn=self.roles[environment],
            RoleSessionName="GitHubActions",
            WebIdentityToken=web_identity(subject, audience),
        )["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": answer["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": answer["SecretAccessKey"],
            "AWS_SESSION_TOKEN": answer["SessionToken"],
        }

    @staticmethod
    def refused(call, *arguments, **request):
        """The code with which a call is refused, or None."""
        try:
            call(*arguments, **request)
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return None
