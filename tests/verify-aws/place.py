"""Where a run deploys: to an AWS account, or to the emulator that scripts/local-aws starts."""

import json
import os
import pathlib
import re
import shutil
import sys
import typing

import boto3
import botocore.config
import botocore.exceptions

import programs
from programs import say

ROOT = pathlib.Path(__file__).parents[2]
STATE = ROOT / ".cache/verify-aws"
LOCAL = ROOT / ".cache/local-aws"
TAG = "verify-aws"
# Settings of somebody's own that say how programs are built, and not what is deployed.
KEPT = ("MCP_DEPLOY_ARCHITECTURE", "MCP_DEPLOY_RUST_IMAGE", "MCP_DEPLOY_RUNTIME_IMAGE", "MCP_DEPLOY_ADAPTER_IMAGE")
SETTING = re.compile(r"^\s*(?:export\s+)?((?:MCP_|API_KEY)\w*)\s*=", re.MULTILINE)


def surroundings():
    """The environment, without settings of somebody's own: a variable wins over `.env`, and an empty one is not set."""
    env_file = ROOT / ".env"
    settings = SETTING.findall(env_file.read_text()) if env_file.exists() else []
    settings += [name for name in os.environ if name.startswith(("MCP_", "API_KEY"))]
    return {**os.environ, **{name: "" for name in settings if name not in KEPT}}


