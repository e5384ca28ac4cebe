"""Takes away what a run made, also one that was killed: by its tag, and by the names of what no tag finds."""

from botocore.exceptions import ClientError

from place import TAG
from programs import Failed, say
from stack import until

SOMEBODY = "McpVerify-somebody"  # a role that is there for a moment
LONGEST = 1200  # seconds for a stack to settle or to go


def stacks(place):
    """Stacks that a run of ours made, by name, the youngest first."""
    pages = place.aws("cloudformation").get_paginator("describe_stacks").paginate()
    return [s["StackName"] for page in pages for s in page["Stacks"] if ours(s.get("Tags", []))]


def ours(tags):
    return {"Key": TAG, "Value": "true"} in tags


def status(place, name):
    """Of a stack, or None when there is none."""
    try:
        return place.aws("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return None


def terminate(place, name):
    """Deletes a stack, whatever it is doing: whether it is gone."""
    service = place.aws("cloudformation")

    def settled():
        found = status(place, name)
        # One in review has nothing yet, and stays so.
        return found is None or found["StackStatus"] == "REVIEW_IN_PROGRESS" or not in_progress(found)

    until(settled, LONGEST)
    found = status(place, name)
    if found is None:
        return True
    if found.get("EnableTerminationProtection"):
        service.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    service.delete_stack(StackName=name)
    until(settled, LONGEST)
    found = status(place, name)
    return found is None or found["StackStatus"] == "DELETE_COMPLETE"


def in_progress(stack):
    return stack["StackStatus"].endswith("IN_PROGRESS")


def left_of(place, stack):
    """How many there are of what a stack had, by kind."""
    outputs = stack.outputs
    groups = [outputs[name] for name in ("AccessLogGroup", "ServerLogGroup", "AuthorizerLogGroup")]
    found = {
        "stack": [s for s in [status(place, stack.name)] if s and s["StackStatus"] != "DELETE_COMPLETE"],
        "secret": [s for s in [secret(place, outputs["ApiKeysSecret"])] if s],
        "log groups": [group for group in groups if log_group(place, group)],
        "APIs": [a for a in place.aws("apigatewayv2").get_apis()["Items"] if a["ApiId"] == outputs["ApiId"]],
        "functions": of_name(place, "lambda", "list_functions", "Functions", "FunctionName", stack.name),
        "alarms": of_name(place, "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", stack.name),
        "dashboards": of_name(place, "cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName", stack.name),
        "roles": of_name(place, "iam", "list_roles", "Roles", "RoleName", stack.name),
    }
    return {kind: len(things) for kind, things in found.items() if things}


def of_name(place, service, operation, member, name, stack):
    """What is named after a stack; `McpVerify-Second` is another stack than `McpVerify`."""
    pages = place.aws(service).get_paginator(operation).paginate()
    names = [thing[name] for page in pages for thing in page[member]]
    return [found for found in names if found.startswith(f"{stack}-") and not found.startswith(f"{stack}-Second")]


def secret(place, arn):
    try:
        found = place.aws("secretsmanager").describe_secret(SecretId=arn)
    except ClientError:
        return None
    return None if "DeletedDate" in found else arn


def log_group(place, name):
    found = place.aws("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return any(group["logGroupName"] == name for group in found)


def clean(place, report=say):
    """Everything that carries our tag. Raises `Failed` when something is left."""
    left = []
    for name in stacks(place):
        report(f"deleting the stack {name}")
        if not terminate(place, name):
            left.append(name)
    pages = place.aws("resourcegroupstaggingapi").get_paginator("get_resources")
    found = pages.paginate(TagFilters=[{"Key": TAG, "Values": ["true"]}])
    for arn in [r["ResourceARN"] for page in found for r in page["ResourceTagMappingList"]]:
        short = ":".join(arn.split(":")[2:3] + arn.split(":")[5:7])
        try:
            if take_away(place, arn):
                report(f"deleted {short}")
        except ClientError as error:
            left += [short] if not already_gone(error) else []
    try:
        remove_role(place)
    except ClientError as error:
        left += [SOMEBODY] if not already_gone(error) else []
    if left:
        raise Failed(", ".join(left))


def already_gone(error):
    """The tags of what is deleted are found for some time."""
    words = ("NotFound", "NoSuchEntity", "NonExistent", "DoesNotExist")
    return any(word in error.response["Error"]["Code"] for word in words)


def remove_role(place):
    iam = place.aws("iam")
    for policy in iam.list_role_policies(RoleName=SOMEBODY)["PolicyNames"]:
        iam.delete_role_policy(RoleName=SOMEBODY, PolicyName=policy)
    iam.delete_role(RoleName=SOMEBODY)


def take_away(place, arn):
    """What a stack of ours kept, and what a run made beside it: whether it is one of these."""
    service, rest = arn.split(":")[2], arn.split(":", 5)[5]
    if service == "secretsmanager":
        place.aws("secretsmanager").delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    elif service == "logs":
        place.aws("logs").delete_log_group(logGroupName=rest.removeprefix("log-group:").removesuffix(":*"))
    elif service == "sns":
        place.aws("sns").delete_topic(TopicArn=arn)
    elif service == "sqs":
        sqs = place.aws("sqs")
        sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=rest)["QueueUrl"])
    else:
        return False
    return True
