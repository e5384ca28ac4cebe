"""The programs as they are deployed: what they need of the C library that they meet there."""

import os
import pathlib
import re
import subprocess
import tempfile

from stack.cases import IMAGE, docker
from stack.stack import STATE

# Of Amazon Linux 2023, on which `provided.al2023` runs.
AMAZON_LINUX = (2, 34)


def versions(path):
    """The versions of glibc in a program's or a library's dynamic symbols."""
    symbols = subprocess.run(["objdump", "-T", path], capture_output=True, text=True, check=False).stdout
    return {tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_(2[.\d]+)", symbols)}


def out_of_image(image, path, folder):
    """A copy of a file of an image, whatever links lead to it."""
    container = docker("create", image).strip()
    try:
        to = pathlib.Path(folder) / pathlib.Path(path).name
        docker("cp", "--follow-link", f"{container}:{path}", to)
        return to
    finally:
        docker("rm", container)


def programs_find_the_c_library_that_they_need(world):
    with tempfile.TemporaryDirectory() as folder:
        library = out_of_image(IMAGE, f"/usr/lib/{os.uname().machine}-linux-gnu/libc.so.6", folder)
        has = max(versions(library))
        server = versions(out_of_image(IMAGE, "/usr/local/bin/mcp-server", folder))
        adapter = versions(out_of_image(IMAGE, "/opt/extensions/lambda-adapter", folder))
    yield "the server", True, (0,) < max(server) <= has
    yield "the adapter, unless it needs none", True, max(adapter, default=has) <= has
    natives = {path.parent.name: max(versions(path)) for path in STATE.glob("cdk.out/asset.*/bootstrap")}
    yield "native functions", (True, []), (len(natives) > 0, [name for name in natives if natives[name] > AMAZON_LINUX])
    print(
        f"  glibc: the server needs {max(server)} of {has}, native functions {max(natives.values())} of {AMAZON_LINUX}"
    )


CASES = [programs_find_the_c_library_that_they_need]
