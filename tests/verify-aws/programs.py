"""Programs that a run starts: each with its output in a log, and ended with all that it has started."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time

BEGAN = time.monotonic()
_running = set()


def say(text):
    print(f"[{time.monotonic() - BEGAN:4.0f} s] {text}", file=sys.stderr, flush=True)


class Failed(Exception):
    """A program failed: its text says which, and how its output ends."""


@contextlib.contextmanager
def ticking(told):
    """Says now and then how far something is."""
    over = threading.Event()

    def tick():
        while not over.wait(20):
            say(f"  {told()}")

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        over.set()
        ticker.join()


def run(what, arguments, environment, cwd, folder):
    """Runs a program into a log of its own and says now and then how far it is: what it printed."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / (re.sub(r"\W+", "-", what) + ".log")
    with open(log, "wb") as output:
        child = subprocess.Popen(
            [str(argument) for argument in arguments], env=environment, cwd=cwd,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        _running.add(child)
        try:
            with ticking(lambda: f"{what}: {last_line(log)}"):
                code = child.wait()
        finally:
            end(child)
            _running.discard(child)
    if code:
        raise Failed(f"{what} failed: {cause(log)}")
    return log.read_text(errors="replace")


def stop():
    """Ends every program that still runs, also those of other threads."""
    for child in list(_running):
        end(child)


def end(child):
    """With all that it has started, which is in its session."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait()


def last_line(log):
    return ([""] + lines(log))[-1][:100]


def cause(log):
    """The line that says why a program failed, as far as one does."""
    errors = [line for line in lines(log) if re.search(r"\berror\b|failed|ROLLBACK|❌", line, re.IGNORECASE)]
    return (errors or lines(log) or ["it printed nothing"])[-1][:200]


def lines(log):
    text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(errors="replace")[-4000:])
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("npm ")]
