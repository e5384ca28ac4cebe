"""`mcp-client keys` against Secrets Manager, and CloudFormation, as moto emulates them.

moto serves one request at a time here, so that each call is atomic, as it is on AWS. Between the client and moto sits
`Gateway`, which denies calls and loses answers when a check says so.
"""

import datetime
import itertools
import json
import logging
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import boto3
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from support.checks import collect
from support.processes import PROGRAMS
from support.run import Run

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
EMPTY = '{"v":1,"keys":[]}'
BARE = "0123456789abcdef0123456789abcdef"


class Gateway:
    """Passes requests on, except those that a check wants to go wrong."""

    def __init__(self, app):
        self.app = app
        self.reset()

    def reset(self):
        self.calls, self.denied, self.lost, self.rivals = [], set(), [], []

    def __call__(self, environ, start_response):
        action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or "DescribeStacks"
        ours = "boto" not in environ.get("HTTP_USER_AGENT", "").lower()
        if not ours:
            return self.app(environ, start_response)
        self.calls.append(action)
        if action in self.denied and action == "DescribeStacks":
            return query_answer(start_response, "AccessDenied", f"User is not authorized to perform {action}")
        if action in self.denied:
            return answer(start_response, "400 Bad Request", "AccessDeniedException", f"not authorized to {action}")
        if action == "UpdateSecretVersionStage" and self.rivals:
            self.rivals.pop()()
        if action in self.lost:
            self.lost.remove(action)
            for _ in self.app(environ, lambda *_: None):
                pass
            return answer(start_response, "500 Internal Server Error", "InternalServiceError", "the answer is lost")
        return self.app(environ, start_response)


def answer(start_response, status, code, message):
    body = json.dumps({"__type": code, "message": message}).encode()
    start_response(status, [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(body)))])
    return [body]


