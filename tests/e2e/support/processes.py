"""Child processes: started on free ports, and ended by their own handles."""

import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

# Nothing of the surroundings: neither credentials nor an endpoint of somebody's own may be picked up.
BARE = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
BIN = pathlib.Path(sys.executable).parent
# Ours, as scripts/e2e built them.
PROGRAMS = pathlib.Path(os.environ["PROGRAMS"]).resolve()


_running = []
_given = set()
_giving = threading.Lock()


def free_port():
    """A port that nobody listens on, and that was not given out before."""
    with _giving:
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            if port not in _given:
                _given.add(port)
                return port


def await_true(what, check, seconds=30):
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: nothing within {seconds} s")
        time.sleep(0.02)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """A program that listens on `port`, with everything it prints in `log`."""

    def __init__(self, arguments, environment, log, port):
        self.log = log
        with open(log, "ab") as output:
            self.child = subprocess.Popen(
                [str(argument) for argument in arguments],
                env={**BARE, **AWS, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _running.append(self)
        try:
            await_true(f"{arguments[0]} (log: {log})", lambda: self.alive() and listens(port))
        except BaseException:
            self.stop()
            raise

    def alive(self):
        if self.child.poll() is not None:
            raise ChildProcessError(f"ended with {self.child.returncode}; log: {self.log}")
        return True

    def stop(self):
        if self.child.poll() is None:
            # Its own session, so what it started ends with it.
            os.killpg(self.child.pid, 9)
        self.child.wait()


def stop_all():
    for process in _running:
        process.stop()


def moto(log):
    port = free_port()
    return port, Process([BIN / "moto_server", "-H", "127.0.0.1", "-p", port], {}, log, port)


def ministack(log):
    port = free_port()
    environment = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0"}
    return port, Process([BIN / "ministack"], environment, log, port)


EMULATORS = {"moto": moto, "ministack": ministack}
