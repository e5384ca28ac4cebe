"""The stack as CloudFormation keeps it: names, drift, changes under load, roll-back, releases, and the end."""

import threading
import time

from botocore.exceptions import ClientError

from clean import left_of, terminate
from programs import Failed
from row import CannotTell, Differs, expect
from stack import until


class Load:
    """A call a second or so, and what became of each."""

    def __init__(self, stack):
        self.stack, self.found, self.running = stack, [], True
        self.thread = threading.Thread(target=self.call, daemon=True)

    def call(self):
        while self.running:
            self.found.append(self.stack.status(self.stack.key))
            time.sleep(0.5)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()

    @property
    def verdict(self):
        lost = [status for status in self.found if status != 200]
        return expect(self.found and not lost, f"{len(self.found)} calls, {len(lost)} failed {lost[:3] or ''}".strip())


def deployed(world):
    status = world.first.status_of_stack()["StackStatus"]
    return expect(status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), status)


def no_difference(world):
    printed = world.place.cdk("cdk diff", "diff", world.first.name, world.settings)
    return expect("no differences" in printed.lower(), printed.strip().splitlines()[-1][:100])


def no_drift(world):
    service = world.place.aws("cloudformation")
    begun = service.detect_stack_drift(StackName=world.first.name)["StackDriftDetectionId"]

    def look():
        found = service.describe_stack_drift_detection_status(StackDriftDetectionId=begun)
        return found if found["DetectionStatus"] != "DETECTION_IN_PROGRESS" else None

    found = until(look, 120) or {}
    states = ["MODIFIED", "DELETED"]
    drifted = service.describe_stack_resource_drifts(
        StackName=world.first.name, StackResourceDriftStatusFilters=states
    )["StackResourceDrifts"]
    names = ", ".join(d["LogicalResourceId"] for d in drifted)
    return expect(found.get("StackDriftStatus") == "IN_SYNC", f"{found.get('StackDriftStatus')} {names}".strip())


def access_log_name(world):
    name = world.first.outputs["AccessLogGroup"]
    good = name.startswith(f"/aws/vendedlogs/apigateway/{world.first.name}")
    return expect(good, "/".join(name.split("/")[:4]) + "/…")


def no_resource_policy(world):
    """The regional policy, of which there is one of 5,120 characters, does not grow."""
    policies = world.place.aws("logs").describe_resource_policies()["resourcePolicies"]
    named = [p["policyName"] for p in policies if world.first.outputs["AccessLogGroup"] in p.get("policyDocument", "")]
    return expect(not named, f"{len(policies)} policies, {len(named)} with the log group")


def tagged(world):
    pages = world.place.aws("resourcegroupstaggingapi").get_paginator("get_resources")
    found = pages.paginate(TagFilters=[{"Key": "application", "Values": ["mcp-server"]}])
    arns = [r["ResourceARN"] for page in found for r in page["ResourceTagMappingList"]]
    return expect(
        world.first.secret in arns, f"{len(arns)} resources, the secret among them: {world.first.secret in arns}"
    )


def protected(world):
    name = world.second.name
    if not world.second.status_of_stack().get("EnableTerminationProtection"):
        raise Differs("it is off")
    try:
        world.place.aws("cloudformation").delete_stack(StackName=name)
    except ClientError as error:
        return expect(error.response["Error"]["Code"] == "ValidationError", "DeleteStack is refused")
    raise Differs("DeleteStack was accepted")


def second_outputs(world):
    mine, others = world.first.outputs, world.second.outputs
    same = [
        name for name, value in mine.items() if others.get(name) == value and name.endswith(("Group", "Secret", "Id"))
    ]
    return expect(not same, f"shared: {', '.join(same) or 'nothing'}")


def kept_exactly(world):
    """What `keepData` keeps, by the names that the outputs had."""
    stack = world.second
    terminate(world.place, stack.name)
    found = left_of(world.place, stack)
    return expect(found == {"secret": 1, "log groups": 3}, str(found))


def nothing_left(world):
    stack = world.first
    world.place.cdk("cdk destroy", "destroy", stack.name, world.settings, "--force")
    found = left_of(world.place, stack)
    return expect(not found, str(found) if found else "nothing")


def endpoint_gone(world):
    """Its name is not resolved any more, or the gateway knows no such API."""
    try:
        answer = world.first.list_tools("0" * 64)
    except OSError as error:
        return type(error).__name__
    return expect(answer.status in (403, 404), answer.brief)


def changed_under_load(world):
    return world.loads["change"].verdict


def provisioned_off_under_load(world):
    return world.loads["release"].verdict


def rolled_back(world):
    """A deployment that AWS refuses half-way: more reserved concurrency than the account has."""
    stack = world.first
    if reserves_any_number(stack):
        raise Differs("10,000 could be reserved")
    before = stack.function("Image")["MemorySize"]
    worse = {"MCP_DEPLOY_RESERVED_CONCURRENCY": "10000", "MCP_DEPLOY_MEMORY_MB": "768"}
    with Load(stack) as load:
        try:
            world.place.deploy(stack.name, {**world.settings, **worse})
        except Failed:
            pass
    world.loads["roll-back"] = load
    status, after = stack.status_of_stack()["StackStatus"], stack.function("Image")["MemorySize"]
    return expect((status, after) == ("UPDATE_ROLLBACK_COMPLETE", before), f"{status}, {after} MB")


def reserves_any_number(stack):
    """Asked by trying, where that cannot take the room of somebody else's functions."""
    quota = stack.aws("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if quota >= 10_000:
        raise CannotTell(f"an account with a concurrency quota of {quota} may reserve that many")
    service, name = stack.aws("lambda"), {"FunctionName": stack.function("Image")["FunctionName"]}
    try:
        service.put_function_concurrency(**name, ReservedConcurrentExecutions=10_000)
    except ClientError:
        return False
    service.delete_function_concurrency(**name)
    return True


def roll_back_unnoticed(world):
    if "roll-back" not in world.loads:
        raise CannotTell("there was none")
    return world.loads["roll-back"].verdict


def canary(world):
    """A tenth of the calls goes to the new version; it is broken off, and CloudFormation goes back."""
    stack, deploy = world.first, world.place.aws("codedeploy")
    try:
        applications = stack.resources("AWS::CodeDeploy::Application")
        groups = deploy.list_deployment_groups(applicationName=applications[0])["deploymentGroups"]
    except (ClientError, IndexError) as error:
        raise Differs(f"no deployment group: {type(error).__name__}") from error
    name = stack.function("Image")["FunctionName"]
    before = alias(stack, name)["FunctionVersion"]
    worker = threading.Thread(target=change_memory, args=(world,), daemon=True)
    worker.start()
    weights = stack.eventually(lambda: alias(stack, name).get("RoutingConfig", {}).get("AdditionalVersionWeights"), 180)
    filters = {"applicationName": applications[0], "deploymentGroupName": groups[0]}
    running = deploy.list_deployments(**filters, includeOnlyStatuses=["InProgress"])["deployments"]
    for deployment in running:
        deploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    worker.join(300)
    after = alias(stack, name)["FunctionVersion"]
    came = f"weights {list((weights or {}).values())}, then version {after} (was {before})"
    return expect(weights and after == before, came)


def change_memory(world):
    try:
        world.place.deploy(world.first.name, {**world.settings, "MCP_DEPLOY_MEMORY_MB": "640"})
    except Failed:
        pass


def alias(stack, function):
    return stack.aws("lambda").get_alias(FunctionName=function, Name="live")
