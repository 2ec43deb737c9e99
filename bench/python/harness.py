"""What all scenarios share: the command line, the clock and the output.

A scenario is one original as a benchmark. It is run as a Go test binary is, with
the same flags, and prints the same format, so that cmd/measure can put it into the
same rounds as the Go patterns:

    python3 originals.py -catalog -grid=quick
    python3 originals.py -test.bench='^BenchmarkPool$/^impl=multiprocessing$/…' -test.benchtime=100x

Only the standard library is used.
"""

import argparse
import json
import multiprocessing
import os
import platform
import re
import resource
import signal
import sys
import time
from dataclasses import dataclass, field

METHODS = ["fork", "spawn"]  # the value of as=
BOTH, FULL = ("quick", "full"), ("full",)  # the grids a point is in


class Wrong(Exception):
    """The scenario came to another result than it must."""


@dataclass
class Case:
    """One line of output: a scenario with its keys, in the order of the pattern's axes."""

    pattern: "Pattern"
    keys: dict
    situations: list
    setup: str
    min_n: int
    max_n: int

    @property
    def name(self):
        return self.pattern.benchmark + "".join(f"/{k}={v}" for k, v in self.keys.items())


@dataclass
class Pattern:
    """A pattern as far as Python has it. Axes, situations and points are those of
    bench/<name>.go; a Go test compares them."""

    name: str
    benchmark: str
    summary: str
    file: str
    points: list  # (situation ids, axis keys with their values, grids, values of as= if not all)
    run: object  # run(keys, n) → Took
    setup: str = "100ms"
    min_n: int = 1
    max_n: int = 0  # 0: no limit

    def cases(self, grid):
        found = []
        for situations, keys, grids, *methods in self.points:
            if grid in grids:
                for method in methods or METHODS:
                    all_keys = {"impl": "multiprocessing", "as": method, **keys}
                    found.append(Case(self, all_keys, situations, self.setup, self.min_n, self.max_n))
        return found


@dataclass
class Took:
    """What n operations took, in ns, and other metrics by unit."""

    wall: float
    cpu: float = None
    metrics: dict = field(default_factory=dict)


class Clock:
    """Wall and processor time of a stretch, of this process and of its live children."""

    def __init__(self, children=()):
        self.children = children  # looked at anew at either end: a pool may have replaced its own

    def __enter__(self):
        self._cpu = self._cpu_now()
        self._start = time.perf_counter_ns()
        return self

    def __exit__(self, *_):
        self.wall = time.perf_counter_ns() - self._start
        self.cpu = self._cpu_now() - self._cpu

    def took(self, **metrics):
        return Took(self.wall, self.cpu, metrics)

    def _cpu_now(self):
        while True:
            reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
            live = sum(cpu_of(c.pid) for c in self.children)
            if resource.getrusage(resource.RUSAGE_CHILDREN) == reaped:  # nobody went from one account to the other
                break
        own = resource.getrusage(resource.RUSAGE_SELF)
        return sum(u.ru_utime + u.ru_stime for u in (own, reaped)) * 1e9 + live


def cpu_of(pid):
    """Processor time of a live process in ns; 0 where the system does not say."""
    total = 0
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat") as f:
                total += int(f.read().split()[0])
    except OSError:
        pass
    return total


def resident(pid):
    """Proportional set size of a process in bytes; None where the system does not say."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as f:
            for line in f:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) << 10
    except OSError:
        return None


def spin(ns):
    """Uses so much processor time: the counterpart of the suite's calibrated work."""
    if ns > 0:
        end = time.thread_time_ns() + ns
        while time.thread_time_ns() < end:
            pass


def duration(text):
    """A Go duration of one unit, in ns."""
    for unit, ns in (("ns", 1), ("us", 10**3), ("ms", 10**6), ("s", 10**9)):
        if text.endswith(unit) and re.fullmatch(r"[0-9.]+", text[: -len(unit)]):
            return int(float(text[: -len(unit)]) * ns)
    raise ValueError(f"{text!r} is no duration")


def count(text):
    """A number; one with an x is of each CPU that the process may use."""
    if text.endswith("x"):
        cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return max(1, round(float(text[:-1]) * cpus))
    return int(text)


def context(keys):
    return multiprocessing.get_context(keys["as"])


