"""AWS's Runtime Interface Emulator: one Lambda environment, which starts the program when it is first invoked."""

import pathlib
import platform
import re

import samcli

from support.processes import free_port

_MACHINE = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
EMULATOR = pathlib.Path(samcli.__file__).parent / f"local/rapid/aws-lambda-rie-{_MACHINE}"
PATH = "/2015-03-31/functions/function/invocations"


def emulating(program, port):
    """The command that serves invocations of `program` on `port`."""
    served, runtime = f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}"
    return [EMULATOR, "--runtime-interface-emulator-address", served, "--runtime-api-address", runtime, program]


def init_durations(log):
    """How long each start took, in milliseconds."""
    return [float(match) for match in re.findall(r"INIT REPORT\(durationMs: ([\d.]+)\)", log)]
