"""What a run may touch, what it takes away, and how it judges, on AWS's services as moto emulates them."""

import contextlib
import io
import json
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from moto import mock_aws

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
ENVIRONMENT = {**CREDENTIALS, "AWS_REGION": "eu-west-1", "PROGRAMS": "target/debug"}
TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
OURS = [{"Key": "verify-aws", "Value": "true"}]

with mock.patch.dict(os.environ, ENVIRONMENT):
    import clean
    import run
    from checks import deployment
    from place import Aws
    from report import report, table
    from row import CannotTell, Differs, Row, Verdict, judge
    from rows import PHASES, ROWS


def make(place, name, tags):
    """A stack, and what a stack that keeps its data leaves."""
    place.aws("cloudformation").create_stack(StackName=name, TemplateBody=TEMPLATE, Tags=tags)
    place.aws("secretsmanager").create_secret(Name=f"{name}-keys", SecretString="{}", Tags=tags)
    place.aws("logs").create_log_group(logGroupName=f"/{name}/log", tags={t["Key"]: t["Value"] for t in tags})
    sns, sqs = place.aws("sns"), place.aws("sqs")
    sns.create_topic(Name=f"{name}-alarms", Tags=tags)
    sqs.create_queue(QueueName=f"{name}-alarms", tags={t["Key"]: t["Value"] for t in tags})


def there(place):
    return {
        "stacks": [s["StackName"] for s in place.aws("cloudformation").describe_stacks()["Stacks"]],
        "secrets": [s["Name"] for s in place.aws("secretsmanager").list_secrets()["SecretList"]],
        "log groups": [g["logGroupName"] for g in place.aws("logs").describe_log_groups()["logGroups"]],
        "queues": [url.rpartition("/")[2] for url in place.aws("sqs").list_queues().get("QueueUrls", [])],
    }


class Cleaning(unittest.TestCase):
    def setUp(self):
        for surroundings in (mock.patch.dict(os.environ, ENVIRONMENT), mock_aws()):
            self.enterContext(surroundings)
        self.enterContext(contextlib.redirect_stdout(io.StringIO()))
        self.enterContext(contextlib.redirect_stderr(io.StringIO()))
        self.enterContext(
            mock.patch("place.STATE", pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "state"))
        )
        self.place = Aws()

    def test_takes_away_what_is_ours_and_nothing_else(self):
        make(self.place, "McpServerStack", [{"Key": "application", "Value": "mcp-server"}])
        before = there(self.place)
        make(self.place, "McpVerify", OURS)
        make(self.place, "McpVerify-Second", OURS)
        self.place.aws("iam").create_role(RoleName=clean.SOMEBODY, AssumeRolePolicyDocument="{}")
        self.assertEqual(["McpVerify", "McpVerify-Second"], sorted(clean.stacks(self.place)))
        clean.clean(self.place, lambda _: None)
        self.assertEqual(before, there(self.place))
        self.assertEqual([], self.place.aws("iam").list_roles()["Roles"])

    def test_does_not_own_a_stack_by_its_name(self):
        make(self.place, "McpVerify", [])
        self.assertEqual([], clean.stacks(self.place))
        clean.clean(self.place, lambda _: None)
        self.assertEqual(["McpVerify"], there(self.place)["stacks"])

    def test_does_not_begin_beside_stacks_that_are_there(self):
        make(self.place, "McpVerify-Second", [])
        self.assertIn("that no run of this made", run.refused(self.place, yes=True))
        make(self.place, "McpVerify", OURS)
        self.assertIn("scripts/verify-aws --clean", run.refused(self.place, yes=True))

    def test_takes_away_what_a_run_made_that_was_broken_off(self):
        self.place.account = "123456789012"
        for broken in (KeyboardInterrupt(), SystemExit(143), ValueError("x")):
            with self.subTest(broken), tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, "report.md")
                with mock.patch.object(run.World, "run", lambda world, b=broken: self.breaks(world, b)):
                    self.assertFalse(run.check(self.place, path))
                self.assertEqual(
                    sum(row.check is not None for row in ROWS), path.read_text().count("**not reached** |")
                )
                self.assertEqual({"stacks": [], "secrets": [], "log groups": [], "queues": []}, there(self.place))

    def breaks(self, world, error):
        make(self.place, "McpVerify", OURS)
        raise error

    def test_says_what_is_missing(self):
        self.assertIn("eu-west-1 is not bootstrapped", self.place.ready())

    def test_leaves_settings_of_somebodys_own_out(self):
        with mock.patch.dict(os.environ, {"MCP_DEPLOY_DOMAIN_NAME": "mcp.example.com", "API_KEY": "k"}):
            given = Aws().environment
        self.assertEqual(("", ""), (given["MCP_DEPLOY_DOMAIN_NAME"], given["API_KEY"]))


class Judging(unittest.TestCase):
    def test_a_row_passes_or_is_named(self):
        plain, listed = Row("a", "b", len), Row("a", "b", len, "this")
        for row, outcome, emulated, verdict in (
            (plain, None, True, Verdict.PASS),
            (plain, Differs("x"), True, Verdict.DIFFERS),
            (plain, CannotTell("x"), True, Verdict.DIFFERS),
            (plain, CannotTell("x"), False, Verdict.CANNOT_TELL),
            (listed, None, True, Verdict.EMULATED),
            (listed, Differs("x"), True, Verdict.NOT_EMULATED),
            (listed, None, False, Verdict.PASS),
            (listed, Differs("x"), False, Verdict.DIFFERS),
        ):
            self.assertEqual(verdict, judge(row, outcome, "came", emulated).verdict, (row, outcome, emulated))

    def test_does_not_take_the_room_of_other_functions(self):
        """An account with a large quota would let it reserve nearly all of it."""
        stack = mock.Mock()
        service = stack.aws.return_value
        service.get_account_settings.return_value = {"AccountLimit": {"ConcurrentExecutions": 12_000}}
        with self.assertRaises(CannotTell):
            deployment.reserves_any_number(stack)
        service.put_function_concurrency.assert_not_called()

    def test_every_row_has_an_id_of_its_own_a_phase_and_a_way(self):
        ids = [row.id for row in ROWS]
        self.assertEqual(len(ids), len(set(ids)))
        for row in ROWS:
            self.assertIn(row.phase, PHASES)
            self.assertTrue(row.check or row.note, row.id)
            self.assertEqual(row.check is None, row.phase == "", row.id)

    def test_what_came_cannot_break_a_report(self):
        place = mock.Mock(emulated=False, region="eu-west-1", account="123456789012")
        found = judge(ROWS[0], Differs("x"), "a | b\n`c`\x1b[31m arn:aws:iam::123456789012:root", False)
        text = report(place, [found], 60)
        self.assertIn("| a / b 'c' [31m arn:aws:iam::…9012:root | **differs** |", text)
        self.assertNotIn("123456789012", text)
        self.assertEqual(len(ROWS), sum(line.startswith("| `") for line in table().splitlines()))


if __name__ == "__main__":
    unittest.main()
