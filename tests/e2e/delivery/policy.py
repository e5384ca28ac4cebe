"""cdk/execution-policy.json against what CloudFormation needs, judged by the policy engine of an emulator of IAM."""

import copy
import fnmatch
import json

from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from delivery.needs import ACCOUNT, HERE, ROLE, Need
from stack.stack import ROOT

POLICY = ROOT / "cdk/execution-policy.json"
# IAM's limit of a managed policy, without white space.
LONGEST = 6144
OTHER = f"arn:aws:iam::{ACCOUNT}:role/Admin"
FOREIGN = [
    Need("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/mallory"),
    Need("iam:CreateRole", OTHER),
    Need("iam:PutRolePolicy", OTHER),
    Need("iam:PassRole", OTHER, "iam:passedtoservice=lambda.amazonaws.com"),
    Need("iam:PassRole", ROLE, "iam:passedtoservice=ec2.amazonaws.com"),
    Need("iam:PassRole", ROLE),
    Need("iam:AttachRolePolicy", ROLE, "iam:policyarn=arn:aws:iam::aws:policy/AdministratorAccess"),
    Need("lambda:UpdateFunctionCode", f"arn:aws:lambda:{HERE}:function:payroll"),
    Need("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:McpServerStack-Server"),
    Need("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:payroll-a1b2c3"),
    Need("logs:DeleteLogGroup", f"arn:aws:logs:{HERE}:log-group:payroll"),
    Need("s3:GetObject", "arn:aws:s3:::payroll/salaries.csv"),
    Need("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/payroll"),
]


def document():
    return json.loads(POLICY.read_text())


def allows(policy, need):
    context = EvalContext(
        principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/cdk-exec/AWSCloudFormation",
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=need.action,
        resource_arn=need.resource,
        region="us-east-1",
        source_ip="127.0.0.1",
        secure_transport=True,
        service_context=dict([need.context.split("=", 1)]) if need.context else {},
    )
    return evaluate(context, [policy]).decision == "Allow"


def refused(policy, needed):
    parsed = parse_policy_document(json.dumps(policy))
    return sorted(need for need in needed if not allows(parsed, need))


def actions(statement):
    listed = statement["Action"]
    return [listed] if isinstance(listed, str) else listed


def without(policy, sid, action=None):
    """The policy without a statement, or without one of its actions."""
    rest = copy.deepcopy(policy)
    for statement in rest["Statement"]:
        if statement["Sid"] == sid:
            kept = [other for other in actions(statement) if action and other != action]
            statement["Action"] = kept or ["none:Nothing"]
    return rest


def idle(policy, needed):
    """The actions that nothing needs: taking one out refuses nothing."""
    return [
        f"{statement['Sid']}: {action}"
        for statement in policy["Statement"]
        for action in actions(statement)
        if not refused(
            without(policy, statement["Sid"], action),
            [need for need in needed if fnmatch.fnmatchcase(need.action.lower(), action.lower())],
        )
    ]
