"""producer_consumer.py: a producer puts items on a Queue, a consumer takes them."""

import struct

from harness import BOTH, FULL, Clock, Pattern, Wrong, context, duration, spin

DONE = None


def item(size, word):
    """The same word at the start of each 64-byte line, as the suite's items have it."""
    return struct.pack("<Q", word).ljust(min(size, 64), b"\0") * max(1, size // 64)


def produce(queue, ready, gate, producer, items, size):
    ready.put(None)
    gate.wait()
    for i in range(items):
        queue.put(item(size, producer << 40 | i))


def consume(queue, ready, gate, done, work):
    ready.put(None)
    gate.wait()
    count = total = 0
    while (got := queue.get()) is not DONE:
        word = struct.unpack_from("<Q", got)[0]
        if any(struct.unpack_from("<Q", got, at)[0] != word for at in range(64, len(got), 64)):
            raise Wrong("an item put together from two")
        count += 1
        total += word
        spin(work)
    done.put((count, total))


def run(keys, n):
    ctx = context(keys)
    producers, consumers = int(keys["producers"]), int(keys["consumers"])
    queue, ready, done, gate = ctx.Queue(int(keys["cap"])), ctx.Queue(), ctx.Queue(), ctx.Event()
    shares = [n // producers + (i < n % producers) for i in range(producers)]
    putters = [ctx.Process(target=produce, args=(queue, ready, gate, i, s, int(keys["size"]))) for i, s in enumerate(shares)]
    getters = [ctx.Process(target=consume, args=(queue, ready, gate, done, duration(keys["work"]))) for _ in range(consumers)]
    everybody = putters + getters
    for p in everybody:
        p.daemon = True
        p.start()
    for _ in everybody:
        ready.get()
    with Clock(everybody) as clock:
        gate.set()
        for p in putters:
            p.join()
        for _ in getters:
            queue.put(DONE)
        reports = [done.get() for _ in getters]
    for p in getters:
        p.join()
    count, total = (sum(r) for r in zip(*reports))
    want = sum(i << 40 | j for i, s in enumerate(shares) for j in range(s))
    if (count, total) != (n, want):
        raise Wrong(f"got {count} items (sum {total:x}), want {n} ({want:x})")
    return clock.took()


def point(producers, consumers, size, work):
    return {
        "producers": str(producers), "consumers": str(consumers), "cap": "1024", "size": str(size),
        "work": work, "load": "steady", "pass": "copy", "rate": "max",
    }


PATTERN = Pattern(
    name="queue",
    benchmark="BenchmarkQueue",
    summary="multiprocessing.Queue: a pipe, a lock and a feeder thread, items pickled",
    file="producer_consumer.py",
    points=[
        (["queue-across"], point(1, 1, 64, "0ns"), BOTH),
        (["queue-across"], point(1, 1, 64, "1us"), FULL),
        (["queue-across"], point(1, 1, 64, "10us"), FULL),
        (["queue-across-many"], point(4, 4, 64, "0ns"), FULL),
    ],
    run=run,
    min_n=100,
)