def catalog(patterns, grid):
    """What this command measures, as a supplement to the Go suite's catalog."""
    return {
        "version": 1,
        "grid": grid,
        "verdicts": [],
        "patterns": [
            {
                "name": p.name,
                "benchmark": p.benchmark,
                "axes": [{"key": k} for k in p.points[0][1]],
                "variants": [
                    {
                        "name": "multiprocessing",
                        "summary": p.summary,
                        "file": f"bench/python/{p.file}",
                        "source": "docs.python.org/3/library/multiprocessing.html",
                        "tier": 9,
                        "tier_name": "another language",
                        "properties": {"crosses": "yes"},
                    }
                ],
                "situations": [{"id": s} for s in sorted({s for point in p.points if grid in point[2] for s in point[0]})],
                "cases": [
                    {
                        "name": c.name,
                        "keys": c.keys,
                        "situations": c.situations,
                        "min_time": "100ms",
                        "setup": c.setup,
                        "min_n": c.min_n,
                        "max_n": c.max_n,
                    }
                    for c in p.cases(grid)
                ],
            }
            for p in patterns
            if p.cases(grid)
        ],
    }


def selects(pattern, name):
    """Matches as go test does: element by element."""
    wanted, have = pattern.split("/"), name.split("/")
    return all(re.search(w, h) for w, h in zip(wanted, have)) and len(wanted) <= len(have)


def run_for(case, benchtime):
    """Runs the case so many times ("100x"), or for about so long ("10ms")."""
    run = case.pattern.run
    if benchtime.endswith("x"):
        n = int(benchtime[:-1])
        return n, run(case.keys, n)
    goal, n, most = duration(benchtime), case.min_n, case.max_n or 10**9
    while True:
        took = run(case.keys, n)
        if took.wall >= goal or n >= most:
            return n, took
        n = min(most, max(n + 1, min(100 * n, int(1.2 * n * goal / max(1, took.wall)))))


def print_result(case, procs, n, took):
    values = {"ns/op": took.wall / n}
    if took.cpu is not None:
        values["cpu-ns/op"] = took.cpu / n
    values.update(took.metrics)
    suffix = f"-{procs}" if procs != 1 else ""
    print(case.name + suffix, n, *(f"{v:.10g} {unit}" for unit, v in values.items()), sep="\t", flush=True)


def print_header():
    print(f"cpus: {len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()}")
    print("Unit cpu-ns/op better=lower")
    print(f"goos: {platform.system().lower()}")
    print(f"goarch: {({'x86_64': 'amd64', 'aarch64': 'arm64'}).get(platform.machine(), platform.machine())}")
    print("pkg: crossover/bench")
    if cpu := cpu_name():
        print(f"cpu: {cpu}")  # or benchstat would set these results apart from Go's


def cpu_name():
    """As Go prints it; None where the system does not say."""
    try:
        with open("/proc/cpuinfo") as info:
            return next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), None)
    except OSError:
        return None


def warm_up():
    """Imports and forks once, so that the first case does not pay for it."""
    p = multiprocessing.get_context("fork").Process(target=int)
    p.start()
    p.join()


def flags(args):
    p = argparse.ArgumentParser(prog="originals.py", allow_abbrev=False, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("-catalog", action="store_true", help="print what can be measured as JSON")
    p.add_argument("-grid", choices=["quick", "full"], default="quick")
    p.add_argument("-test.bench", dest="bench", default="", help="which cases, as go test -bench has it")
    p.add_argument("-test.benchtime", dest="benchtime", default="100ms", help="100x or 100ms")
    p.add_argument("-test.cpu", dest="procs", type=int, default=1, help="printed with the name; Python has no such setting")
    for unused in ("-test.run", "-spin", "-capacity", "-pin"):
        p.add_argument(unused, help=argparse.SUPPRESS)
    return p.parse_args(args)


def main(patterns, args):
    o = flags(args)
    if o.catalog:
        json.dump(catalog(patterns, o.grid), sys.stdout, indent="\t")
        print()
        return 0
    # A benchmark that is told to end takes its children with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print_header()
    cases = [c for p in patterns for c in p.cases(o.grid) if selects(o.bench, c.name)]
    if not cases:
        print(f"originals.py: no case matches {o.bench!r}", file=sys.stderr)
        return 1
    warm_up()
    for case in cases:
        try:
            print_result(case, o.procs, *run_for(case, o.benchtime))
        except Wrong as e:
            print(f"--- FAIL: {case.name}\n    {e}", flush=True)
            return 1
    print("PASS")
    return 0
