"""Gives each alarm of a synthesized template that is on metric math one of its metrics instead: the emulator knows no other.

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
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
            print(f"SKIPPED the metric math of the alarm {name}: the emulator knows none", file=sys.stderr)
            first, *_ = (metric["MetricStat"] for metric in properties.pop("Metrics") if "MetricStat" in metric)
            properties.update(first["Metric"], Period=first["Period"], Statistic=first["Stat"])
    path.write_text(json.dumps(template, indent=1))


if __name__ == "__main__":
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__)
    elif len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    else:
        main(pathlib.Path(sys.argv[1]))
