"""Between invocations Lambda stops every process of an instance, and nobody knows for how long. No request may be lost,
whatever the two ends of the adapter's connection make of the time that passed."""

import contextlib
import itertools
import os
import random
import signal
import threading
import time

from adapter.environment import call
from support import web_adapter

# Seconds. The adapter keeps an idle connection for longer, so a server that closed one after this time would lose
# requests: that is what is tried.
HEADER_TIMEOUT = 0.5
POOL = 4
POOL_SETTING = "AWS_LWA_POOL_IDLE_TIMEOUT_SECONDS"
AROUND_TIMEOUT = [HEADER_TIMEOUT + milliseconds / 1000 for milliseconds in (-2, 0, 2, 50, 100)]


def servers(world):
    """One that keeps its connection to the adapter, and one as shipped, where they differ."""
    pools = {str(POOL)}
    if web_adapter.is_shipped():
        pools.add(web_adapter.ENVIRONMENT[POOL_SETTING])
    for pool in sorted(pools):
        settings = {POOL_SETTING: pool, "MCP_HEADER_TIMEOUT_MS": str(int(HEADER_TIMEOUT * 1000))}
        server = world.start(**settings)
        server.post(call("ping"))
        yield f"pool of {pool} s", server


@contextlib.contextmanager
def stopped(pids):
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def answer_after(server, pids, seconds, called_first):
    """The status of a call that comes as the processes go on, after `seconds` without a call."""
    statuses = []
    caller = threading.Thread(target=lambda: statuses.append(server.post(call("ping")).brief_status()))
    with stopped(pids):
        time.sleep(seconds)
        if called_first:
            caller.start()
            # On its way into the instance, which is what wakes one.
            time.sleep(0.005)
    if not called_first:
        caller.start()
    caller.join()
    return statuses


def rounds(server, pids, seconds):
    return [
        status
        for moment, called_first in itertools.product(seconds, (True, False))
        for status in answer_after(server, pids, moment, called_first)
    ]


def a_frozen_instance_loses_no_request(world):
    for name, server in servers(world):
        pids = [server.adapter_pid(), server.program_pid()]
        yield f"{name}: frozen", {200}, set(rounds(server, pids, AROUND_TIMEOUT * 2))
        yield f"{name}: frozen for longer than the pool", {200}, set(rounds(server, pids, [POOL + 0.2]))


def a_frozen_server_loses_no_request(world):
    for name, server in servers(world):
        yield f"{name}: the server frozen", {200}, set(rounds(server, [server.program_pid()], AROUND_TIMEOUT * 2))


def an_idle_instance_loses_no_request(world):
    for name, server in servers(world):
        for what, idle, calls in (("the server's timeout", HEADER_TIMEOUT, 20), ("the adapter's pool", POOL, 2)):
            statuses = []
            for _ in range(calls):
                time.sleep(idle + random.uniform(-0.003, 0.003))
                statuses.append(server.post(call("ping")).brief_status())
            yield f"{name}: idle for about {what}", {200}, set(statuses)


def connections_are_reused_as_set(world):
    """Without which the cases above would show nothing."""
    for name, server in servers(world):
        ports = set()
        for _ in range(5):
            server.post(call("ping"))
            ports |= server.connected_ports()
        kept = name == f"pool of {POOL} s"
        yield f"{name}: connections for 5 calls", 1 if kept else 5, len(ports)
    if not web_adapter.is_shipped():
        world.skipped.append(f"{POOL_SETTING}: the adapter {web_adapter.tested()} does not know it")


CASES = [
    a_frozen_instance_loses_no_request,
    a_frozen_server_loses_no_request,
    an_idle_instance_loses_no_request,
    connections_are_reused_as_set,
]
