"""Takes the alarms out of a synthesized template that the emulator cannot make: it knows no metric math.

Usage: python3 tests/local-aws/without_metric_math.py TEMPLATE

Names them. Exits 1 if something else in the template needs one.

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
    rest = json.dumps(template)
    for name in unknown:
        print(f"SKIPPED the alarm {name}: the emulator knows no metric math", file=sys.stderr)
        if f'"{name}"' in rest:
            sys.exit(f"tests/local-aws/without_metric_math.py: expected nothing that needs the alarm {name}")
    path.write_text(json.dumps(template, indent=1))


if __name__ == "__main__":
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__)
    elif len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    else:
        main(pathlib.Path(sys.argv[1]))