def without_profile(environment):
    return {name: value for name, value in environment.items() if name not in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")}


class Aws:
    """The account and the region of the credentials."""

    emulated = False
    # Nothing of the functions, so that its deployment publishes no version, which would take five minutes in steps.
    release: typing.ClassVar = {"MCP_DEPLOY_RELEASE": "canary10Percent5Minutes"}

    def __init__(self):
        # The settings of the template in each stack's folder.
        self.made = {}
        self.environment = surroundings()
        self.session = boto3.Session()
        # boto3 does not know the first, which the others here do.
        self.region = os.environ.get("AWS_REGION") or self.session.region_name
        if self.region:
            self.environment.update(AWS_REGION=self.region, AWS_DEFAULT_REGION=self.region)

    def aws(self, service, **credentials):
        return self.session.client(service, region_name=self.region, **credentials)

    def patience(self, seconds):
        """How long to wait for what AWS does in its own time."""
        return seconds

    def endpoint(self, outputs):
        return outputs["McpEndpoint"]

    def first(self, name, settings, prepare):
        """The first deployment of a run, and what must be there before."""
        prepare()
        say("installing and compiling the CDK app")
        self.run("installing the CDK", [ROOT / "scripts/tools", "cdk"])
        self.run("compiling the CDK app", ["npx", "tsc"], cwd=ROOT / "cdk")
        return self.deploy(name, settings)

    def deploy(self, name, settings):
        """Deploys a stack, or changes it: its outputs."""
        outputs = STATE / f"{name}.json"
        arguments = ["--outputs-file", outputs, "--require-approval", "never", "--tags", f"{TAG}=true"]
        self.cdk(f"deploying {name}", "deploy", name, settings, *arguments)
        return json.loads(outputs.read_text())[name]

    @property
    def built(self):
        return STATE / "McpVerify"

    def cdk(self, what, command, name, settings, *arguments):
        """Runs the toolkit on a stack. Each has a folder of its own, made from what the first has built."""
        say(what)
        folder = STATE / name
        if not folder.exists() and self.built.exists():
            shutil.copytree(self.built, folder)
        environment = {**self.environment, **settings, "MCP_DEPLOY_STACK_NAME": name}
        wanted = {key: value for key, value in settings.items() if not key.startswith("AWS_")}
        if self.made.get(name) != wanted:
            app, output = ["--app", "node build/bin/app.js"], ["--quiet", "--output", folder]
            self.run(f"template for {what}", ["npx", "cdk", "synth", *app, *output], environment, ROOT / "cdk")
            self.adapt(folder / f"{name}.template.json")
            self.made[name] = wanted
        return self.run(what, ["npx", "cdk", command, name, "--app", folder, *arguments], environment, ROOT / "cdk")

    def adapt(self, template):
        """Takes out of a template what this place does not have."""

    def run(self, what, arguments, environment=None, cwd=ROOT):
        return programs.run(what, arguments, environment or self.environment, cwd, STATE)

    def ready(self):
        """Why nothing can be deployed here, or None."""
        if self.region is None:
            return "no region: set AWS_REGION, or a region in the profile"
        try:
            self.account = self.aws("sts").get_caller_identity()["Account"]
            self.environment = {**without_profile(self.environment), **self.credentials()}
            self.aws("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")
        except botocore.exceptions.NoCredentialsError:
            return "no credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        except botocore.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ParameterNotFound":
                return f"{self.region} is not bootstrapped: (cd cdk && npm ci && npx cdk bootstrap)"
            return f"the credentials are not accepted: {code}"
        except botocore.exceptions.BotoCoreError as error:
            return f"AWS cannot be asked: {type(error).__name__}"
        return None

    def credentials(self):
        """As variables, since `mcp-client` cannot read every kind of profile."""
        found = self.session.get_credentials().get_frozen_credentials()
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        return {name: value for name, value in zip(names, found[:3], strict=True) if value}

    def end(self):
        """Leaves the logs only."""
        for path in STATE.glob("*"):
            if path.suffix != ".log":
                shutil.rmtree(path) if path.is_dir() else path.unlink()


class Emulator(Aws):
    """The emulator: AWS's own waiting times are cut short, because there what does not come at once never comes."""

    emulated = True
    account = "000000000000"
    region = "us-east-1"
    # It cannot make the resources of CodeDeploy.
    release: typing.ClassVar = {}

    def __init__(self):
        port = os.environ.get("LOCAL_AWS_PORT", "4566")
        self.url = f"http://127.0.0.1:{port}"
        plain = {name: value for name, value in surroundings().items() if not name.startswith("AWS_")}
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        regions = {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}
        urls = {"AWS_ENDPOINT_URL": self.url, "AWS_ENDPOINT_URL_S3": self.url}
        path = f"{ROOT / 'tests/e2e/.venv/bin'}:{plain['PATH']}"
        self.made = {}
        self.environment = {**plain, **credentials, **regions, **urls, "PATH": path}
        self.session = boto3.Session("test", "test")

    def aws(self, service, **credentials):
        # What it does not have it says at once, and says again.
        once = botocore.config.Config(retries={"total_max_attempts": 1})
        return super().aws(service, endpoint_url=self.url, config=once, **credentials)

    def patience(self, seconds):
        return min(seconds, 1)

    def endpoint(self, outputs):
        return f"{self.url}/_aws/execute-api/{outputs['ApiId']}/$default/mcp"

    @property
    def built(self):
        return LOCAL / "cdk.out"

    def first(self, name, settings, prepare):
        self.local_aws("up", {**settings, "MCP_DEPLOY_STACK_NAME": name})
        prepare()  # Only now there is an emulator.
        self.made[name] = {**self.as_local_aws(), **settings}
        return json.loads((LOCAL / "outputs.json").read_text())[name]

    def adapt(self, template):
        self.run("without metric math", [sys.executable, ROOT / "tests/local-aws/without_metric_math.py", template])

    def local_aws(self, command, settings):
        say(f"scripts/local-aws {command}")
        arguments = ["--make-bases"] if command == "up" else []
        environment = {**self.environment, **settings}
        self.run(f"scripts local-aws {command}", [ROOT / "scripts/local-aws", command, *arguments], environment)

    def cdk(self, what, command, name, settings, *arguments):
        return super().cdk(what, command, name, {**self.as_local_aws(), **settings}, *arguments)

    def as_local_aws(self):
        """The settings of scripts/local-aws, so that the image is the one that is there."""
        assets = next(LOCAL.glob("cdk.out/*.assets.json"))
        (image,) = json.loads(assets.read_text())["dockerImages"].values()
        bases = {f"MCP_DEPLOY_{name}": base for name, base in image["source"].get("dockerBuildArgs", {}).items()}
        return {**bases, "MCP_DEPLOY_ARCHITECTURE": "arm64" if os.uname().machine == "aarch64" else "x86_64"}

    def ready(self):
        if (LOCAL / "ministack.pid").exists():
            return "a stack is up on this machine: `scripts/local-aws down` first"
        return None

    def end(self):
        self.local_aws("down", {})
        super().end()
