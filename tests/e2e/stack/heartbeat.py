"""The heartbeat, deployed: green, red without a key, red when the server is out of order, and what watches it.

The emulator's names of endpoints are known to no resolver, so the function is told the endpoint's path instead. Its
schedule is an hour, so that every beat here is one of ours.
"""

import contextlib
import json

from stack.stack import NAME

TOOLS = "ping,get_weather,calculate"


def beats(world, settings):
    stack = world.stack
    stack.deploy("deploy", API_KEY=stack.key, MCP_DEPLOY_HEARTBEAT_MINUTES="60", **settings)
    service, secret = stack.aws("lambda"), stack.outputs["HeartbeatSecret"]
    functions = {f["FunctionName"]: f.get("Environment", {}).get("Variables", {}) for f in deployed(service)}
    ((name, variables),) = ((n, v) for n, v in functions.items() if "MCP_HEARTBEAT_SECRET_ID" in v)
    environment = {"Variables": {**variables, "MCP_SERVER_ENDPOINT": stack.endpoint}}
    service.update_function_configuration(FunctionName=name, Environment=environment)

    yield "without a key", "NoKey", beat(service, name)
    made = stack.client("keys", "create", "--stack", NAME, "--id", "heartbeat", "--tools", TOOLS, "--to-secret", secret)
    yield "its key", (0, False), (made.returncode, "mcp_heartbeat_" in made.stdout + made.stderr)
    yield "with a key", None, beat(service, name)

    with broken_server(service, stack.server()):
        yield "a server that does not start", "SmokeTestFailed", beat(service, name)
    yield "and one that does again", None, beat(service, name)

    alarms = stack.aws("cloudwatch").describe_alarms()["MetricAlarms"]
    (alarm,) = (a for a in alarms if {"Name": "FunctionName", "Value": name} in a["Dimensions"])
    yield "its alarm", ("Errors", "breaching"), (alarm["MetricName"], alarm["TreatMissingData"])
    rules = [rule.get("ScheduleExpression") for rule in stack.aws("events").list_rules()["Rules"]]
    yield "its schedule", True, "rate(1 hour)" in rules or "rate(60 minutes)" in rules


@contextlib.contextmanager
def broken_server(service, server):
    """With a setting that it refuses. Taking its concurrency away would not do: the emulator goes on using what is warm."""
    version = service.get_alias(FunctionName=server, Name="live")["FunctionVersion"]
    variables = service.get_function_configuration(FunctionName=server)["Environment"]["Variables"]
    change = service.update_function_configuration
    change(FunctionName=server, Environment={"Variables": {**variables, "MCP_MAX_REQUEST_BYTES": "1"}})
    service.update_alias(FunctionName=server, Name="live", FunctionVersion="$LATEST")
    try:
        yield
    finally:
        service.update_alias(FunctionName=server, Name="live", FunctionVersion=version)
        change(FunctionName=server, Environment={"Variables": variables})


def deployed(service):
    return [f for f in service.list_functions()["Functions"] if NAME in f["FunctionName"]]


def beat(service, name):
    """What one invocation fails with, if it does."""
    answer = json.loads(service.invoke(FunctionName=name, Payload=b"{}")["Payload"].read())
    return answer and answer["errorType"]
