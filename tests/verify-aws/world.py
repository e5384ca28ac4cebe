"""One run: two stacks, the first of which is changed until it goes, and the rows that are checked between the changes."""

import json
import secrets
import threading
import time

import programs
from checks.deployment import Load
from checks.functions import image_code
from clean import clean
from place import TAG
from programs import Failed, say, ticking
from row import Found, Verdict, judge
from rows import PHASES, ROWS
from stack import Stack

FIRST, SECOND = "McpVerify", "McpVerify-Second"
KEY_CACHE = 5  # seconds
NOT_PROVISIONED = {"MCP_DEPLOY_PROVISIONED_CONCURRENCY": "none"}
ORIGIN = "https://verify.example"


class World:
    """What the checks work with."""

    key_cache = KEY_CACHE
    refused_provisioned = None
    changed = None

    def __init__(self, place):
        self.place = place
        self.ttl = 8 if place.emulated else 60
        self.found = []
        self.loads = {}
        self.first = self.second = None
        self.settings = {}
        self.failed_second = None

    def run(self):
        self.settings = {
            "API_KEY": secrets.token_hex(32),
            "MCP_DEPLOY_KEEP_DATA": "false",
            "MCP_DEPLOY_KEY_CACHE_SECONDS": str(KEY_CACHE),
            "MCP_DEPLOY_LOG_RETENTION_DAYS": "1",
            "MCP_DEPLOY_ALARM_TOPIC_ARN": self.arn("sns"),
            "MCP_ALLOWED_ORIGINS": ORIGIN,
        }
        outputs = self.place.first(FIRST, self.settings, self.listen)
        self.first = Stack(self.place, FIRST, outputs, self.settings["API_KEY"])
        self.image = image_code(self.first)["ImageUri"]
        beside = threading.Thread(target=self.deploy_second, daemon=True)
        beside.start()
        self.narrow_key = self.first.new_key("narrow", "--tools", "ping")
        self.rows("deployed")
        beside.join()
        self.rows("beside", self.failed_second)
        # Made before, and not used: the gateway would remember a refusal too.
        self.remembered = [self.first.keys("create", "--id", f"remembered-{n}")["key"] for n in range(2)]
        self.rows("changed", self.change("change", self.changes()))
        self.rows("failed")
        self.rows("released", self.change("release", self.place.release | NOT_PROVISIONED))
        self.rows("destroyed")

    def deploy_second(self):
        """Another stack, which keeps its data and may not be deleted by mistake."""
        settings = {
            "MCP_DEPLOY_KEEP_DATA": "true",
            "MCP_DEPLOY_TERMINATION_PROTECTION": "true",
            "MCP_DEPLOY_KEY_CACHE_SECONDS": str(KEY_CACHE),
            "MCP_DEPLOY_LOG_RETENTION_DAYS": "1",
        }
        try:
            self.second = Stack(self.place, SECOND, self.place.deploy(SECOND, settings))
        except Exception as error:  # noqa: BLE001 - it is told with the rows that need this stack
            self.failed_second = str(error)

    def changes(self):
        return {
            "MCP_DEPLOY_AUTHORIZER_TTL_SECONDS": str(self.ttl),
            "MCP_DEPLOY_LOG_LEVEL": "warn",
            "MCP_DEPLOY_TRACING": "true",
            **self.provisioned(),
        }

    def provisioned(self):
        """A new account has a quota of 10, out of which nothing can be provisioned."""
        quota = self.place.aws("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
        if quota >= 110:
            return {"MCP_DEPLOY_PROVISIONED_CONCURRENCY": "1"}
        self.refused_provisioned = f"an account with a concurrency quota of {quota} cannot provision any"
        return {}

    def change(self, name, settings):
        """A deployment of further settings while somebody calls: why it failed, or None."""
        self.settings |= settings
        with Load(self.first) as load:
            self.loads[name] = load
            try:
                self.place.deploy(self.first.name, self.settings)
            except Failed as error:
                return str(error)
            finally:
                self.changed = time.time()
        return None

    def arn(self, service):
        return f"arn:aws:{service}:{self.place.region}:{self.place.account}:{FIRST}-alarms"

    def listen(self):
        """A topic for the alarms and a queue that hears it."""
        sns, sqs = self.place.aws("sns"), self.place.aws("sqs")
        name = f"{FIRST}-alarms"
        sns.create_topic(Name=name, Tags=[{"Key": TAG, "Value": "true"}])
        who = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        only = {"Resource": self.arn("sqs"), "Condition": {"ArnEquals": {"aws:SourceArn": self.arn("sns")}}}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**who, **only}]})
        self.queue = sqs.create_queue(QueueName=name, Attributes={"Policy": policy}, tags={TAG: "true"})["QueueUrl"]
        sns.subscribe(TopicArn=self.arn("sns"), Protocol="sqs", Endpoint=self.arn("sqs"))

    def rows(self, phase, failed=None):
        """Checks the rows of a phase; a deployment that failed fails them all."""
        say(f"checking: {PHASES[phase]}")
        for row in (row for row in ROWS if row.phase == phase):
            began = time.monotonic()
            outcome = came = None
            try:
                if failed:
                    raise Failed(failed)
                with ticking(lambda row=row: f"{row.id} …"):
                    came = row.check(self)
            except Exception as error:  # noqa: BLE001 - whatever it is, the report says it
                outcome, came = error, explain(error)
            found = judge(row, outcome, came, self.place.emulated)
            self.found.append(found)
            say(f"  {row.id:<28} {found.verdict.value.strip('*')}: {found.came} ({time.monotonic() - began:.1f} s)")

    def by_hand(self):
        return [Found(row, Verdict.BY_HAND, row.note) for row in ROWS if row.check is None]

    def missed(self):
        """Rows that the run did not reach."""
        reached = {found.row.id for found in self.found}
        rows = [row for row in ROWS if row.check and row.id not in reached]
        return [Found(row, Verdict.NOT_REACHED, "") for row in rows]

    def end(self):
        """Deletes everything, when nothing is being made any more."""
        programs.stop()
        try:
            clean(self.place)
        finally:
            self.place.end()


def explain(error):
    kind = "" if type(error).__name__ in ("Differs", "CannotTell", "Failed", "ClientFailed") else type(error).__name__
    return ": ".join(filter(None, [kind, str(error)[:300]]))
