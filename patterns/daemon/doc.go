// Package daemon asks: what survives when main goes, and what does a background
// worker cost while it idles?
//
// A daemon here is a worker in the background that does a little at every
// heartbeat. It descends from daemon_processes.py, which starts a background and
// a non-background process: daemons die with main, the others are waited for.
//
// In Go nothing is waited for unless somebody waits. What becomes of a worker
// depends on how main ends, and each variant says so in advance: its Ends are
// the truth table, and the laws establish it with real processes.
//
// How a worker runs is a value, Options.As. One that is a goroutine may have an OS
// thread of its own, as a Python thread has: every beat then runs on it, and nothing
// else does, for work that keeps something with its thread, as cgo libraries and
// namespaces do. That costs a thread, and at each beat a switch to it and back. What
// becomes of the worker is the same.
//
// A worker process that does one thing at a time needs one P. With more its runtime
// looks at every beat whether another has work, which is much of what a beat costs:
// Options.GOMAXPROCS 1 spares it that.
//
// # Guarantees
//
// Package daemontest holds each variant, in each of its executions, to the laws that
// its properties admit. A worker runs as asked, or is refused (place-as-said). However
// main ends, it ends as its Ends say, one law for each Ending. A beat that fails or
// panics, or crashes in a process of its own, ends its worker and nothing else, and is
// reported (failure-reported, crash-reported). Stop waits for the work in hand and no
// other is begun (stop-drains, stop-at-once, stop-repeats); Leave keeps its deadline
// where it has one (deadline-kept). Nothing is left over of a worker that was stopped,
// or could not be started (nothing-left, start-all-or-nothing).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only. A goroutine
// may have a thread, which breaks when there are many of them.
//
//   - go: goroutine, nobody waits. Breaks when the work in hand matters: it is cut
//     even by a main that returns.
//   - go.join: goroutine that main waits for. Breaks when the worker never ends,
//     for then neither does main; and when main ends by os.Exit, a panic elsewhere
//     or a signal.
//   - go.drain: goroutine with a context; main catches SIGTERM and drains until a
//     deadline. Breaks when the work in hand takes longer, or main ends by os.Exit,
//     a panic elsewhere or any signal but SIGTERM.
//   - child.join (Unix): child process that main waits for. Breaks when main ends
//     by os.Exit, a panic elsewhere or a signal: the worker goes on, an orphan that
//     nobody supervises.
//   - child.eof (Unix): child process that exits at end of file on a pipe from
//     main. Breaks when somebody else inherits main's end, or SIGSTOP keeps the
//     worker from running.
//   - child.drain (Unix): child.eof that first completes the work in hand. Breaks
//     when that never ends, or needs main.
//   - child.pdeathsig (Linux): child process that the kernel kills when main dies.
//     Breaks when the worker executes a program with more rights than its own,
//     which clears the signal; its own children get none.
//   - child.group (Unix): child process in a group of its own, which main kills as
//     it goes. Breaks when main ends by os.Exit, a panic elsewhere or any signal
//     but SIGTERM: the whole group goes on.
//   - child.detached (Unix): child process in a session of its own that outlives
//     main. Breaks when nobody knows its pid; and when it writes to standard error
//     once main is gone: the write ends it.
package daemon
