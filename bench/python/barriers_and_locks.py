"""barriers_and_locks.py: processes meet at a Barrier; a Lock serialises what they print."""

from harness import BOTH, FULL, Clock, Pattern, Wrong, context, duration, spin


def together(keys, target, n, *shared):
    """Runs parties that all have come before the clock starts."""
    ctx = context(keys)
    parties = int(keys["parties"])
    ready, done, gate = ctx.Queue(), ctx.Queue(), ctx.Event()
    shared = [make(ctx, parties) for make in shared]
    crew = [ctx.Process(target=target, args=(ready, gate, done, i, n, keys, *shared), daemon=True) for i in range(parties)]
    for p in crew:
        p.start()
    for _ in crew:
        ready.get()
    with Clock(crew) as clock:
        gate.set()
        reports = [done.get() for _ in crew]
    for p in crew:
        p.join()
    return clock.took(), reports, shared


def cross(ready, gate, done, me, n, keys, barrier, phases):
    work = duration(keys.get("work", "0ns"))
    ready.put(None)
    gate.wait()
    parties, late = len(phases), 0
    for phase in range(1, n + 1):
        spin(work)
        phases[me] = phase
        barrier.wait()
        late += phases[(me + phase) % parties] < phase  # somebody has not come yet
    done.put(late)


def run_barrier(keys, n):
    took, late, _ = together(
        keys, cross, n,
        lambda ctx, parties: ctx.Barrier(parties),
        lambda ctx, parties: ctx.Array("Q", parties, lock=False),
    )
    if any(late):
        raise Wrong(f"{sum(late)} times a party passed before another had come")
    return took


def acquire(ready, gate, done, me, n, keys, lock, counter):
    section = duration(keys["cs"])
    mine = n // int(keys["parties"]) + (me < n % int(keys["parties"]))
    ready.put(None)
    gate.wait()
    for _ in range(mine):
        with lock:
            spin(section)
            counter.value += 1
    done.put(mine)


def run_lock(keys, n):
    took, counts, (_, counter) = together(
        keys, acquire, n,
        lambda ctx, _: ctx.Lock(),
        lambda ctx, _: ctx.Value("Q", 0, lock=False),
    )
    if (sum(counts), counter.value) != (n, n):
        raise Wrong(f"{n} acquisitions left the counter at {counter.value}")
    return took


def meeting(parties):
    return {"parties": str(parties), "work": "0ns", "late": "none"}


def entries(parties, cs):
    return {"parties": str(parties), "cs": cs, "work": "0ns", "reads": "0", "timed": "no", "rate": "max"}


BARRIER = Pattern(
    name="barrier",
    benchmark="BenchmarkBarrier",
    summary="multiprocessing.Barrier: a condition on semaphores",
    file="barriers_and_locks.py",
    points=[
        (["barrier-across"], meeting(2), BOTH),
        (["barrier-across"], meeting(4), FULL),
        (["barrier-across"], meeting(8), FULL),
    ],
    run=run_barrier,
    min_n=50,
)

LOCK = Pattern(
    name="lock",
    benchmark="BenchmarkLock",
    summary="multiprocessing.Lock: a POSIX semaphore",
    file="barriers_and_locks.py",
    points=[
        (["lock-across"], entries(2, "0ns"), BOTH),
        (["lock-across"], entries(2, "1us"), FULL),
        (["lock-across-alone"], entries(1, "0ns"), FULL),
    ],
    run=run_lock,
    min_n=1000,
)
