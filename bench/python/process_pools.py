"""process_pools.py: Pool(4).map(square, range(100))."""

from harness import BOTH, FULL, Clock, Pattern, Wrong, context, duration, spin

work = 0  # ns a task, in each worker


def begin(ns):
    global work
    work = ns


def square(x):
    spin(work)
    return x * x


def run(keys, n):
    tasks, chunk = int(keys["tasks"]), int(keys["chunk"])
    with context(keys).Pool(int(keys["workers"]), begin, (duration(keys["task"]),)) as pool:
        pool.map(square, range(tasks), chunk)  # every worker has come to work
        with Clock(pool._pool) as clock:
            for start in range(0, n, tasks):
                batch = range(start, min(n, start + tasks))
                if pool.map(square, batch, chunk) != [x * x for x in batch]:
                    raise Wrong(f"the squares from {start} on are others")
        took = clock.took()
        pool.close()
        pool.join()
    return took


def point(task):
    return {
        "task": task,
        "skew": "none",
        "wait": "0ns",
        "crash": "none",
        "tasks": "1000",
        "workers": "4",
        "chunk": "16",
        "payload": "0",
        "stack": "0",
        "results": "map",
        "retire": "0",
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
    ],
    run=run,
    min_n=1000,
)
