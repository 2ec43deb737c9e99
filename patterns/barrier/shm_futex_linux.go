package barrier

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync/atomic"
	"unsafe"

	"crossover/patterns"
	"crossover/patterns/role"
	"crossover/patterns/shm"
)

// shmFutex is the sense-reversing barrier in memory shared between processes. A
// waiter looks and yields for as long as a wake-up would take, and then parks on a
// futex, which is the phase's number itself.
//
// Guarantees: no process stands between the parties; Break reaches them all.
// Costs: no system call while all come at about the same time; one to park for
// each of the others and one to wake them otherwise.
// Breaks when: a party is killed. The others wait for it, for nobody tells them:
// whoever holds its role.Handle has to call Break. And when the CPUs are busy with
// something else: then the looking is in vain, and paid on top of the parking.
//
// Source: Ulrich Drepper, Futexes Are Tricky, 2011; glibc's pthread_barrier with
// PTHREAD_PROCESS_SHARED.
type shmFutex struct {
	region *shm.Region
	state  *shmFutexState
	rounds int           // of looking before it parks
	fence  [2]role.Fence // phases take turns, so that a slow one learns nothing of the next
}

// shmFutexState is the region's content.
type shmFutexState struct {
	parties int32
	_       [cacheLine]byte
	arrived atomic.Int32
	_       [cacheLine]byte
	phase   atomic.Uint32 // with shmFutexBroken; a futex is 32 bits wide
	parked  atomic.Int32  // at least the number of sleepers; one that is killed stays
	_       [cacheLine]byte
}

const shmFutexBroken = 1 << 31

func shmFutexVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "shm.futex",
			Summary:    "sense-reversing count in shared memory, spins then parks on a futex",
			File:       "shm_futex_linux.go",
			Source:     "Drepper, Futexes Are Tricky, 2011",
			Tier:       patterns.Unsafe,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Cancels: true, Crosses: true},
		},
		New:  newShmFutex,
		Open: openShmFutex,
	}
}

func newShmFutex(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	region, err := shm.New(int(unsafe.Sizeof(shmFutexState{})))
	if err != nil {
		return nil, fmt.Errorf("making barrier: %w", err)
	}
	(*shmFutexState)(region.At(0)).parties = int32(parties)
	return attachShmFutex(region), nil
}

func openShmFutex(w role.Wire) (Barrier, error) {
	region, err := shm.Open(w.Files[0])
	if err != nil {
		return nil, fmt.Errorf("opening shm.futex: %w", err)
	}
	return attachShmFutex(region), nil
}

// attachShmFutex decides how long to look: some tens of microseconds, which is
// what a wake-up on another CPU costs. Where parties outnumber CPUs the one that
// is waited for may need this one.
func attachShmFutex(region *shm.Region) *shmFutex {
	b := &shmFutex{region: region, state: (*shmFutexState)(region.At(0)), rounds: 1}
	if int(b.state.parties) <= runtime.NumCPU() {
		b.rounds = 100
	}
	return b
}

// Export hands over the mapping; each party gets the same.
func (b *shmFutex) Export(int) (role.Wire, error) {
	return role.Wire{Impl: "shm.futex", Spec: json.RawMessage("null"), Files: []*os.File{b.region.File()}}, nil
}

func (b *shmFutex) Wait(int) error {
	s := b.state
	now := s.phase.Load()
	if now&shmFutexBroken != 0 {
		return ErrBroken
	}
	fence := &b.fence[now%2]
	fence.Release()
	defer fence.Acquire()
	if s.arrived.Add(1) == s.parties {
		s.arrived.Store(0)
		if !s.phase.CompareAndSwap(now, (now+1)&^shmFutexBroken) {
			return ErrBroken
		}
		if s.parked.Load() > 0 {
			shm.Wake(&s.phase, math.MaxInt32)
		}
		return nil
	}
	b.await(now)
	if s.phase.Load() == now|shmFutexBroken {
		return ErrBroken
	}
	return nil // even if a later phase is broken
}

// await returns when phase now is over.
func (b *shmFutex) await(now uint32) {
	s := b.state
	for range b.rounds {
		for range looks {
			if s.phase.Load() != now {
				return
			}
		}
		runtime.Gosched() // a party in this process needs its P
	}
	s.parked.Add(1)
	for s.phase.Load() == now {
		shm.Wait(&s.phase, now)
	}
	s.parked.Add(-1)
}

// Break wakes without asking whether anybody is parked: one that was killed may
// have let the others go and not woken them.
func (b *shmFutex) Break() {
	b.state.phase.Or(shmFutexBroken)
	shm.Wake(&b.state.phase, math.MaxInt32)
}

func (b *shmFutex) Release() error { return b.region.Release() }
