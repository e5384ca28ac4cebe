"""What INIT, a warm call and memory cost, beside the same of a program that only parses and answers JSON."""

import statistics
import time

from adapter.environment import Answer, call
from support import web_adapter

# Each row: a program, and what is set besides the image's settings.
ROWS = {"mcp-server": ("mcp-server", {}), "bare_axum": ("bare_axum", {})}
if web_adapter.is_shipped():
    # What the choice in the Dockerfile costs: beside it, a connection that the adapter keeps.
    ROWS["kept connection"] = ("mcp-server", {"AWS_LWA_POOL_IDLE_TIMEOUT_SECONDS": "4"})
STARTS, WARM_UP, CALLS = 15, 50, 400


def start(world, row):
    program, settings = ROWS[row]
    return world.start(program, **settings)


def measure(world):
    """Lines of the table. The programs take turns, so that what else the machine does meets both."""
    init, warm, memory = ({row: [] for row in ROWS} for _ in range(3))
    for _ in range(STARTS):
        for row in ROWS:
            environment = start(world, row)
            environment.post(call("ping"))
            init[row] += environment.init_durations()
            environment.stop()
    running = {row: start(world, row) for row in ROWS}
    for turn in range(WARM_UP + CALLS):
        for row, environment in running.items():
            event = environment.event(call("ping"))
            began = time.perf_counter()
            payload = environment.invoke(event)
            taken = time.perf_counter() - began
            assert Answer(payload).status == 200, payload
            if turn >= WARM_UP:
                warm[row].append(taken * 1000)
    for row, environment in running.items():
        memory[row].append(environment.resident_kib() / 1024)
        environment.stop()
    yield f"{'':<15} {'INIT, ms (min median max)':>26} {'warm call, ms (median p99)':>28} {'RSS, MiB':>9}"
    for row in ROWS:
        starts = f"{min(init[row]):.1f} {statistics.median(init[row]):.1f} {max(init[row]):.1f}"
        calls = f"{statistics.median(warm[row]):.2f} {statistics.quantiles(warm[row], n=100)[98]:.2f}"
        yield f"{row:<15} {starts:>26} {calls:>28} {memory[row][0]:>9.1f}"
    yield f"{STARTS} starts and {CALLS} calls of `ping` each, in turn; calls as their caller sees them"
