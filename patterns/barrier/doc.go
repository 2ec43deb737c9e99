// Package barrier asks: how do N workers wait for each other?
//
// A barrier holds its parties back until the last of them has arrived, lets all
// go, and does so again in the next phase: between goroutines and, where the
// mechanism allows, between OS processes. It descends from barriers_and_locks.py,
// in which two processes meet at a multiprocessing.Barrier.
//
// The standard library has no barrier: a WaitGroup lets one wait for many, here
// many wait for many, again and again. So every variant is code of your own.
//
// # Guarantees
//
// Package barriertest holds each variant to the laws that its properties admit.
// Nobody passes a phase before all have arrived, and then all pass (none-early,
// none-behind, one-apart, reused); what was written before it is read after it
// (writes-visible). A phase ends in one way for all (all-or-none): whether Break is
// called, or a party leaves, panics or has waited long enough, the others get
// ErrBroken, and everybody from then on (break-wakes, leaving-breaks,
// panic-reaches, timeout-breaks, broken-is-final). A killed party process does so
// too once it is noticed, by the variant or by the caller (death-noticed,
// kill-survived). Nothing is left over (nothing-left).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only.
//
//   - cond: count and generation under a mutex and a condition. Breaks when parties
//     and CPUs are many: they leave one by one, through the one mutex.
//   - waitgroup: a WaitGroup a phase, three taking turns. Breaks when somebody has
//     to give up: a WaitGroup has no way out, so Break has to stand in for who is
//     missing.
//   - coordinator: goroutine that counts arrivals and releases over channels.
//     Breaks when Release is forgotten: the goroutine lives until then.
//   - chan.close: a channel a phase, closed by the last to arrive. Breaks when
//     garbage counts: each phase allocates its channel.
//   - sense.spin: atomic count and phase, bare spin. Breaks when parties outnumber
//     CPUs or GOMAXPROCS: who is waited for cannot run before a spinner is
//     preempted.
//   - sense.yield: sense.spin that yields between looks. Breaks when waits are long
//     or CPUs short: idle waiters keep the scheduler's lock busy.
//   - sense.park: sense.spin that yields and then parks. Breaks when waits are just
//     longer than the looking: each then costs both.
//   - tree: combining tree of two parties a leaf, spin and yield. Breaks when
//     parties are few: the plain count is faster.
//   - dissemination: log2 N rounds of telling one party further on, spin and yield.
//     Breaks when parties outnumber CPUs: each round is a wait of its own.
//   - pipe.coordinator (Unix): goroutine that counts arrivals and releases over
//     pipes, and notices who dies. Breaks when its process is busy: all wait until
//     it gets to run.
//   - shm.futex (Linux): atomic count and phase in shared memory, spins then parks
//     on a futex. Breaks when a party is killed: the others wait until somebody
//     calls Break; and when CPUs are busy: each wait then costs both.
package barrier
