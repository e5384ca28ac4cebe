"""Lets alarms watch a metric alone that combine several, in a synthesized template: the emulator knows no metric math.

Usage: python3 tests/local-aws/without_metric_math.py TEMPLATE

Names them.

Example: python3 tests/local-aws/without_metric_math.py cdk/cdk.out/McpServerStack.template.json
"""

import json
import pathlib
import sys


def main(path):
    template = json.loads(path.read_text())
    for name, resource in template["Resources"].items():
        alarm = resource["Properties"] if resource["Type"] == "AWS::CloudWatch::Alarm" else {}
        if "Metrics" not in alarm:
            continue
        first = next(metric["MetricStat"] for metric in alarm.pop("Metrics") if "MetricStat" in metric)
        alarm.update(first["Metric"], Period=first["Period"], Statistic=first["Stat"])
        print(f"SKIPPED the metric math of {name}: here it watches {alarm['MetricName']} alone", file=sys.stderr)
    path.write_text(json.dumps(template, indent=1))


if __name__ == "__main__":
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__)
    elif len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    else:
        main(pathlib.Path(sys.argv[1]))
