"""spawn_processes.py: processes started in a loop with an argument each, and joined."""

from harness import BOTH, FULL, Clock, Pattern, Wrong, context


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


PATTERN = Pattern(
    name="spawn",
    benchmark="BenchmarkSpawn",
    summary="multiprocessing.Process, started and joined",
    file="spawn_processes.py",
    points=[
        (["spawn-cold"], {"workers": "1", "stack": "0", "until": "joined"}, BOTH),
        (["spawn-cold"], {"workers": "16", "stack": "0", "until": "joined"}, FULL),
    ],
    run=cold,
    setup="0s",
    min_n=3,
    max_n=50,
)
