"""What INIT, a warm call and memory cost, beside the same of a program that only parses and answers JSON."""

import statistics
import time

from adapter.environment import Answer, call

PROGRAMS = ("mcp-server", "bare_axum")
STARTS, WARM_UP, CALLS = 15, 50, 400


def measure(world):
    """Lines of the table. The programs take turns, so that what else the machine does meets both."""
    init, warm, memory = ({program: [] for program in PROGRAMS} for _ in range(3))
    for _ in range(STARTS):
        for program in PROGRAMS:
            environment = world.start(program)
            environment.post(call("ping"))
            init[program] += environment.init_durations()
            environment.stop()
    running = {program: world.start(program) for program in PROGRAMS}
    for turn in range(WARM_UP + CALLS):
        for program, environment in running.items():
            event = environment.event(call("ping"))
            began = time.perf_counter()
            payload = environment.invoke(event)
            taken = time.perf_counter() - began
            assert Answer(payload).status == 200, payload
            if turn >= WARM_UP:
                warm[program].append(taken * 1000)
    for program, environment in running.items():
        memory[program].append(environment.resident_kib() / 1024)
        environment.stop()
    yield f"{'':<11} {'INIT, ms (min median max)':>26} {'warm call, ms (median p99)':>28} {'RSS, MiB':>9}"
    for program in PROGRAMS:
        starts = f"{min(init[program]):.1f} {statistics.median(init[program]):.1f} {max(init[program]):.1f}"
        calls = f"{statistics.median(warm[program]):.2f} {statistics.quantiles(warm[program], n=100)[98]:.2f}"
        yield f"{program:<11} {starts:>26} {calls:>28} {memory[program][0]:>9.1f}"
    yield f"{STARTS} starts and {CALLS} calls of `ping` each, in turn; calls as their caller sees them"
