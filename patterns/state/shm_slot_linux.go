package state

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"crossover/patterns"
	"crossover/patterns/role"
	"crossover/patterns/shm"
)

// shmSlot is an owner that shares a few cache lines with its callers: a call is
// written there, the owner writes the answer beside it. Either side looks for some
// microseconds and then parks on a futex.
//
// Guarantees what pipe.gob does, between processes and between goroutines. Costs
// cache lines that travel there and back, and no system call while both sides are
// awake; one to park and one to wake otherwise. The owner idles while an answer
// travels. A slot for each caller was tempting: then all of them look at once, and
// the owner does not get a CPU.
//
// It breaks when there is one CPU, or none to spare: then each call costs two
// wake-ups. The data is gone with its owner. K must hold no pointers; of a panic
// in a rule the first bytes of the text cross, and no stack.
//
// Source: Bershad et al., Lightweight Remote Procedure Call, SOSP 1989; futex(2).
type shmSlot[K comparable] struct {
	owner  *owner
	region *shm.Region
	slot   *slot[K]
	told   chan struct{} // closed when the caller has been told that the owner is gone

	mu       sync.Mutex // over a whole call
	released bool
}

// slot is what the two sides share.
type slot[K comparable] struct {
	called atomic.Bool // set by the caller, cleared by the owner with the answer
	ending atomic.Bool // the owner is to end
	gone   atomic.Bool // it has
	_      [cacheLine]byte
	call   shm.Event // the owner parks here
	_      [cacheLine]byte
	answer shm.Event // the caller parks here
	_      [cacheLine]byte

	request  Request[K]
	value    int64 // after a panic: the length of its text
	panicked bool
	text     [128]byte
}

// slotDesk is the owner's view.
type slotDesk[K comparable] struct {
	region *shm.Region
	slot   *slot[K]
}

func shmSlotVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "shm.slot",
			Summary:    "owner over a call slot in shared memory, spins then parks on a futex",
			File:       "shm_slot_linux.go",
			Source:     "Bershad et al., Lightweight Remote Procedure Call, SOSP 1989; futex(2)",
			Tier:       patterns.Unsafe,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Owned: true,
		New:   newShmSlot[K],
		open: func(w role.Wire) (desk[K], error) {
			region, err := shm.Open(w.Files[0])
			if err != nil {
				return nil, err
			}
			return &slotDesk[K]{region, (*slot[K])(region.At(0))}, nil
		},
	}
}

func newShmSlot[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := role.CheckPlain[K](); err != nil {
		return nil, fmt.Errorf("shm.slot: keys: %w", err)
	}
	region, err := shm.New(int(unsafe.Sizeof(slot[K]{})))
	if err != nil {
		return nil, err
	}
	s := &shmSlot[K]{region: region, slot: (*slot[K])(region.At(0)), told: make(chan struct{})}
	if s.owner, err = r.hire(&slotDesk[K]{region, s.slot}, o); err != nil {
		return nil, errors.Join(err, region.Release())
	}
	go func() {
		defer close(s.told)
		<-s.owner.Done()
		s.slot.gone.Store(true)
		s.slot.answer.Broadcast()
	}()
	return s, nil
}

func (s *shmSlot[K]) Add(key K, delta int64) (int64, error) {
	return s.do(Request[K]{Key: key, Delta: delta})
}

func (s *shmSlot[K]) Get(key K) (int64, error) { return s.do(Request[K]{Read: true, Key: key}) }

func (s *shmSlot[K]) do(q Request[K]) (int64, error) {
	v, p, ok := s.ask(q)
	switch {
	case !ok:
		return 0, s.owner.gone()
	case p != nil:
		return 0, p
	}
	return v, nil
}

// ask fails if the store is closed or the owner gone.
func (s *shmSlot[K]) ask(q Request[K]) (v int64, p *role.PanicError, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner.closed.Load() || s.slot.gone.Load() {
		return 0, nil, false
	}
	s.slot.request = q
	s.slot.called.Store(true)
	s.slot.call.Signal()
	await(&s.slot.answer, func() bool { return !s.slot.called.Load() || s.slot.gone.Load() })
	switch {
	case s.slot.called.Load():
		return 0, nil, false
	case s.slot.panicked:
		return 0, &role.PanicError{Value: string(s.slot.text[:s.slot.value])}, true
	}
	return s.slot.value, nil, true
}

// await returns when something has changed. It looks for as long as parking and
// being woken would take, without a pause: what is awaited may be no more than a
// cache line's way off. A longer look was tempting, but where CPUs are short it
// keeps the other side from its own.
func await(e *shm.Event, changed func() bool) {
	const looks, yields = 2000, 20 // some µs; and a turn for an owner in this process
	i := 0
	if runtime.NumCPU() == 1 {
		i = looks // nothing can change while we look
	}
	for ; !changed(); i++ {
		switch {
		case i < looks:
		case i < looks+yields:
			runtime.Gosched()
		default:
			if ticket := e.Prepare(); !changed() {
				e.Park(ticket)
			}
		}
	}
}

// Owner is the role on the other side.
func (s *shmSlot[K]) Owner() Owner { return s.owner }

func (s *shmSlot[K]) Close() error {
	err := s.owner.end(func() {
		s.mu.Lock() // behind the call under way
		defer s.mu.Unlock()
		if !s.released {
			s.slot.end()
		}
	})
	<-s.told
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.released {
		return err
	}
	s.released = true
	return errors.Join(err, s.region.Release())
}

// end tells the owner to end.
func (s *slot[K]) end() {
	s.ending.Store(true)
	s.call.Broadcast()
}

func (d *slotDesk[K]) export() (role.Wire, error) {
	return role.Wire{Impl: "shm.slot", Files: []*os.File{d.region.File()}}, nil
}

// serve is the owner.
func (d *slotDesk[K]) serve(ctx context.Context, l *ledger[K]) error {
	s := d.slot
	defer role.OnEnd(ctx, s.end)()
	for {
		await(&s.call, func() bool { return s.called.Load() || s.ending.Load() })
		if !s.called.Load() {
			return context.Cause(ctx)
		}
		v, err := l.perform(s.request.Read, s.request.Key, s.request.Delta)
		s.value, s.panicked = v, err != nil
		if p := (*role.PanicError)(nil); errors.As(err, &p) {
			s.value = int64(copy(s.text[:], fmt.Sprint(p.Value)))
		}
		s.called.Store(false)
		s.answer.Signal()
	}
}
