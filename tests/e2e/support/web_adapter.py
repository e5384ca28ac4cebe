"""The Lambda Web Adapter: the version that the image ships, and the one that tests/e2e/install could get."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[3]
FOLDER = ROOT / ".cache/lambda-web-adapter"
PROGRAM = FOLDER / "bin/lambda-adapter"
DOCKERFILE = (ROOT / "crates/mcp-server/Dockerfile").read_text()
SHIPPED = re.search(r"^ARG ADAPTER_IMAGE=[^@\s]+:([^:@\s]+)(?:@\S+)?$", DOCKERFILE, re.MULTILINE)[1]

# What the image says of it, `ENV` of the last stage.
ENVIRONMENT = dict(re.findall(r"^(?:ENV| {4}) ?([A-Z_]+)=(\S+)", DOCKERFILE.rpartition("\nFROM ")[2], re.MULTILINE))


def tested():
    return (FOLDER / "VERSION").read_text().strip()


def is_shipped():
    return tested() == SHIPPED


def skipped():
    """What is left unproven, for the summary of a suite; nothing where the shipped version is tested."""
    if is_shipped():
        return []
    return [f"the shipped version {SHIPPED} of the Lambda Web Adapter could not be had: tested with {tested()}"]
