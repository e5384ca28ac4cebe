"""The functions as Lambda runs them: start, time, memory, image, and pauses."""

import statistics
import time

from botocore.exceptions import ClientError

from row import CannotTell, Differs, expect

COLD_MS = {"ServerLogGroup": 1000, "AuthorizerLogGroup": 500}
WARM_MS = 20


def reports(stack, output, wanted):
    """The metrics of `platform.report` lines that have the one that is wanted."""

    def look():
        records = [line.get("record", {}) for line in stack.lines(output) if line.get("type") == "platform.report"]
        return [r["metrics"] for r in records if wanted in r.get("metrics", {})]

    found = stack.eventually(look, 90)
    if not found:
        raise Differs(f"no platform.report with {wanted}")
    return found


def server_starts(world):
    return starts(world.first, "ServerLogGroup")


def authorizer_starts(world):
    return starts(world.first, "AuthorizerLogGroup")


def starts(stack, output):
    found = [metrics["initDurationMs"] for metrics in reports(stack, output, "initDurationMs")]
    return expect(max(found) < COLD_MS[output], f"INIT of {len(found)}: {min(found):.0f} to {max(found):.0f} ms")


def billed_time(world):
    found = [
        metrics["billedDurationMs"]
        for output in COLD_MS
        for metrics in reports(world.first, output, "billedDurationMs")
        if "initDurationMs" not in metrics
    ]
    middle = statistics.median(found) if found else None
    return expect(found and middle <= WARM_MS, f"median of {len(found)} warm calls: {middle} ms")


def memory(world):
    found = {
        output: max(metrics["maxMemoryUsedMB"] for metrics in reports(world.first, output, "maxMemoryUsedMB"))
        for output in COLD_MS
    }
    return expect(max(found.values()) < 128, ", ".join(f"{output}: {mb} MB" for output, mb in found.items()))


def image_pulled(world):
    """By the digest that was pushed."""
    code = image_code(world.first)
    if "@sha256:" not in code.get("ResolvedImageUri", ""):
        raise Differs("Lambda names no digest")
    pushed = image_details(world.first, code["ImageUri"])
    same = pushed and code["ResolvedImageUri"].endswith(pushed["imageDigest"])
    return expect(same, "the digest is that in the repository" if same else "another digest")


def image_size(world):
    pushed = image_details(world.first, world.image)
    if not pushed:
        raise Differs("the repository does not have it")
    megabytes = pushed["imageSizeInBytes"] / 1e6
    return expect(0 < megabytes < 40, f"{megabytes:.1f} MB")


def image_stays(world):
    found = image_details(world.first, world.image)
    return expect(found, "it is there" if found else "it is gone")


def image_code(stack):
    return stack.aws("lambda").get_function(FunctionName=stack.function("Image")["FunctionName"])["Code"]


def image_details(stack, uri):
    repository, _, tag = uri.partition("/")[2].partition(":")
    try:
        found = stack.aws("ecr").describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except ClientError:
        return None
    return next(iter(found["imageDetails"]), None)


def live_alias(world):
    """The gateway invokes a published version behind `live`."""
    stack = world.first
    name = stack.function("Image")["FunctionName"]
    try:
        version = stack.aws("lambda").get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    except ClientError as error:
        raise Differs(f"no alias: {error.response['Error']['Code']}") from error
    answer = stack.ping(stack.key)
    return expect(version != "$LATEST" and answer.status == 200, f"version {version} behind it, {answer.brief}")


def pauses(world):
    """Lambda freezes what has no call; a connection inside may not survive that."""
    stack, pauses = world.first, [world.place.patience(seconds) for seconds in (1, 5, 35, 70)]
    lost = []
    for seconds in pauses:
        time.sleep(seconds)
        lost += [f"{status} after {seconds} s" for status in [stack.status(stack.key)] if status != 200]
    return expect(not lost, ", ".join(lost) or f"200 after {', '.join(map(str, pauses))} s")


def provisioned_ready(world):
    stack = world.first
    if world.refused_provisioned:
        raise CannotTell(world.refused_provisioned)
    name = stack.function("Image")["FunctionName"]
    found = stack.aws("lambda").get_provisioned_concurrency_config(FunctionName=name, Qualifier="live")
    kinds = {
        line["record"].get("initializationType")
        for line in stack.lines("ServerLogGroup", world.changed)
        if line.get("type") == "platform.initStart"
    }
    came = f"{found['Status']}, {found.get('AvailableProvisionedConcurrentExecutions')} available, started: {kinds}"
    return expect(found["Status"] == "READY" and "provisioned-concurrency" in kinds, came)
