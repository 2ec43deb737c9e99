"""The eight multiprocessing originals as benchmarks: see harness.py."""

import sys

import process_pools
import producer_consumer
from harness import main

PATTERNS = [producer_consumer.PATTERN, process_pools.PATTERN]

if __name__ == "__main__":
    sys.exit(main(PATTERNS, sys.argv[1:]))
