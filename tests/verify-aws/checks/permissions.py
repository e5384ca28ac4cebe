"""IAM as it evaluates: what each role may, by its use and by AWS's simulator, and what people need."""

import contextlib
import json
import time

from botocore.exceptions import ClientError

from clean import SOMEBODY, remove_role
from place import TAG
from row import CannotTell, Differs, expect


def server_logs(world):
    return own_lines(world.first, "ServerLogGroup", "request served")


def authorizer_logs(world):
    return own_lines(world.first, "AuthorizerLogGroup", "key checked")


def own_lines(stack, output, message):
    world_line = stack.line(output, message=message)
    return expect(world_line, "lines are there" if world_line else "no line")


def authorizer_reads_keys(world):
    """A key that only the secret has is let in."""
    answer = world.first.list_tools(world.narrow_key)
    return expect(answer.status == 200, answer.brief)


def server_may_nothing_else(world):
    return allowed_beyond(world.first, "Image", reads_secret=False)


def authorizer_may_nothing_else(world):
    return allowed_beyond(world.first, "Zip", reads_secret=True)


def allowed_beyond(stack, kind, reads_secret):
    """What the role may of a list of things; each function may write its log, and the authorizer read one secret."""
    account = stack.place.account
    role = stack.function(kind)["Role"]
    other = {
        "secretsmanager": f"arn:aws:secretsmanager:{stack.place.region}:{account}:secret:somebodys-AbCdEf",
        "logs": f"arn:aws:logs:{stack.place.region}:{account}:log-group:somebodys:*",
    }
    asked = [
        ("secretsmanager:GetSecretValue", stack.secret, reads_secret),
        ("secretsmanager:PutSecretValue", stack.secret, False),
        ("secretsmanager:DescribeSecret", stack.secret, False),
        ("secretsmanager:GetSecretValue", other["secretsmanager"], False),
        ("secretsmanager:ListSecrets", "*", False),
        ("logs:PutLogEvents", other["logs"], False),
        ("logs:CreateLogGroup", "*", False),
        ("lambda:InvokeFunction", "*", False),
        ("iam:PassRole", "*", False),
    ]
    wrong = [action for action, resource, may in asked if allowed(stack, role, action, resource) != may]
    return expect(not wrong, f"otherwise than it should be: {', '.join(wrong)}" if wrong else f"{len(asked)} decisions")


def allowed(stack, role, action, resource):
    found = stack.aws("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
    )
    return found["EvaluationResults"][0]["EvalDecision"] == "allowed"


def administrators_need_three_actions(world):
    actions = ["GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"]
    with somebody(world, [f"secretsmanager:{action}" for action in actions], [world.first.secret]) as credentials:
        made = world.first.keys("create", "--id", "least", **credentials)
    return expect(made["key"].startswith("mcp_least_"), "a key was made")


def administrators_get_no_more(world):
    with somebody(world, ["secretsmanager:GetSecretValue"], [world.first.secret]) as credentials:
        try:
            world.place.aws("secretsmanager", **client_arguments(credentials)).list_secrets()
        except ClientError as error:
            return expect("AccessDenied" in error.response["Error"]["Code"], error.response["Error"]["Code"])
    raise Differs("ListSecrets was allowed")


def deployers_need_bootstraps_roles(world):
    """What assumes the roles of bootstrap can see what a deployment would change; the deployment itself has just been."""
    roles = f"arn:aws:iam::{world.place.account}:role/cdk-hnb659fds-*"
    with somebody(world, ["sts:AssumeRole"], [roles]) as credentials:
        settings = {**world.settings, **credentials}
        printed = world.place.cdk("cdk diff as a deployer", "diff", world.first.name, settings)
    return expect("no differences" in printed.lower(), "cdk diff: no differences")


@contextlib.contextmanager
def somebody(world, actions, resources):
    """The credentials of a role that may these actions and nothing else, as variables; the role is gone afterwards."""
    iam, sts = world.place.aws("iam"), world.place.aws("sts")
    trust = statement("sts:AssumeRole", Principal={"AWS": f"arn:aws:iam::{world.place.account}:root"})
    try:
        made = iam.create_role(RoleName=SOMEBODY, AssumeRolePolicyDocument=trust, Tags=[{"Key": TAG, "Value": "true"}])
    except ClientError as error:
        raise CannotTell(f"no role can be made: {error.response['Error']['Code']}") from error
    try:
        policy = statement(actions, Resource=resources)
        iam.put_role_policy(RoleName=SOMEBODY, PolicyName="all", PolicyDocument=policy)
        # A new role and its policy are known everywhere only after a while.
        time.sleep(world.place.patience(15))
        found = world.first.eventually(lambda: assumed(sts, made["Role"]["Arn"]), 60)
        if not found:
            raise CannotTell("the role that was made for it cannot be assumed")
        yield {
            "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
            "AWS_SESSION_TOKEN": found["SessionToken"],
        }
    finally:
        remove_role(world.place)


def assumed(sts, role):
    try:
        return sts.assume_role(RoleArn=role, RoleSessionName=TAG)["Credentials"]
    except ClientError:
        return None


def statement(actions, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, **more}]})


def client_arguments(credentials):
    return {name.lower(): value for name, value in credentials.items()}
