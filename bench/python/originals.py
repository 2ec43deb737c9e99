"""The eight multiprocessing originals as benchmarks: see harness.py."""

import sys

if sys.version_info < (3, 8) or sys.platform == "win32":
    print("the Python originals need Python 3.8 and a Unix: left out", file=sys.stderr)
    sys.exit(3)  # not available here

import barriers_and_locks
import custom_process_class
import daemon_processes
import pipes_example
import process_lifecycle
import process_pools
import producer_consumer
import spawn_processes
from harness import main

PATTERNS = [
    daemon_processes.PATTERN,
    pipes_example.PATTERN,
    producer_consumer.PATTERN,
    process_lifecycle.PATTERN,
    barriers_and_locks.BARRIER,
    barriers_and_locks.LOCK,
    process_pools.PATTERN,
    custom_process_class.PATTERN,
    spawn_processes.PATTERN,
]

if __name__ == "__main__":
    sys.exit(main(PATTERNS, sys.argv[1:]))
