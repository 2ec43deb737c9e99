"""process_pools.py: Pool(4).map(square, range(100)); imap, imap_unordered and maxtasksperchild beside it."""

from harness import BOTH, FULL, Clock, Pattern, Wrong, context, count, duration, spin

RESULTS = {"map": "map", "ordered": "imap", "unordered": "imap_unordered"}  # the method by results=

lengths = []  # ns a task, in each worker: task x takes the x-th, over and over


def begin(ready, ns):
    lengths[:] = ns
    ready.release()


def square(x):
    spin(lengths[x % 10])
    return x * x


def skewed(mean, skew):
    """Ten lengths of that mean: alike, or one ten times as long as the others."""
    if skew == "none":
        return [mean] * 10
    short = mean * 10 // 19
    return [10 * short if i == 3 else short for i in range(10)]


def run(keys, n):
    ctx = context(keys)
    tasks, workers, chunk = (count(keys[k]) for k in ("tasks", "workers", "chunk"))
    ready = ctx.Semaphore(0)
    start = (ready, skewed(duration(keys["task"]), keys["skew"]))
    with ctx.Pool(workers, begin, start, maxtasksperchild=int(keys["retire"]) or None) as pool:
        apply = getattr(pool, RESULTS[keys["results"]])
        for _ in range(workers):
            ready.acquire()
        list(apply(int, range(workers * chunk), chunk))  # a chunk each, without its work
        batches = [range(first, min(n, first + tasks)) for first in range(0, n, tasks)]
        with Clock(pool._pool) as clock:
            squares = [list(apply(square, batch, chunk)) for batch in batches]
        took = clock.took()
        pool.close()
        pool.join()
    for batch, got in zip(batches, squares):
        if keys["results"] == "unordered":
            got.sort()
        if got != [x * x for x in batch]:
            raise Wrong(f"the squares from {batch.start} on are others")
    return took


def point(task, chunk=16, skew="none", results="map", retire=0):
    return {
        "task": task,
        "skew": skew,
        "wait": "0ns",
        "crash": "none",
        "tasks": "500x",
        "workers": "2x",
        "chunk": str(chunk),
        "payload": "0",
        "stack": "0",
        "results": results,
        "retire": str(retire),
        "neighbour": "0ns",
        "rate": "max",
    }


PATTERN = Pattern(
    name="pool",
    benchmark="BenchmarkPool",
    summary="multiprocessing.Pool: worker processes on two pipes, tasks pickled in chunks",
    file="process_pools.py",
    points=[
        (["pool-10us"], point("10us"), BOTH),
        (["pool-10us", "pool-tiny"], point("0ns"), BOTH),
        (["pool-10us"], point("1us"), FULL),
        (["pool-10us"], point("100us"), FULL),
        (["pool-10us"], point("1ms"), FULL),
        *((["pool-imap"], point("10us", chunk, results="ordered"), FULL) for chunk in (16, 1, 64)),
        *((["pool-imap-unordered"], point("10us", chunk, "10x", "unordered"), FULL) for chunk in (16, 1, 64)),
        *((["pool-imap-skewed"], point("10us", chunk, "10x", "ordered"), FULL) for chunk in (16, 1, 64)),
        *((["pool-retire"], point("100us", 1, retire=tasks), FULL) for tasks in (100, 0, 1000)),
        (["pool-retire"], point("100us", 1, retire=10), FULL, "fork"),  # a hundred interpreters a batch would take half a minute
    ],
    run=run,
    min_n=count("500x"),
)
