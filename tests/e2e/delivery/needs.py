"""What CloudFormation needs for a template: the permissions of the handlers in its registry, as cfn-lint has them, without
those for what our resources never use, and with those that AWS documents elsewhere."""

import functools
import json
import pathlib
import typing

import cfnlint

SCHEMAS = pathlib.Path(cfnlint.__file__).parent / "data/schemas/resources"
ACCOUNT = "000000000000"
HERE = f"us-east-1:{ACCOUNT}"
NAME = "McpServerStack-pr-1-Thing8F2A-x7Qp"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/{NAME}"
ASSETS = f"arn:aws:s3:::cdk-hnb659fds-assets-{ACCOUNT}-us-east-1/0f.zip"
IMAGES = f"arn:aws:ecr:{HERE}:repository/cdk-hnb659fds-container-assets-{ACCOUNT}-us-east-1"

# What CloudFormation calls a resource to which the template gives no name. A secret is called by its logical id.
API = "arn:aws:apigateway:us-east-1::/apis/a1b2c3"
DOMAIN = "arn:aws:apigateway:us-east-1::/domainnames/mcp.example.com"
FUNCTION = f"arn:aws:lambda:{HERE}:function:{NAME}"
ARNS = {
    "AWS::ApiGatewayV2::Api": ["arn:aws:apigateway:us-east-1::/apis", API],
    "AWS::ApiGatewayV2::ApiMapping": [f"{DOMAIN}/apimappings/m1"],
    "AWS::ApiGatewayV2::Authorizer": [f"{API}/authorizers/z1"],
    "AWS::ApiGatewayV2::DomainName": ["arn:aws:apigateway:us-east-1::/domainnames", DOMAIN],
    "AWS::ApiGatewayV2::Integration": [f"{API}/integrations/i1"],
    "AWS::ApiGatewayV2::Route": [f"{API}/routes/r1"],
    "AWS::ApiGatewayV2::Stage": [f"{API}/stages/$default"],
    "AWS::CloudWatch::Alarm": [f"arn:aws:cloudwatch:{HERE}:alarm:{NAME}"],
    "AWS::CloudWatch::Dashboard": [f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/Dashboard9B8C-4kXz"],
    "AWS::CodeDeploy::Application": [f"arn:aws:codedeploy:{HERE}:application:{NAME}"],
    "AWS::CodeDeploy::DeploymentGroup": [f"arn:aws:codedeploy:{HERE}:deploymentgroup:{NAME}/{NAME}"],
    "AWS::Events::Rule": [f"arn:aws:events:{HERE}:rule/{NAME}"],
    "AWS::IAM::Policy": [ROLE],
    "AWS::IAM::Role": [ROLE],
    "AWS::Lambda::Alias": [FUNCTION, f"{FUNCTION}:live"],
    "AWS::Lambda::EventInvokeConfig": [FUNCTION],
    "AWS::Lambda::Function": [FUNCTION],
    "AWS::Lambda::Permission": [FUNCTION, f"{FUNCTION}:live"],
    "AWS::Lambda::Version": [FUNCTION, f"{FUNCTION}:1"],
    "AWS::Logs::LogGroup": [f"arn:aws:logs:{HERE}:log-group:{NAME}"],
    "AWS::Logs::MetricFilter": [f"arn:aws:logs:{HERE}:log-group:{NAME}"],
    "AWS::Route53::RecordSet": ["arn:aws:route53:::hostedzone/Z0123456789ABC"],
    "AWS::SNS::Subscription": [f"arn:aws:sns:{HERE}:{NAME}"],
    "AWS::SNS::Topic": [f"arn:aws:sns:{HERE}:{NAME}"],
    "AWS::SNS::TopicPolicy": [f"arn:aws:sns:{HERE}:{NAME}"],
    "AWS::SSM::Parameter": [f"arn:aws:ssm:{HERE}:parameter/McpServerStack-pr-1/McpEndpoint"],
    "AWS::SecretsManager::Secret": [f"arn:aws:secretsmanager:{HERE}:secret:{{id}}-x7Qp-a1b2c3"],
}
# Nothing that anybody may do to it: part of every template of the toolkit.
WITHOUT = {"AWS::CDK::Metadata"}

# What no resource of ours uses, by what uses it.
UNUSED = {
    "a function in a network or with a file system": ["ec2:*", "elasticfilesystem:*", "s3files:*"],
    "a key of one's own in KMS": ["kms:*", "logs:AssociateKmsKey", "logs:DisassociateKmsKey"],
    "signed code, layers, and settings of Lambda's that we leave as they are": [
        "lambda:*CodeSigningConfig",
        "lambda:GetLayerVersion",
        "lambda:PassCapacityProvider",
        "lambda:PutFunctionRecursionConfig",
        "lambda:PutFunctionScalingConfig",
        "lambda:PutRuntimeManagementConfig",
    ],
    "managed policies": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
    "policies of users and groups, permissions boundaries": ["iam:*UserPolicy", "iam:*GroupPolicy", "iam:*Boundary"],
    "policies, indexes and destinations of log groups": [
        "firehose:*",
        "logs:DeleteDataProtectionPolicy",
        "logs:DeleteIndexPolicy",
        "logs:DeleteResourcePolicy",
        "logs:PutBearerTokenAuthentication",
        "logs:PutDataProtectionPolicy",
        "logs:PutIndexPolicy",
        "logs:PutLogGroupDeletionProtection",
        "s3:REST.PUT.OBJECT",
    ],
    "generated and replicated secrets": [
        "secretsmanager:GetRandomPassword",
        "secretsmanager:RemoveRegionsFromReplication",
        "secretsmanager:ReplicateSecretToRegions",
    ],
    "an API described in S3": ["s3:getObject"],
    "masked messages": ["sns:PutDataProtectionPolicy"],
    "machines of one's own": ["codedeploy:RegisterOnPremisesInstance"],
}
# These hand no role on.
NO_ROLE = ("AWS::ApiGatewayV2::", "AWS::Events::", "AWS::SNS::")


class Need(typing.NamedTuple):
    """An action on a resource, with the condition keys that the request has, as `key=value`."""

    action: str
    resource: str
    context: str = ""


@functools.cache
def handlers():
    """The permissions of the handlers that CloudFormation calls, by type."""
    found = {}
    for path in SCHEMAS.glob("*.json"):
        schema = json.loads(path.read_text())
        if schema.get("typeName") in ARNS:
            kinds = schema.get("handlers", {})
            called = (kinds.get(kind, {}).get("permissions", []) for kind in ("create", "read", "update", "delete"))
            found[schema["typeName"]] = {action for actions in called for action in actions}
    return found


def unused(action):
    patterns = [pattern for group in UNUSED.values() for pattern in group]
    return any(
        action == pattern
        or (pattern.endswith(":*") and action.startswith(pattern[:-1]))
        or ("*" in pattern and action.startswith(pattern.split("*")[0]) and action.endswith(pattern.split("*")[1]))
        for pattern in patterns
    )


def arns(kind, logical_id, properties):
    if "LogGroupName" in properties and kind == "AWS::Logs::LogGroup":
        return [f"arn:aws:logs:{HERE}:log-group:/aws/vendedlogs/apigateway/{NAME}"]
    return [arn.replace("{id}", logical_id) for arn in ARNS[kind]]


def of_handlers(kind, names):
    for action in sorted(handlers().get(kind, ())):
        if unused(action) or (action in ("iam:PassRole", "iam:GetRole") and kind.startswith(NO_ROLE)):
            continue
        if action == "iam:PassRole":
            service = "codedeploy" if kind.startswith("AWS::CodeDeploy::") else "lambda"
            yield Need(action, ROLE, f"iam:passedtoservice={service}.amazonaws.com")
        elif action.startswith("s3:"):
            yield Need(action, ASSETS)
        elif action == "codedeploy:GetDeploymentConfig":
            yield Need(
                action, f"arn:aws:codedeploy:{HERE}:deploymentconfig:CodeDeployDefault.LambdaCanary10Percent5Minutes"
            )
        elif action.startswith("codedeploy:"):
            for arn in ARNS["AWS::CodeDeploy::Application"] + ARNS["AWS::CodeDeploy::DeploymentGroup"]:
                yield Need(action, arn)
        else:
            for arn in ["*"] if action in ("logs:DescribeLogGroups", "logs:DescribeResourcePolicies") else names:
                yield Need(action, arn)


def of_documentation(kind, properties):
    """https://docs.aws.amazon.com/ of Lambda (images), API Gateway (logs, service-linked role) and Route 53."""
    if kind == "AWS::Lambda::Function" and "ImageUri" in properties["Code"]:
        for action in ("BatchGetImage", "GetDownloadUrlForLayer", "GetRepositoryPolicy"):
            yield Need(f"ecr:{action}", IMAGES)
    if kind == "AWS::ApiGatewayV2::Stage":
        for action in ("Create", "Delete", "Get", "Update"):
            yield Need(f"logs:{action}LogDelivery", "*")
        for action in ("ListLogDeliveries", "PutResourcePolicy"):
            yield Need(f"logs:{action}", "*")
    if kind in ("AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::DomainName"):
        for action in ("POST", "DELETE"):
            yield Need(f"apigateway:{action}", "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway")
    if kind == "AWS::ApiGatewayV2::DomainName":
        role = "aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway"
        context = "iam:awsservicename=ops.apigateway.amazonaws.com"
        yield Need("iam:CreateServiceLinkedRole", f"arn:aws:iam::{ACCOUNT}:role/{role}", context)
    if kind == "AWS::Route53::RecordSet":
        for action in ("ChangeResourceRecordSets", "GetHostedZone", "ListResourceRecordSets"):
            yield Need(f"route53:{action}", ARNS[kind][0])
        yield Need("route53:GetChange", "arn:aws:route53:::change/C2682N5HXP0BZ4")


def needs(template):
    """Everything that deploying, updating and deleting it asks for."""
    found = {Need("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/cdk-bootstrap/hnb659fds/version")}
    for logical_id, resource in template["Resources"].items():
        kind = resource["Type"]
        if kind in WITHOUT:
            continue
        if kind not in ARNS:
            raise LookupError(f"{kind}: say in needs.py what its ARN looks like, and add to cdk/execution-policy.json")
        properties = resource.get("Properties", {})
        found.update(of_handlers(kind, arns(kind, logical_id, properties)))
        found.update(of_documentation(kind, properties))
    return found
