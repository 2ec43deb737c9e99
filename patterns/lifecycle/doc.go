// Package lifecycle asks: how fast can I stop a worker, or notice that it died?
//
// It descends from process_lifecycle.py, which starts a process, asks whether it
// is alive, terminates it, joins it and looks at its exit code. Here the same
// worker is a goroutine, a thread, this program again or a small program, and
// what they cannot do alike is said and not glossed over: nothing stops a
// goroutine that does not want to.
//
// # Guarantees
//
// Package lifecycletest holds each variant to the laws that its properties admit. A
// worker is alive from Start until Join would return (alive-until-joined), and how
// it ended reaches whoever joins it (end-reported, crash-reported, endings-repeat).
// One that heeds being asked stops (ask-stops, ask-at-once); one that does not is
// killed, or nothing can and that is said (kill-ends, grace-then-kill,
// unstoppable-said). What ends one worker leaves the others alone
// (workers-separate), and nothing is left over (nothing-left).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only.
//
//   - context: goroutine, asked by cancelling its context. Breaks when the body
//     computes without looking, or waits for what knows no context: nothing stops
//     it then.
//   - done.chan: goroutine, asked by closing a channel. Breaks when asking has to
//     reach further down: the standard library takes a context everywhere and a
//     channel nowhere.
//   - errgroup: goroutine in an errgroup with a context. Breaks when the body does
//     not look, as context does; a body that calls runtime.Goexit is no error to
//     the group.
//   - thread: goroutine on an OS thread that ends with it, asked by closing a
//     channel. Breaks when the body does not look: a thread cannot be killed
//     either.
//   - exec (Unix): small program by exec.Cmd, asked by SIGTERM. Breaks when it has
//     started others: killed, it leaves them.
//   - start.process (Unix): small program by os.StartProcess, asked by SIGTERM.
//     Breaks when somebody forgets what a Cmd remembers: to close the child's ends
//     of the pipes, to wait on every path.
//   - self (Unix): this program again, asked by SIGTERM, which it catches. Breaks
//     when the program is big or does much before main: each worker does so again.
//   - warm (Unix): a process that stays and is given the next worker. Breaks when
//     workers leave something behind, memory, a directory, a goroutine: the next
//     one finds it.
package lifecycle
