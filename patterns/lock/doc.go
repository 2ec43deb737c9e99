// Package lock asks: which lock around my critical section?
//
// A lock lets one party at a time into a critical section, between goroutines
// and, where the mechanism allows, between OS processes. It descends from
// barriers_and_locks.py, in which a multiprocessing.Lock keeps the lines that
// processes print from running into each other.
//
// # Guarantees
//
// Package locktest holds each variant to the laws that its properties admit. A
// writer is alone inside, and what it wrote the next party reads (excludes,
// nothing-lost, seen-whole); where the variant Shares, readers are inside together
// (readers-share). Who waits gets in as its Fairness says (first-come-first-served,
// nobody-starves), and TryLock does not wait (try-never-waits). Where the variant
// is Owned, who is not inside cannot leave (strangers-refused). Break releases who
// waits where the variant Cancels, and elsewhere does nothing (break-wakes,
// broken-is-final, break-ignored). What becomes of the lock of a killed process is
// as its Orphan says (holder-killed, kill-survived), and nothing is left over
// (nothing-left).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only.
//
//   - mutex: sync.Mutex. Breaks when a waiter has to give up: Lock cannot be
//     cancelled.
//   - rwmutex: sync.RWMutex, readers share. Breaks when sections are short, for all
//     readers write one counter; and when a reader takes it twice: with a writer in
//     between that is a deadlock.
//   - chan: channel with room for one, plain send and receive. Breaks when a waiter
//     has to give up.
//   - chan.done: channel with room for one, select with a done channel. Breaks when
//     a caller forgets the done case once.
//   - sem: x/sync/semaphore, a reader takes 1 of it, a writer all. Breaks when
//     somebody releases what it does not hold: that panics, or lets another in.
//   - ttas: spin lock, test, then test and set, with backoff. Breaks when
//     contending parties outnumber CPUs, and when a waiter must not be overtaken
//     for ever.
//   - ticket: spin lock, draw a number and wait until it is called. Breaks when
//     parties outnumber CPUs: whose turn it is may not be running, and nobody else
//     may go.
//   - mcs: spin lock, a queue of waiters, each spinning on its own word. Breaks
//     when parties outnumber CPUs, as ticket does, and when two goroutines share a
//     party.
//   - big.reader: a flag per reader, one for writers, and a mutex behind them.
//     Breaks when writers are frequent, or parties many and short-lived: each stays
//     on a list that writers walk.
//   - flock (Unix): flock(2) on a file, shared or exclusive, freed by the kernel.
//     Breaks when a holder dies half-way, for its heir is not told, when a child
//     inherits the descriptor, and on network file systems.
//   - ofd (Linux): fcntl(2) lock of an open file description, shared or exclusive,
//     freed by the kernel. Breaks when a holder dies half-way: its heir is not
//     told.
//   - pipe.token (Unix): a byte in a pipe, read to enter and written back to leave.
//     Breaks when a holder is killed: the token is gone, and all wait until Break.
//   - shm.futex (Linux): word in shared memory, spins then parks on a futex, tells
//     the next of a dead holder. Breaks when a goroutine forgets to unlock and its
//     process lives on, and when a waiter must not be overtaken for ever.
package lock