def query_answer(start_response, code, message):
    """The same as CloudFormation says it."""
    body = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    start_response("403 Forbidden", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
    return [body.encode()]


class Bench:
    """The client, the service, and a secret for each check."""

    def __init__(self, client):
        self.client = client
        self.gateway = Gateway(DomainDispatcherApplication(create_backend_app))
        server = make_server("127.0.0.1", 0, self.gateway, threaded=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.service = self.boto3("secretsmanager")

    def boto3(self, service):
        return boto3.client(
            service, endpoint_url=self.url, region_name="us-east-1",
            aws_access_key_id="test", aws_secret_access_key="test",
        )  # fmt: skip

    def secret(self, name, text=EMPTY):
        self.gateway.reset()
        return self.service.create_secret(Name=name, SecretString=text)["ARN"]

    def stack(self, name, without=(), **changed):
        """Deploys a stack with the outputs of ours, but for those `without` and with those `changed`. moto's
        CloudFormation makes no secrets, so the secret NAME stands beside it."""
        outputs = {
            "McpEndpoint": "http://127.0.0.1:9/mcp",
            "ApiKeysSecret": self.secret(name),
            "ApiId": "a1b2c3",
            "KeyCacheSeconds": "7",
            "AuthorizerTtlSeconds": "0",
            **changed,
        }
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {key: {"Value": value} for key, value in outputs.items() if key not in without},
        }
        self.boto3("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))
        return ("--stack", name)

    def keys(self, store, *arguments, code=0, stdin="", env=None):
        """Runs `mcp-client keys …` and returns what it printed. The store is options, or the id of a secret."""
        store = store if isinstance(store, tuple) else ("--secret-id", store)
        return self.run("keys", *arguments, *store, code=code, stdin=stdin, env=env)

    def run(self, *arguments, code=0, stdin="", env=None):
        run = subprocess.run(
            [self.client, *arguments],
            input=stdin, capture_output=True, text=True, timeout=120, check=False,
            env={**CREDENTIALS, "AWS_ENDPOINT_URL": self.url, **(env or {})},
        )  # fmt: skip
        assert run.returncode == code, (
            f"{arguments}: expected exit {code}, got {run.returncode}\n{run.stdout}{run.stderr}"
        )
        return run

    def create(self, secret, name, *more):
        return self.keys(secret, "create", "--id", name, *more).stdout.strip()

    def listed(self, secret):
        return {key["id"]: key for key in json.loads(self.keys(secret, "list", "--json").stdout)["keys"]}

    def stages(self, secret):
        """The labels of each version that has some."""
        return list(self.service.describe_secret(SecretId=secret)["VersionIdsToStages"].values())

    def text(self, secret):
        return self.service.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"]


def every_command_works(bench):
    secret = bench.secret("every-command")
    made = bench.keys(secret, "create", "--id", "ci", "--tools", "ping", "--expires", "90d")
    key = made.stdout.strip()
    assert key.startswith("mcp_ci_") and key not in made.stderr and "in force everywhere by" in made.stderr
    assert key not in bench.text(secret)
    assert "active" in bench.keys(secret, "check", "--stdin", stdin=key).stdout
    successor = bench.keys(secret, "rotate", "ci", "--expires", "never").stdout.strip()
    assert successor.startswith("mcp_ci-r2_")
    bench.keys(secret, "check", env={"MCP_API_KEY": key})
    disabled = bench.keys(secret, "disable", "ci").stdout
    assert "in force everywhere by" in disabled and "reset-authorizers-cache" in disabled
    assert "disabled" in bench.keys(secret, "check", code=77, env={"MCP_API_KEY": key}).stdout
    bench.keys(secret, "revoke", "ci")
    assert list(bench.listed(secret)) == ["ci-r2"]
    assert bench.listed(secret)["ci-r2"]["tools"] == ["ping"]


def the_arn_and_the_environment_name_a_secret_too(bench):
    arn = bench.secret("by-arn")
    bench.create(arn, "ci")
    assert list(bench.listed("by-arn")) == ["ci"]


def seconds_until_in_force(bench, store, *arguments):
    began = datetime.datetime.now(datetime.UTC)
    by = json.loads(bench.keys(store, *arguments, "--json").stdout)["effective_by"]
    return (datetime.datetime.fromisoformat(by) - began).total_seconds()


def a_stack_says_where_its_keys_are_and_how_long_a_change_takes(bench):
    stack = bench.stack("ByStack")
    made = bench.keys(stack, "create", "--id", "ci")
    assert "in force everywhere by" in made.stderr and "arn:aws:secretsmanager" in made.stderr
    bench.keys(stack, "check", env={"MCP_API_KEY": made.stdout.strip()})
    # One second more makes up for fractions, and the machine may be slow.
    assert 6 < seconds_until_in_force(bench, stack, "disable", "ci") < 20
    assert "hint" not in bench.keys(stack, "enable", "ci").stdout
    assert list(bench.listed("ByStack")) == ["ci"]
    assert 60 < seconds_until_in_force(bench, "ByStack", "disable", "ci") < 75


def the_gateways_memory_is_part_of_the_time(bench):
    stack = bench.stack("Remembering", AuthorizerTtlSeconds="300")
    assert 6 < seconds_until_in_force(bench, stack, "create", "--id", "ci") < 20
    assert 306 < seconds_until_in_force(bench, stack, "disable", "ci") < 320
    said = bench.keys(stack, "revoke", "ci").stdout
    assert "300 s of that is the gateway's" in said and "--api-id a1b2c3 " in said, said


def a_stack_names_the_endpoint_of_every_command(bench):
    bench.stack("Endpoint")
    for arguments in ((), ("info",), ("tools", "list")):
        unreachable = bench.run(*arguments, "--stack", "Endpoint", code=69)
        assert "cannot reach http://127.0.0.1:9/mcp" in unreachable.stderr, unreachable.stderr
    env = {"MCP_SERVER_ENDPOINT": "http://127.0.0.1:10/mcp"}
    assert "127.0.0.1:9/" in bench.run("info", "--stack", "Endpoint", code=69, env=env).stderr


def a_stack_that_does_not_help_is_an_error(bench):
    for arguments in (("keys", "list"), ("info",)):
        missing = bench.run(*arguments, "--stack", "NoSuchStack", code=69)
        assert "the stack NoSuchStack does not exist" in missing.stderr and "AWS_REGION" in missing.stderr
    for output in ("ApiKeysSecret", "KeyCacheSeconds", "AuthorizerTtlSeconds"):
        stack = bench.stack(f"Without{output}", without={output})
        older = bench.keys(stack, "create", "--id", "ci", code=65)
        assert f"has no output `{output}`" in older.stderr and "--secret-id" in older.stderr and older.stdout == ""
    stack = bench.stack("WithoutEndpoint", without={"McpEndpoint"})
    assert "no output `McpEndpoint`" in bench.run("info", *stack, code=65).stderr
    bench.keys(stack, "list")
    bench.keys(bench.stack("Odd", KeyCacheSeconds="soon"), "list", code=65)


def asking_for_a_stack_may_be_denied(bench):
    stack = bench.stack("Denied")
    bench.gateway.denied = {"DescribeStacks"}
    denied = bench.keys(stack, "list", code=77)
    assert "access to the stack Denied is denied" in denied.stderr, denied.stderr
    assert "cloudformation:DescribeStacks" in denied.stderr
    assert bench.gateway.calls == ["DescribeStacks"], bench.gateway.calls
    bench.gateway.reset()
    bench.keys(stack, "list")
    assert bench.gateway.calls == ["DescribeStacks", "GetSecretValue"], bench.gateway.calls


def the_version_before_stays_and_no_label_is_left_over(bench):
    secret = bench.secret("labels")
    for name in "abc":
        bench.create(secret, name)
    labels = sorted(itertools.chain(*bench.stages(secret)))
    assert labels == ["AWSCURRENT", "AWSPREVIOUS", "mcp-client-edit"], labels
    previous = bench.service.get_secret_value(SecretId=secret, VersionStage="AWSPREVIOUS")["SecretString"]
    assert [key["id"] for key in json.loads(previous)["keys"]] == ["a", "b"]


def eight_administrators_at_once_lose_nothing(bench):
    secret = bench.secret("eight")
    names = [f"a{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda name: bench.create(secret, name), names))
    assert sorted(bench.listed(secret)) == names
    for key in made:
        bench.keys(secret, "check", env={"MCP_API_KEY": key})


def whoever_is_overtaken_starts_again(bench):
    secret = bench.secret("overtaken")
    theirs = EMPTY.replace("[]", '[{"id":"theirs","sha256":"' + "0" * 64 + '"}]')
    # Past the server, which serves the client's call at this moment.
    backend = get_backend("secretsmanager")[DEFAULT_ACCOUNT_ID]["us-east-1"]
    bench.gateway.rivals = [lambda: backend.put_secret_value(secret, theirs, None, str(uuid4()), ["AWSCURRENT"])]
    bench.create(secret, "ours")
    assert bench.gateway.calls.count("PutSecretValue") == 2, bench.gateway.calls
    assert list(bench.listed(secret)) == ["theirs", "ours"]


def a_stale_base_is_refused_by_the_service(bench):
    """That the emulator honours RemoveFromVersionId, without which the checks around this one would show nothing."""
    secret = bench.secret("stale")
    base = bench.service.get_secret_value(SecretId=secret)["VersionId"]
    draft = bench.service.put_secret_value(SecretId=secret, SecretString=EMPTY, VersionStages=["mcp-client-edit"])
    bench.service.put_secret_value(SecretId=secret, SecretString=EMPTY + " ")
    try:
        bench.service.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT",
            RemoveFromVersionId=base, MoveToVersionId=draft["VersionId"],
        )  # fmt: skip
    except bench.service.exceptions.InvalidParameterException:
        return
    raise AssertionError("the label was taken from a version that did not have it")


def a_lost_answer_makes_one_key(bench):
    for action in ("PutSecretValue", "UpdateSecretVersionStage"):
        secret = bench.secret(f"lost-{action}")
        bench.gateway.lost = [action]
        key = bench.create(secret, "ci")
        assert bench.gateway.calls.count(action) == 2, bench.gateway.calls
        assert list(bench.listed(secret)) == ["ci"]
        bench.keys(secret, "check", env={"MCP_API_KEY": key})


def reading_needs_one_permission_and_a_change_three(bench):
    secret = bench.secret("denied")
    bench.create(secret, "ci")
    before = bench.text(secret)
    for action in ("GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"):
        bench.gateway.denied = {action}
        denied = bench.keys(secret, "create", "--id", "x", code=77)
        assert "AccessDeniedException" in denied.stderr and "hint: " in denied.stderr and denied.stdout == ""
        bench.gateway.denied = set()
        assert bench.text(secret) == before
    bench.gateway.denied = {"PutSecretValue", "UpdateSecretVersionStage", "DescribeSecret"}
    assert list(bench.listed(secret)) == ["ci"]


def what_changes_nothing_writes_nothing(bench):
    secret = bench.secret("unchanged")
    bench.create(secret, "ci")
    bench.keys(secret, "disable", "ci")
    bench.gateway.calls.clear()
    bench.keys(secret, "disable", "ci")
    bench.keys(secret, "create", "--id", "ci", code=64)
    assert set(bench.gateway.calls) == {"GetSecretValue"}, bench.gateway.calls


def a_missing_secret_is_reported_and_not_made(bench):
    for arguments in (("list",), ("create", "--id", "ci"), ("revoke", "ci")):
        missing = bench.keys("no-such-secret", *arguments, code=69)
        assert "does not exist" in missing.stderr and "AWS_REGION" in missing.stderr


def a_bare_key_goes_on_as_default(bench):
    secret = bench.secret("bare", BARE)
    bench.keys(secret, "check", env={"MCP_API_KEY": BARE})
    made = bench.keys(secret, "create", "--id", "ci")
    assert "it stays valid as `default`" in made.stderr and BARE not in made.stderr
    assert BARE not in bench.text(secret)
    assert list(bench.listed(secret)) == ["default", "ci"]
    bench.keys(secret, "check", env={"MCP_API_KEY": BARE})


def a_key_never_takes_the_place_of_a_document(bench):
    for text, code in ((EMPTY, 64), (BARE, 73)):
        arn = bench.secret(f"store-{code}", text)
        # By another name of the store, which has a document when the key comes, if not before.
        refused = bench.keys(f"store-{code}", "create", "--id", "ci", "--to-secret", arn, code=code)
        assert "holds the keys of many" in refused.stderr, refused.stderr
        json.loads(bench.text(arn))
    assert "keys revoke ci" in refused.stderr and list(bench.listed(arn)) == ["default", "ci"]


def a_broken_document_is_left_alone(bench):
    text = '{"v":1,"keys":[{"id":"ci","sha256":"' + BARE + '"}]}'
    secret = bench.secret("broken", text)
    broken = bench.keys(secret, "create", "--id", "x", code=65)
    assert "keys[0].sha256: expected 64 hexadecimal digits" in broken.stderr and BARE not in broken.stderr
    assert bench.text(secret) == text


def no_output_ever_has_a_key_that_is_stored(bench):
    secret = bench.secret("secrecy", BARE)
    bench.keys(secret, "disable", "default")
    sha256 = json.loads(bench.text(secret))["keys"][0]["sha256"]
    for arguments, code in ((("list",), 0), (("list", "--json"), 0), (("check",), 77), (("revoke", "default"), 0)):
        run = bench.keys(secret, *arguments, code=code, env={"MCP_API_KEY": BARE, "RUST_LOG": "trace"})
        assert BARE not in run.stdout + run.stderr and sha256 not in run.stdout + run.stderr


def the_deployed_key_is_disabled_and_enabled(bench):
    secret = bench.secret("deployed")
    bench.create(secret, "ci")
    said = bench.keys(secret, "check", code=77, env={"MCP_API_KEY": BARE}).stdout
    assert "cannot be seen from here" in said, said
    for command, mark in (("disable", "disabled"), ("enable", None)):
        bench.keys(secret, command, "deployed")
        document = json.loads(bench.text(secret))
        assert document.get("deployed") == mark and [key["id"] for key in document["keys"]] == ["ci"], document
    for arguments in (("create", "--id", "deployed"), ("rotate", "deployed"), ("revoke", "deployed")):
        bench.keys(secret, *arguments, code=64)


CHECKS = [
    every_command_works,
    the_arn_and_the_environment_name_a_secret_too,
    a_stack_says_where_its_keys_are_and_how_long_a_change_takes,
    the_gateways_memory_is_part_of_the_time,
    a_stack_names_the_endpoint_of_every_command,
    a_stack_that_does_not_help_is_an_error,
    asking_for_a_stack_may_be_denied,
    the_version_before_stays_and_no_label_is_left_over,
    a_stale_base_is_refused_by_the_service,
    whoever_is_overtaken_starts_again,
    eight_administrators_at_once_lose_nothing,
    a_lost_answer_makes_one_key,
    reading_needs_one_permission_and_a_change_three,
    what_changes_nothing_writes_nothing,
    a_missing_secret_is_reported_and_not_made,
    a_bare_key_goes_on_as_default,
    a_key_never_takes_the_place_of_a_document,
    a_broken_document_is_left_alone,
    no_output_ever_has_a_key_that_is_stored,
    the_deployed_key_is_disabled_and_enabled,
]


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    run = Run("keys", CHECKS)
    bench = Bench(PROGRAMS / "mcp-client")
    run.each(lambda check: collect(check, bench))
    run.end()


main()
