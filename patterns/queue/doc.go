// Package queue asks: channel, mutex-guarded buffer or lock-free ring?
//
// A queue carries items from producers to consumers, between goroutines and,
// where the mechanism allows, between OS processes. It descends from
// producer_consumer.py, which puts ten items on a multiprocessing.Queue and
// takes them off in another process.
//
// # Guarantees
//
// Package queuetest holds each variant to the laws that its properties admit. An
// item that Put accepted and no later one displaced arrives once, whole and in the
// order that the variant promises (nothing-lost, nothing-twice, items-whole,
// order-kept, linearizable). There is room for the capacity; beyond it the variant
// blocks, drops or grows, as it says (bounded, overflow). Whoever waits is woken by
// its counterpart (put-wakes-get, get-wakes-put), by Close once the queue is
// drained (close-drains) and by Break (break-wakes-put, break-wakes-get,
// broken-is-final). When a process is killed the others end on Break at the latest,
// and nothing half-written arrives (kill-survived). Nothing is left over
// (nothing-left).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only.
//
//   - chan: channel, plain send and receive. Breaks when somebody has to give up:
//     only a counterpart wakes a parked caller, so Break has to play it until
//     Release.
//   - chan.done: channel, select with a done channel. Breaks when a caller forgets
//     the done case once: that call waits for ever.
//   - chan.drop: channel, select with default, which refuses an item when full.
//     Breaks when every item matters.
//   - chan.sharded: four channels, any of which will do. Breaks when order matters,
//     and when it is mostly empty or mostly full: everybody then waits at all four.
//   - mutex.ring: fixed ring under a mutex and two conditions. Breaks when many
//     parties on many CPUs want the one mutex.
//   - mutex.batch: two bounded buffers, a consumer takes over a whole one. Breaks
//     when consumers are faster than producers: a batch is then a single item, and
//     nothing is gained.
//   - mutex.slice: two slices that grow, a mutex each. Breaks when consumers are
//     slower than producers for long: memory grows until there is none.
//   - mutex.latest: ring under a mutex that overwrites the oldest item. Breaks when
//     every item matters, or a consumer must know that it missed some.
//   - twolock.list: linked list, a lock for each end. Breaks when consumers are
//     slower than producers for long: memory grows until there is none.
//   - mpmc.ring: lock-free ring with a sequence number per slot, waiters spin.
//     Breaks when waiting parties outnumber CPUs, or one stops between claiming a
//     slot and publishing it.
//   - spsc.ring: ring for one producer and one consumer, who spin. Breaks when
//     there is a second of either, which nothing detects, or no CPU for each side.
//   - pipe.lock (Unix): pipe with a token as lock on either end. Breaks when a
//     party is killed with the token: the others wait until Break.
//   - pipe.frame (Unix): pipe, one atomic write an item. Breaks when an item is
//     larger than PIPE_BUF, which New refuses, and when several processes wait for
//     room: some wait on although there is room.
//   - shm.ring (Linux): mpmc.ring in shared memory whose waiters park on a futex.
//     Breaks when a party is killed between claiming a slot and publishing it: the
//     others wait until Break.
package queue
