"""process_lifecycle.py: start, is_alive, terminate, join, exitcode."""

import os
import signal
import time

from harness import BOTH, Pattern, Took, Wrong, context


def cooperate(ready, stop):
    ready.set()
    stop.wait()


def ignore(ready, stop):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready.set()
    time.sleep(3600)


def crash(ready, stop):
    ready.set()
    stop.wait()
    os.kill(os.getpid(), signal.SIGKILL)  # as the kernel would, out of memory


def nothing(p):
    pass


# By end=: what the process does, what is done before the clock runs, how the process is
# brought to its end, and with which exit code.
ENDINGS = {
    "ask": (cooperate, nothing, lambda p, stop: stop.set(), 0),
    "kill": (ignore, lambda p: p.terminate(), lambda p, stop: p.kill(), -signal.SIGKILL),
    "crash": (crash, nothing, lambda p, stop: stop.set(), -signal.SIGKILL),
}


def stop_one(ctx, ending):
    """Starts a process, ends it and returns how long the end took, in ns."""
    target, beforehand, end, code = ENDINGS[ending]
    ready, stop = ctx.Event(), ctx.Event()
    p = ctx.Process(target=target, args=(ready, stop), daemon=True)
    p.start()
    ready.wait()
    if not p.is_alive():
        raise Wrong("it ended before it was asked to")
    beforehand(p)
    start = time.perf_counter_ns()
    end(p, stop)
    p.join()
    took = time.perf_counter_ns() - start
    if p.is_alive() or p.exitcode != code:
        raise Wrong(f"exit code {p.exitcode}, want {code}")
    return took


def run(keys, n):
    ctx = context(keys)
    return Took(sum(stop_one(ctx, keys["end"]) for _ in range(n)))


def point(end):
    return {"end": end, "parallel": "1", "memory": "0", "files": "0"}


PATTERN = Pattern(
    name="lifecycle",
    benchmark="BenchmarkLifecycle",
    summary="multiprocessing.Process: an Event to ask, kill, exitcode",
    file="process_lifecycle.py",
    points=[
        (["lifecycle-stop"], point("ask"), BOTH),
        (["lifecycle-kill"], point("kill"), BOTH),
        (["lifecycle-crash"], point("crash"), BOTH),
    ],
    run=run,
    setup="200ms",
    min_n=3,
    max_n=10,
)
