"""daemon_processes.py: a background process that dies with main, here idling with a heartbeat."""

import time

from harness import BOTH, FULL, Clock, Pattern, Took, Wrong, context, cpu_of, duration, resident


def beat(every, beats):
    """Counts a beat at each multiple of every, once the process is used to being woken."""
    for _ in range(60):  # as bench/daemon.go has it
        time.sleep(0.001)
    start = time.monotonic_ns()
    while True:
        beats.value += 1
        time.sleep(max(0, (start + beats.value * every - time.monotonic_ns()) / 1e9))


def run(keys, n):
    ctx = context(keys)
    every, workers = duration(keys["every"]), int(keys["workers"])
    beats = [ctx.Value("Q", 0, lock=False) for _ in range(workers)]
    crew = [ctx.Process(target=beat, args=(every, b), daemon=True) for b in beats]
    for p in crew:
        p.start()
    for b in beats:
        while b.value == 0:
            time.sleep(0.001)
    before = [b.value for b in beats]
    used = sum(cpu_of(p.pid) for p in crew)
    with Clock() as clock:
        for b, first in zip(beats, before):
            while b.value - first < n:
                time.sleep(every / 1e9)
    used = sum(cpu_of(p.pid) for p in crew) - used  # without main's, which only looks on
    counted = sum(b.value - first for b, first in zip(beats, before))
    held = [resident(p.pid) for p in crew]
    for p in crew:
        p.terminate()
        p.join()
    if counted < n * workers:
        raise Wrong(f"{counted} beats, want {n * workers}")
    metrics = {} if None in held else {"resident-bytes/worker": sum(held) / workers}
    cpu = used * n / counted if used else None
    return Took(clock.wall * n * workers / counted, cpu, metrics)


def point(every, workers):
    return {"every": every, "workers": str(workers)}


PATTERN = Pattern(
    name="daemon",
    benchmark="BenchmarkDaemon",
    summary="multiprocessing.Process(daemon=True): terminated when main returns",
    file="daemon_processes.py",
    points=[
        (["daemon-idle", "daemon-held"], point("10ms", 1), BOTH),
        (["daemon-idle"], point("1ms", 1), FULL),
        (["daemon-idle"], point("100ms", 1), FULL),
    ],
    run=run,
    min_n=5,
    max_n=20,
)
