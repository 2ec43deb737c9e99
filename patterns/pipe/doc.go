// Package pipe asks: what should carry a request and its reply?
//
// A pipe has two ends. What is sent into one is received at the other, message
// by message, between goroutines and, where the mechanism allows, between OS
// processes. It descends from pipes_example.py, where one process sends the
// numbers from 0 to 9 down a multiprocessing.Pipe and another squares them into a
// second one.
//
// # Guarantees
//
// Package pipetest holds each variant to the laws that its properties admit. A
// message arrives once, whole and in order (messages-whole, nothing-lost,
// nothing-twice, order-kept). Neither direction waits for the other (both-ways,
// close-is-half), and a sender can be Ahead messages ahead but not for ever (ahead,
// bounded). After Close what was sent is delivered (close-drains); Break wakes
// whoever waits at either end (break-wakes-send, break-wakes-receive,
// break-crosses, broken-is-final). A process that is killed never passes for one
// that has closed (kill-survived), and nothing is left over (nothing-left).
//
// # Variants
//
// The baseline comes first; (Unix) or (Linux) marks what exists there only.
//
//   - chan: unbuffered channel each way, select with a done channel. Breaks when
//     both ends send before they receive: they wait for each other.
//   - chan.buffered: chan with room for 64 messages. Breaks when messages are
//     large: it comes to hold 66 of them each way, and keeps the memory.
//   - mutex.ring: ring of 64 messages each way under a mutex and two conditions.
//     Breaks when messages are large: each slot keeps memory for the largest it has
//     held.
//   - mailbox.spin: 64 cells each way with an atomic word each, at which waiters
//     spin. Breaks when there are fewer CPUs than waiting sides, or the other side
//     is slow.
//   - mailbox.park: mailbox.spin that parks after some microseconds. Breaks when
//     the answer always takes a little longer than that: each message then costs
//     both.
//   - io.pipe: io.Pipe each way, length before each message. Breaks when both ends
//     send before they receive: there is no buffer.
//   - net.pipe: net.Pipe, length before each message. Breaks when both ends send
//     before they receive: there is no buffer.
//   - os.pipe (Unix): kernel pipe each way through os.File and the poller. Breaks
//     when both ends send more than the kernel's buffers hold before they receive.
//   - raw.pipe (Unix): kernel pipe each way, blocking system calls. Breaks when
//     somebody has to give up: a waiter is woken by the other end and by nothing
//     else; and when pipes are many, for each waiter holds a thread.
//   - socketpair (Unix): pair of Unix sockets through os.File and the poller.
//     Breaks when both ends send more than the socket buffers hold before they
//     receive; small messages fill them by their overhead.
//   - tcp (Unix): TCP over loopback through os.File and the poller. Breaks when an
//     end is released with messages unread: the reset may overtake what it had
//     sent.
//   - shm.spin (Linux): cells and a ring of bytes each way in shared memory, at
//     which waiters spin. Breaks when there are fewer CPUs than waiting sides, or a
//     process is killed: the other side waits until Break.
//   - shm.futex (Linux): shm.spin that parks on a futex after some microseconds.
//     Breaks when the answer always takes a little longer than that, or a process
//     is killed: the other side waits until Break.
package pipe
