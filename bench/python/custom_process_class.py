"""custom_process_class.py: a Process subclass with its own run(), here owning the data others ask for."""

import multiprocessing
import threading

from harness import BOTH, FULL, Clock, Pattern, Wrong, context, duration, spin


def owner(method):
    """A Process subclass of the given start method that owns counters by key."""
    return {"fork": ForkOwner, "spawn": SpawnOwner}[method]


class Serving:
    def __init__(self, connection, work):
        super().__init__(daemon=True)
        self.connection, self.work = connection, work

    def run(self):
        counters = {}
        self.connection.send(None)  # ready
        while request := self.connection.recv():
            key, delta = request
            if delta:
                spin(self.work)
                counters[key] = counters.get(key, 0) + delta
            self.connection.send(counters.get(key, 0))


class ForkOwner(Serving, multiprocessing.get_context("fork").Process):
    pass


class SpawnOwner(Serving, multiprocessing.get_context("spawn").Process):
    pass


def run(keys, n):
    here, there = context(keys).Pipe()
    process = owner(keys["as"])(there, duration(keys["work"]))
    process.start()
    here.recv()
    callers, span, reads = int(keys["callers"]), int(keys["keys"]), int(keys["reads"])
    one_at_a_time = threading.Lock()
    added = [0] * callers

    def call(me, calls):
        dice = me  # those of the suite: the same keys in the same order
        for _ in range(calls):
            dice = (dice * 6364136223846793005 + 1442695040888963407) % 2**64
            key = (dice >> 32) * span >> 32
            delta = 0 if (dice >> 16 & 0xFFFF) * 100 >> 16 < reads else 1
            with one_at_a_time:
                here.send((key, delta))
                here.recv()
            added[me] += delta

    threads = [threading.Thread(target=call, args=(i, n // callers + (i < n % callers))) for i in range(callers)]
    with Clock([process]) as clock:
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    total = 0
    for key in range(span):
        here.send((key, 0))
        total += here.recv()
    here.send(())
    process.join()
    if total != sum(added):
        raise Wrong(f"{sum(added)} were added, the owner has {total}")
    return clock.took()


def point(callers):
    return {"callers": str(callers), "reads": "50", "keys": "1000", "work": "0ns", "rate": "max"}


PATTERN = Pattern(
    name="state",
    benchmark="BenchmarkState",
    summary="a Process subclass that owns a dict, asked over a Pipe, one call at a time",
    file="custom_process_class.py",
    points=[
        (["state-across"], point(16), BOTH),
        (["state-across"], point(1), FULL),
        (["state-across"], point(4), FULL),
    ],
    run=run,
    min_n=100,
)
