"""Logs, metrics and alarms as CloudWatch has them."""

import datetime
import re
import time

from place import ROOT
from row import CannotTell, Differs, expect

MINUTE = 60
# Of a query of docs/operate.md: where it runs.
QUERY = re.compile(r"```text\n(.*?)```", re.DOTALL)


def log_envelope(world):
    """Lambda passes a JSON line on as it is."""
    line = world.first.line("ServerLogGroup", message="request served")
    if not line:
        raise Differs("no line")
    wanted = ["level", "timestamp", "request_id", "aws.request_id", "auth.key_id", "http.status_code"]
    missing = [name for name in wanted if name not in line]
    return expect(not missing, f"missing: {', '.join(missing)}" if missing else "every field is there")


def platform_lines(world):
    found = world.first.line("ServerLogGroup", type="platform.report")
    return expect(found, "there" if found else "no platform.report")


def access_log_fields(world):
    stack, began = world.first, time.time() - 5
    stack.list_tools()
    line = stack.line("AccessLogGroup", began, status="401")
    if not line:
        raise Differs("no line of a 401")
    odd = [name for name in ("integrationStatus", "keyId") if line.get(name) != "-"]
    return expect(not odd, f"{', '.join(odd)} is not `-`" if odd else "`-` where there is no value")


def tool_metrics(world):
    return metric(world.first, "McpServer", "Calls", Stack=world.first.name, Tool="ping", Outcome="ok")


def authorizer_metrics(world):
    return metric(world.first, "McpAuthorizer", "Decisions", Stack=world.first.name, Outcome="allow")


def gateway_metrics(world):
    return metric(world.first, "AWS/ApiGateway", "Count", ApiId=world.first.outputs["ApiId"])


def denied_metric(world):
    return metric(world.first, f"McpServer/{world.first.name}", "Denied")


def metric(stack, namespace, name, since=None, **dimensions):
    """The sum since the stack is there."""
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    stat = {"Metric": {"Namespace": namespace, "MetricName": name, "Dimensions": named}, "Period": 60, "Stat": "Sum"}
    start = datetime.datetime.fromtimestamp((since or time.time() - 3600) // 60 * 60, datetime.UTC)

    def look():
        end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1)
        query = [{"Id": "m", "MetricStat": stat}]
        found = stack.aws("cloudwatch").get_metric_data(MetricDataQueries=query, StartTime=start, EndTime=end)
        return sum(found["MetricDataResults"][0]["Values"])

    total = stack.eventually(look, 4 * MINUTE)
    return expect(total > 0, f"sum {total:g}")


def alarm_fires(world):
    """After calls that found no authorizer or no server."""
    stack = world.first
    if not getattr(stack, "failed_calls", False):
        raise CannotTell("no call failed")
    names = [name for name in stack.resources("AWS::CloudWatch::Alarm") if "Errors" in name]
    service = stack.aws("cloudwatch")

    def look():
        alarms = service.describe_alarms(AlarmNames=names)["MetricAlarms"]
        return [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]

    found = stack.eventually(look, 6 * MINUTE)
    return expect(found, f"in ALARM: {', '.join(found) or 'none'}")


def alarm_is_sent(world):
    """To the topic of `alarmTopicArn`, to which a queue of this run is subscribed."""

    def look():
        found = world.place.aws("sqs").receive_message(QueueUrl=world.queue, MaxNumberOfMessages=10)
        return [m for m in found.get("Messages", []) if world.first.name in m["Body"]]

    found = world.first.eventually(look, 2 * MINUTE)
    return expect(found, f"{len(found)} messages")


def dashboard(world):
    (name,) = world.first.resources("AWS::CloudWatch::Dashboard")
    body = world.first.aws("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    return expect(world.first.name in body, "it names the stack" if world.first.name in body else "without the stack")


def queries(world):
    """Every query of docs/operate.md is accepted."""
    texts = QUERY.findall((ROOT / "docs/operate.md").read_text())
    service, now = world.first.aws("logs"), int(time.time())
    for text in texts:
        started = service.start_query(
            logGroupName=world.first.outputs["ServerLogGroup"], startTime=now - 3600, endTime=now + 60, queryString=text
        )["queryId"]
        world.first.eventually(
            lambda query=started: service.get_query_results(queryId=query)["status"] == "Complete", 30
        )
    return expect(texts, f"{len(texts)} accepted")


def quiet_at_warn(world):
    stack = world.first
    calls = [stack.ping(stack.key).status for _ in range(3)]
    time.sleep(stack.place.patience(30))
    lines = stack.lines("ServerLogGroup", world.changed)
    requests = sum(line.get("message") == "request served" for line in lines)
    return expect(requests == 0 and set(calls) == {200}, f"{requests} lines for {len(calls)} calls")


def reports_at_warn(world):
    found = world.first.line("ServerLogGroup", world.changed, type="platform.report")
    return expect(found, "there" if found else "no platform.report")


def metrics_at_warn(world):
    return metric(world.first, "McpServer", "Calls", world.changed + 60, Stack=world.first.name, Tool="ping", Outcome="ok")  # fmt: skip


def traces(world):
    """With `tracing` on, which the change has set."""
    now = datetime.datetime.now(datetime.UTC)
    service = world.place.aws("xray")
    arguments = {"StartTime": now - datetime.timedelta(minutes=15), "EndTime": now}
    found = world.first.eventually(lambda: service.get_trace_summaries(**arguments)["TraceSummaries"], 60)
    return expect(found, f"{len(found)} traces")
