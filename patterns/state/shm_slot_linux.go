package state

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"crossover/patterns"
	"crossover/patterns/role"
	"crossover/patterns/shm"
)

// shmSlot is an owner that shares memory with its callers: each call is written
// into a slot, a bit says which slots are waiting, and the owner writes the answer
// beside the call. Either side spins for a moment and then parks on a futex.
//
// Guarantees what pipe.gob does, between processes and between goroutines. Costs
// two cache lines that travel there and back; no system call while both sides are
// awake, one to park and one to wake otherwise.
//
// It breaks when CPUs are fewer than those who wait: then each call costs a
// futex's round trip. The data is gone with its owner. K must hold no pointers;
// of a panic in a rule the first bytes of the text cross, and no stack.
//
// Source: Bershad et al., Lightweight Remote Procedure Call, SOSP 1989; futex(2).
type shmSlot[K comparable] struct {
	owner  *owner
	region *shm.Region
	desk   *slotDesk[K]
	told   chan struct{} // closed when callers have been told that the owner is gone

	mu       sync.Mutex // over free, and held for a moment only
	returned sync.Cond
	free     []int // slots; the last one used is the first to be used again

	closing  sync.Mutex // held by Close from beginning to end
	released bool
}

const slots = 64 // as many as there are bits in pending

// slotDesk is the region as either side sees it.
type slotDesk[K comparable] struct {
	region *shm.Region
	head   *slotHead
	slot   *[slots]slot[K]
}

type slotHead struct {
	pending atomic.Uint64 // a bit for each slot with a call in it
	_       [cacheLine]byte
	work    shm.Event // the owner parks here
	_       [cacheLine]byte
	ending  atomic.Bool // the owner is to end
	gone    atomic.Bool // it has
	_       [cacheLine]byte
}

type slot[K comparable] struct {
	answered atomic.Bool
	event    shm.Event // the caller parks here
	read     bool
	panicked bool
	key      K
	delta    int64
	value    int64 // of the panic's text: its length
	text     [128]byte
	_        [cacheLine]byte
}

func shmSlotVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "shm.slot",
			Summary:    "owner over call slots in shared memory, spins then parks on a futex",
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
			return newSlotDesk[K](region), nil
		},
	}
}

func newSlotDesk[K comparable](region *shm.Region) *slotDesk[K] {
	return &slotDesk[K]{region, (*slotHead)(region.At(0)), (*[slots]slot[K])(region.At(int(slotsAt)))}
}

// slotsAt is where the slots begin.
const slotsAt = (unsafe.Sizeof(slotHead{}) + cacheLine - 1) &^ (cacheLine - 1)

func newShmSlot[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if t := reflect.TypeFor[K](); hasPointers(t) {
		return nil, fmt.Errorf("keys of type %v hold pointers and cannot cross a process boundary", t)
	}
	region, err := shm.New(int(slotsAt + unsafe.Sizeof([slots]slot[K]{})))
	if err != nil {
		return nil, err
	}
	s := &shmSlot[K]{region: region, desk: newSlotDesk[K](region), told: make(chan struct{})}
	s.returned.L = &s.mu
	for i := range slots {
		s.free = append(s.free, slots-1-i)
	}
	if s.owner, err = r.hire(s.desk, o); err != nil {
		return nil, errors.Join(err, region.Release())
	}
	go func() {
		defer close(s.told)
		<-s.owner.Done()
		s.desk.head.gone.Store(true)
		for i := range s.desk.slot {
			s.desk.slot[i].event.Broadcast()
		}
	}()
	return s, nil
}

func (s *shmSlot[K]) Add(key K, delta int64) (int64, error) { return s.do(false, key, delta) }

func (s *shmSlot[K]) Get(key K) (int64, error) { return s.do(true, key, 0) }

func (s *shmSlot[K]) do(read bool, key K, delta int64) (int64, error) {
	i, err := s.take()
	if err != nil {
		return 0, err
	}
	defer s.give(i)
	c, head := &s.desk.slot[i], s.desk.head
	c.answered.Store(false)
	c.read, c.key, c.delta = read, key, delta
	head.pending.Or(1 << i)
	head.work.Signal()
	var wait shm.Spell
	for !c.answered.Load() {
		if head.gone.Load() {
			if c.answered.Load() {
				break
			}
			return 0, s.owner.gone()
		}
		wait.For(&c.event, func() bool { return c.answered.Load() || head.gone.Load() })
	}
	if c.panicked {
		return 0, &role.PanicError{Value: string(c.text[:c.value])}
	}
	return c.value, nil
}

// take waits for a free slot. While somebody has one the region is not released.
func (s *shmSlot[K]) take() (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.free) == 0 && !s.owner.closed.Load() {
		s.returned.Wait()
	}
	if s.owner.closed.Load() {
		return 0, ErrClosed
	}
	last := len(s.free) - 1
	i := s.free[last]
	s.free = s.free[:last]
	return i, nil
}

func (s *shmSlot[K]) give(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, i)
	s.returned.Signal()
}

// Owner is the role on the other side.
func (s *shmSlot[K]) Owner() Owner { return s.owner }

func (s *shmSlot[K]) Close() error {
	s.closing.Lock()
	defer s.closing.Unlock()
	if s.released {
		return nil
	}
	s.released = true
	err := s.owner.end(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.returned.Broadcast()
		s.desk.close()
	})
	<-s.told
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.free) < slots {
		s.returned.Wait()
	}
	return errors.Join(err, s.region.Release())
}

// close tells the owner to end.
func (d *slotDesk[K]) close() {
	d.head.ending.Store(true)
	d.head.work.Broadcast()
}

func (d *slotDesk[K]) export() (role.Wire, error) {
	return role.Wire{Impl: "shm.slot", Files: []*os.File{d.region.File()}}, nil
}

// serve is the owner.
func (d *slotDesk[K]) serve(ctx context.Context, l *ledger[K]) error {
	stopped := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() { defer close(stopped); d.close() })
	defer func() {
		if !cancel() {
			<-stopped
		}
	}()
	var wait shm.Spell
	for {
		waiting := d.head.pending.Swap(0)
		if waiting == 0 {
			if d.head.ending.Load() {
				return context.Cause(ctx)
			}
			wait.For(&d.head.work, func() bool { return d.head.pending.Load() != 0 || d.head.ending.Load() })
			continue
		}
		wait = 0
		for ; waiting != 0; waiting &= waiting - 1 {
			c := &d.slot[bits.TrailingZeros64(waiting)]
			v, err := l.perform(c.read, c.key, c.delta)
			c.value, c.panicked = v, err != nil
			if p := (*role.PanicError)(nil); errors.As(err, &p) {
				c.value = int64(copy(c.text[:], fmt.Sprint(p.Value)))
			}
			c.answered.Store(true)
			c.event.Signal()
		}
	}
}

func hasPointers(t reflect.Type) bool {
	switch k := t.Kind(); {
	case k >= reflect.Bool && k <= reflect.Uint64, k >= reflect.Float32 && k <= reflect.Complex128:
		return false
	case k == reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case k == reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	}
	return true
}
