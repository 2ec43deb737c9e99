// Package state asks: a mutex, or a goroutine (or process) that owns the data?
//
// A store keeps numbers by key for many callers at once; a counter is a store
// with one key. The data lies under a lock or an atomic operation, or in the hands
// of an owner, a goroutine or an OS process, that is sent every call. It descends
// from custom_process_class.py: ten instances of a Process subclass, each with a
// run method, and with its own state, that nobody else can touch.
//
// # Guarantees
//
// Package statetest holds each variant to the laws that its properties admit. An
// acknowledged update is made once, and Add tells its value (nothing-lost,
// nothing-twice, add-tells, keys-apart). Calls on a key take effect one after the
// other, whatever the rule (linearizable, rule-alone); where the variant is Weak, a
// read still sees what was acknowledged before it began and does not go back
// (reads-between, reads-forward). A rule that panics changes nothing
// (panic-contained). When an owner is asked to end, ends or is killed the data is
// gone with it: callers get ErrLost, and nothing was acknowledged that was not done
// (owner-asked, owner-leaves, owner-exits, owner-killed). Close ends every call
// (close-ends, closed-is-final), and nothing is left over (nothing-left).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only.
//
//   - mutex: map under a mutex. Breaks when updates are long: whoever wants any key
//     waits for all of them, readers included.
//   - rwmutex: map under a lock that readers share. Breaks when reads are short:
//     each writes to the lock's count, whose cache line travels from CPU to CPU.
//   - atomic: one atomic integer, a counter. Breaks when there is more than a
//     number to keep consistent, and when updates are long and contended: they are
//     computed again and again.
//   - atomic.sharded: a part of the counter for each P, reads add up. Breaks when
//     reads are frequent, or the number decides something: a limit cannot be held
//     with it.
//   - cow: map copied on write, behind an atomic pointer. Breaks when updates are
//     more than rare or the map is large: each copies all of it.
//   - sync.map: sync.Map of atomic integers. Breaks when an update concerns several
//     keys, or is long and contended: it is computed again and again.
//   - atomic.table: open-addressed hash table of atomic integers. Breaks when keys
//     come and go, for none is ever given up, and when sync.map does.
//   - chan: goroutine that owns the map, request channel. Breaks when updates are
//     short: the way there costs many times what is done there; and reads do not
//     run side by side.
//   - chan.func: goroutine that owns the map, channel of closures. Breaks when
//     updates are short, as chan does, and when a closure lets the map out.
//   - mailbox: goroutine that owns the map, empties a mailbox in batches. Breaks
//     when there is one caller: every batch is then one call, and it is a slower
//     channel.
//   - pipe.gob (Unix): owner over a pair of pipes, one call at a time as gob.
//     Breaks when callers are many: the owner idles while an answer travels; and
//     when gob cannot encode K.
//   - pipe.rpc (Unix): owner behind net/rpc over a pair of pipes, many calls at a
//     time. Breaks when calls are short: the way there costs far more than what is
//     done there; and when gob cannot encode K.
//   - shm.slot (Linux): owner over a call slot in shared memory, spins then parks
//     on a futex. Breaks when there is no CPU to spare: each call then costs two
//     wake-ups; and when K holds pointers, which New refuses.
package state
