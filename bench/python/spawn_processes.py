"""spawn_processes.py: processes started in a loop with an argument each, and joined."""

from harness import Clock, Pattern, Wrong, context


def square(i, results):
    results[i] = (i + 1) * (i + 1)


def check(results):
    for i, r in enumerate(results):
        if r != (i + 1) * (i + 1):
            raise Wrong(f"process {i} came to {r}")


def cold(keys, n):
    """Starts n processes, so many at a time, and joins them."""
    ctx = context(keys)
    at_once = int(keys["workers"])
    results = ctx.Array("Q", n, lock=False)
    with Clock() as clock:
        for start in range(0, n, at_once):
            crew = [ctx.Process(target=square, args=(i, results)) for i in range(start, min(n, start + at_once))]
            for p in crew:
                p.start()
            for p in crew:
                p.join()
                if p.exitcode != 0:
                    raise Wrong(f"exit code {p.exitcode}")
    check(results)
    return clock.took()


def plain_square(i):
    return (i + 1) * (i + 1)


def warm(keys, n):
    """Hands n tasks to a process that is there already."""
    with context(keys).Pool(1) as pool:
        pool.apply(plain_square, (0,))
        with Clock(pool._pool) as clock:
            results = [pool.apply(plain_square, (i,)) for i in range(n)]
        pool.close()
        pool.join()
    check(results)
    return clock.took()
