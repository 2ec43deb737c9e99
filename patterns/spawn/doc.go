// Package spawn asks: how many can I start a second, and what does each hold?
//
// A spawner starts a worker for every argument and joins them all. It descends
// from spawn_processes.py, which starts six processes in a loop, each with
// arguments, and joins them. What a worker then does is of no interest here: it
// is the start that is measured, and what a worker costs while it stands.
//
// # Guarantees
//
// Package spawntest holds each variant to the laws that its properties admit. Every
// worker runs once, with its own argument, and its end stands in its place
// (each-once); one that fails, panics, calls runtime.Goexit or loses its process is
// reported, and the others are completed (failure-reported, panic-reported,
// goexit-reported, crash-reported, kill-survived). There are never more workers at
// once than the limit or, where the variant is not Bounded, all of them
// (bound-kept, all-at-once, held-until-released). When the context ends no further
// worker is started (cancel-stops), Spawns do not mix (spawns-separate), and after
// Release nothing is left over (nothing-left), of a worker that could not be started
// either (start-all-or-nothing).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only.
//
//   - go: go statement, WaitGroup.Add and Done. Breaks when an Add is forgotten or
//     made inside the goroutine, when a body panics and nothing recovers it, and
//     when bodies need deep stacks: each grows its own.
//   - wg.go: sync.WaitGroup.Go. Breaks when a body panics and nothing recovers it.
//   - errgroup: errgroup without a limit. Breaks when the first error, the only one
//     the group keeps, is not the one that mattered.
//   - sem: goroutine behind a weighted semaphore. Breaks when a worker waits for
//     one that is not started before it ends.
//   - reuse: idle goroutine if there is one, else a new one. Breaks when a burst
//     leaves a crowd of idle ones behind, when Release is forgotten, and when a
//     body relies on its goroutine ending.
//   - thread: goroutine locked to a new OS thread, which ends with it. Breaks when
//     there are 10,000 threads: the runtime ends the program.
//   - exec (Unix): process with exec.Cmd. Breaks when there is no room for more
//     processes or descriptors: a worker is then reported as not started.
//   - startprocess (Unix): process with os.StartProcess and two pipes. Breaks when
//     a descriptor is not closed on every path, which package os/exec sees to.
//   - starters (Unix): os.StartProcess by several goroutines. Breaks when processes
//     are few: their own start takes longer than what is overlapped.
//   - warm (Unix): idle process if there is one, else a new one. Breaks when a body
//     leaks, or leaves behind what the next must not see.
package spawn
