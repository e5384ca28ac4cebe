"""What must hold, in this order. A case gets an Account and yields (what, expected, seen)."""

import collections
import json
import subprocess
import sys

from delivery.account import ACCOUNT, REGION, REPOSITORY
from delivery.needs import needs
from delivery.policy import FOREIGN, LONGEST, document, idle, refused, without
from stack.stack import ROOT
from support.processes import BIN

ENVIRONMENT = "pr-1"
STACK = f"McpServerStack-{ENVIRONMENT}"
ASSEMBLY = ROOT / ".cache/delivery/cdk.out"
SYNTHESIS = {
    "MCP_DEPLOY_ENVIRONMENT": ENVIRONMENT,
    "CARGO_LAMBDA_GLOBAL": str(ROOT / "tests/local-aws/cargo-lambda.toml"),
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
}


def templates():
    program = ROOT / "tests/e2e/delivery/templates.cjs"
    done = subprocess.run(["node", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def templates_are_valid(account):
    """cfn-lint knows CloudFormation's registry."""
    for name in ("cdk/github-roles.yaml",):
        done = account.run(BIN / "cfn-lint", ROOT / name)
        yield name, 0, passed(done.returncode, done.stdout + done.stderr)


def the_execution_policy_is_what_cloudformation_needs(_account):
    policy, everything = document(), set()
    yield "characters", True, len(json.dumps(policy, separators=(",", ":"))) <= LONGEST
    for variation, template in templates().items():
        needed = needs(template)
        yield f"refused to {variation}", [], refused(policy, needed)
        everything |= needed
    yield "what is not ours is refused", sorted(FOREIGN), refused(policy, FOREIGN)
    yield "actions that nothing needs", [], idle(policy, everything)
    for statement in policy["Statement"]:
        rest = refused(without(policy, statement["Sid"]), everything)
        yield f"without {statement['Sid']} something is refused", True, bool(rest)
    print(f"  {len(everything)} permissions asked for, by the handlers of CloudFormation's registry")


def a_role_is_for_its_environment_of_its_repository_only(account):
    mine = f"repo:{REPOSITORY}:environment:"
    for environment in account.roles:
        yield f"{environment}, its own", None, account.refused(account.assume, environment)
        strangers = [f"{mine}{other}" for other in account.roles if other != environment]
        strangers += [
            f"repo:{REPOSITORY}:ref:refs/heads/main",
            f"repo:{REPOSITORY}:pull_request",
            f"repo:ada/harbour-desk:environment:{environment}",
            f"repo:mallory@1/harbour-desk@2:environment:{environment}",
            f"{mine}{environment}x",
        ]
        codes = {account.refused(account.assume, environment, subject) for subject in strangers}
        yield f"{environment}, others", {"AccessDenied"}, codes
        code = account.refused(account.assume, environment, audience="https://github.com/ada")
        yield f"{environment}, another audience", "AccessDenied", code


def a_role_may_no_more_than_its_work(account):
    for environment in account.roles:
        credentials = account.assume(environment)
        iam, cloudformation = (account.client(service, credentials) for service in ("iam", "cloudformation"))
        keys = account.client("secretsmanager", credentials)
        functions, parameters, gateway = (account.client(s, credentials) for s in ("lambda", "ssm", "apigateway"))
        calls = (
            (iam.create_user, {"UserName": "mallory"}),
            (cloudformation.delete_stack, {"StackName": "github-preview"}),
            (keys.get_secret_value, {"SecretId": "payroll"}),
            (functions.get_function, {"FunctionName": "payroll"}),
            (parameters.get_parameters, {"Names": ["payroll"], "WithDecryption": True}),
            (gateway.get_api_keys, {"includeValues": True}),
        )
        for call, request in calls:
            code = account.refused(call, **request)
            yield f"{environment}: {call.__name__}", True, code in ("AccessDenied", "AccessDeniedException")


def deliver(account, command, environment):
    options = ("--environment", ENVIRONMENT, "--app", ASSEMBLY)
    done = account.run(ROOT / "scripts/deliver", command, *options, credentials=account.assume(environment))
    return done.returncode, done.stdout + done.stderr


def synthesize(account):
    """As docs/other-tools.md says; for the emulator, so with the authorizer as scripts/local-aws builds it, and without the
    alarm that it cannot make."""
    credentials = account.assume("preview")
    arguments = ("synth", "--quiet", "--no-asset-metadata", "--no-path-metadata", "--output", ASSEMBLY)
    done = account.cdk(*arguments, credentials=credentials, folder=ROOT / "cdk", **SYNTHESIS)
    yield "synth", 0, passed(done.returncode, done.stderr)
    program, template = ROOT / "tests/local-aws/without_metric_math.py", ASSEMBLY / f"{STACK}.template.json"
    done = account.run(sys.executable, program, template)
    yield "without metric math", 0, passed(done.returncode, done.stderr)


def passed(code, text):
    if code:
        print(text)
    return code


def a_pull_request_deploys_its_stack(account):
    yield from synthesize(account)
    yield "deploy", 0, passed(*deliver(account, "deploy", "preview"))
    (stack,) = account.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    yield "the stack", "CREATE_COMPLETE", stack["StackStatus"]
    noted = json.loads((ROOT / f".cache/deliver/{ENVIRONMENT}/outputs.json").read_text())
    yield "its outputs", [STACK], list(noted)
    code, _ = deliver(account, "deploy", "staging-diff")
    yield "not by who may only read", True, code != 0


def there_is_no_difference_then(account):
    code, text = deliver(account, "diff", "staging-diff")
    yield "diff", 0, passed(code, text)
    yield "says that there is none", True, "no differences" in text


def sam_deploys_what_the_toolkit_writes(account):
    """As docs/other-tools.md says."""
    template = ("--template-file", ASSEMBLY / f"{STACK}.template.json")
    # SAM asks for one, and pushes nothing to it: the template's image is in another.
    repository = (
        "--image-repository",
        f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/cdk-hnb659fds-container-assets-{ACCOUNT}-{REGION}",
    )
    published = account.cdk("publish-assets", "--app", ASSEMBLY, "--unstable=publish-assets", "--force")
    yield "publish-assets", 0, passed(published.returncode, published.stderr)
    deploy = ("--stack-name", "sam", "--capabilities", "CAPABILITY_IAM", *repository)
    for command in (("validate", *template), ("deploy", *template, *deploy)):
        yield f"sam {command[0]}", 0, passed(*sam(account, *command))
    yield "the same resources", counted(deployed(account, STACK)), counted(deployed(account, "sam"))
    code, text = sam(account, "list", "stack-outputs", "--stack-name", "sam", "--output", "json")
    yield "sam list stack-outputs", (0, True), (code, "McpEndpoint" in text)
    yield "sam delete", 0, passed(*sam(account, "delete", "--stack-name", "sam", "--no-prompts"))


def sam(account, *arguments):
    done = account.run(BIN / "sam", *arguments, "--region", REGION)
    return done.returncode, done.stdout + done.stderr


def deployed(account, stack):
    return account.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]


def counted(resources):
    return collections.Counter(resource["ResourceType"] for resource in resources)


def a_change_by_hand_is_drift(account):
    yield "before", 0, passed(*deliver(account, "drift", "staging-drift"))
    service = account.client("lambda")
    ((server, memory),) = (
        (function["FunctionName"], function["MemorySize"])
        for function in service.list_functions()["Functions"]
        if function["PackageType"] == "Image"
    )
    service.update_function_configuration(FunctionName=server, MemorySize=memory * 2)
    code, text = deliver(account, "drift", "staging-drift")
    yield "after", (1, True), (code, "MemorySize" in text)
    service.update_function_configuration(FunctionName=server, MemorySize=memory)
    yield "put back", 0, passed(*deliver(account, "drift", "staging-drift"))


def destroy_leaves_nothing(account):
    yield "destroy", 0, passed(*deliver(account, "destroy", "preview"))
    functions = [f["FunctionName"] for f in account.client("lambda").list_functions()["Functions"]]
    yield "functions", [], functions
    secrets = [s["Name"] for s in account.client("secretsmanager").list_secrets()["SecretList"]]
    yield "secrets", [], secrets
    groups = [g["logGroupName"] for g in account.client("logs").describe_log_groups()["logGroups"]]
    yield "log groups", [], groups
    yield "again, as when a pull request is closed", 0, passed(*deliver(account, "destroy", "preview"))


CASES = [
    templates_are_valid,
    the_execution_policy_is_what_cloudformation_needs,
    a_role_is_for_its_environment_of_its_repository_only,
    a_role_may_no_more_than_its_work,
    a_pull_request_deploys_its_stack,
    there_is_no_difference_then,
    sam_deploys_what_the_toolkit_writes,
    a_change_by_hand_is_drift,
    destroy_leaves_nothing,
]
