"""Takes the alarms out of a synthesized template that the emulator cannot make: it knows no metric math.

Usage: python3 tests/local-aws/without_metric_math.py TEMPLATE

Names them. What refers to one has a text in its place.

Example: python3 tests/local-aws/without_metric_math.py cdk/cdk.out/McpServerStack.template.json
"""

import json
import pathlib
import sys


def main(path):
    template = json.loads(path.read_text())
    resources = template["Resources"]
    unknown = [
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    ]
    for name in unknown:
        del resources[name]
        print(f"SKIPPED the alarm {name}: the emulator knows no metric math", file=sys.stderr)
    path.write_text(json.dumps(without(template, unknown), indent=1))


def without(value, names):
    """With a text in place of what refers to these: the dashboard shows every alarm."""
    if isinstance(value, list):
        return [without(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    if value in [{"Ref": name} for name in names] or value in [{"Fn::GetAtt": [name, "Arn"]} for name in names]:
        return "not emulated"
    return {key: without(item, names) for key, item in value.items()}


if __name__ == "__main__":
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__)
    elif len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    else:
        main(pathlib.Path(sys.argv[1]))
