"""The constructs in an app of somebody else's, deployed beside our own."""

import json
import pathlib
import platform
import shutil
import subprocess
import tempfile

from stack.environments import KEY_CACHE
from stack.stack import ROOT, STATE
from support.processes import AWS, BIN, await_true

NAME = "Sample"


class Sample:
    """The app of tests/constructs, with the packed constructs installed, in `folder`."""

    def __init__(self, folder, stack):
        self.folder = pathlib.Path(folder) / "sample"
        url = f"http://127.0.0.1:{stack.port}"
        self.environment = {
            **stack.environment,
            **AWS,
            "AWS_ENDPOINT_URL": url,
            "AWS_ENDPOINT_URL_S3": url,
            # As scripts/local-aws builds native functions, so that it is done already.
            "CARGO_LAMBDA_GLOBAL": str(ROOT / "tests/local-aws/cargo-lambda.toml"),
            "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
            "PATH": f"{BIN}:{stack.environment['PATH']}",
        }
        self.run(ROOT / "tests/constructs/run", self.folder, cwd=folder)

    def run(self, *command, cwd=None):
        done = subprocess.run(
            command, env=self.environment, cwd=cwd or self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command[0]}: {done.stdout[-500:]} {done.stderr[-2000:]}"

    def cdk(self, *arguments):
        self.run("npx", "cdk", *arguments)

    def deploy(self):
        """The outputs."""
        shutil.rmtree(self.folder / "cdk.out")
        self.cdk("synth", "--quiet", "--app", f"node app.js {ROOT}", "--output", "cdk.out")
        self.run("python3", ROOT / "tests/local-aws/without_metric_math.py", f"cdk.out/{NAME}.template.json")
        self.tag_image()
        self.cdk("deploy", "--app", "cdk.out", "--require-approval", "never", "--outputs-file", "outputs.json")
        return json.loads((self.folder / "outputs.json").read_text())[NAME]

    def tag_image(self):
        """The emulator wants an image by the name in the template: ours, which is of the same sources, gets it."""
        images = STATE / "images"
        ours = images.read_text().split()[-1]
        (asset,) = json.loads((self.folder / f"cdk.out/{NAME}.assets.json").read_text())["dockerImages"].values()
        (place,) = asset["destinations"].values()
        theirs = ours.rpartition(":")[0] + ":" + place["imageTag"]
        self.run("docker", "tag", ours, theirs)
        with images.open("a") as names:
            names.write(f"{theirs}\n")


def the_constructs_serve_in_somebody_elses_app(world):
    if platform.machine() != "x86_64":
        world.skipped.append("the sample app of the constructs: it is built for x86_64")
        yield "skipped", True, True
        return
    stack, other = world.stack, world.another(NAME)
    before = stack.resources()
    with tempfile.TemporaryDirectory() as folder:
        sample = Sample(folder, stack)
        other.know(sample.deploy())
        key = other.keys("create", "--id", "visitor")["key"]
        await_true("the new key", lambda: other.list_tools(key).status == 200, KEY_CACHE + 1)
        yield "its key", False, other.call("ping", key).result.get("isError", False)
        yield "our key", 403, other.list_tools(stack.key).status
        yield "its key with us", 403, stack.list_tools(key).status
        sample.cdk("destroy", "--app", "cdk.out", "--force")
    yield "what is left", before, stack.resources()


CASES = [the_constructs_serve_in_somebody_elses_app]
