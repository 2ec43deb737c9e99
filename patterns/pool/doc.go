// Package pool asks: a goroutine per task, a bounded set of workers, or
// processes?
//
// A pool applies one function to many inputs. It descends from
// process_pools.py, which is Pool(4).map(square, range(100)).
//
// How workers run is a value, Options.As. Those that are goroutines and outlive a
// task may have an OS thread each, for tasks that keep something with their thread,
// as cgo libraries and graphics do. A thread for every task is a matter of starting
// threads: see package spawn.
//
// # Guarantees
//
// Package pooltest holds each variant, in each of its executions, to the laws that
// its properties admit. Workers run as asked, or the pool is refused (place-as-said,
// options-checked). Every task runs once, and its result stands where its input stood
// (results-in-place); one that fails, panics, calls runtime.Goexit or loses its
// process is listed, and the others are completed (failures-listed, panic-contained,
// goexit-listed, crash-listed, kill-survived). As many tasks of a Map run at once as
// there are workers and never more, or all of them where the variant is not Bounded
// (bound-kept, workers-at-once, all-at-once). When a context ends no further task
// is begun (cancel-stops); Close waits for what is under way (close-waits,
// closed-is-final), and nothing is left over (nothing-left), of workers that could not
// be started either (start-all-or-nothing), nor a thread that tasks may have changed
// (threads-end). Streams keep order, bound and what was asked for on
// failure (stream-in-order, stream-bounded, stream-failure-as-asked), and work ahead
// while the first in order takes long (stream-ahead).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only. Workers of
// workers.chan, workers.mutex, parfor and steal may be threads.
//
//   - go: goroutine per task, unbounded. Breaks when tasks arrive faster than they
//     end: nothing holds them back, and memory is the bound.
//   - go.sem: goroutine per task behind a semaphore channel. Breaks when a task
//     waits for a later one of the same Map, which may not get its turn.
//   - errgroup: errgroup with SetLimit. Breaks when tasks do not end: a Map that
//     waits for a slot does not see that its context has.
//   - workers.chan: fixed workers on a channel. Breaks when it is never closed, for
//     its workers leak; and when a context ends: its Map still waits behind the
//     tasks of others.
//   - workers.mutex: fixed workers on a mutex-guarded list of Maps. Breaks when
//     tasks are so short, and workers so many, that the lock is all they do; and
//     when it is never closed.
//   - parfor: parallel for over chunks off an atomic index. Breaks when chunks are
//     so large that the last one keeps everybody waiting.
//   - steal: work stealing over index ranges. Breaks when workers are many, for one
//     without a task looks at the ranges of all others; and when a Map has 2³²
//     tasks or more.
//   - proc (Unix): a process per task, all at once. Breaks when there are more
//     tasks than room for processes: those that cannot be started are listed as
//     failed.
//   - proc.sem (Unix): a process per task behind a semaphore. Breaks when tasks are
//     shorter than the start of a process, and when one waits for a later one.
//   - prefork (Unix): fixed worker processes, fed chunks over pipes. Breaks when
//     chunks are so small that the round trip outweighs the work, or so large that
//     the last one keeps everybody waiting.
package pool
