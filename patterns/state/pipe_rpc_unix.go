//go:build unix

package state

import (
	"context"
	"errors"
	"fmt"
	"net/rpc"
	"sync"
	"sync/atomic"

	"crossover/patterns"
	"crossover/patterns/role"
)

// pipeRPC is an owner behind net/rpc on a pair of pipes. Unlike pipe.gob it has
// many calls under way at once, each with a number.
//
// Guarantees what pipe.gob does. Costs the same and net/rpc's own: a header in gob
// before each request and answer, a goroutine a call in the owner, which therefore
// needs a mutex after all.
//
// It breaks when calls are short: what is done costs a thousandth of the way
// there. The data is gone with its owner. K has to be something that gob can
// encode.
//
// Source: net/rpc.
type pipeRPC[K comparable] struct {
	owner  *owner
	client *rpc.Client
}

// rpcDesk is the owner's end.
type rpcDesk[K comparable] struct{ link *link }

func pipeRPCVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "pipe.rpc",
			Summary:    "owner behind net/rpc over a pair of pipes",
			File:       "pipe_rpc_unix.go",
			Source:     "net/rpc",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Owned: true,
		New:   newPipeRPC[K],
		open:  func(w role.Wire) (desk[K], error) { return &rpcDesk[K]{&link{w.Files[0], w.Files[1]}}, nil },
	}
}

func newPipeRPC[K comparable](r *Rule[K], o Options) (Store[K], error) {
	ours, theirs, err := newLink()
	if err != nil {
		return nil, err
	}
	owner, err := hireOver(r, o, ours, theirs, &rpcDesk[K]{theirs})
	if err != nil {
		return nil, err
	}
	return &pipeRPC[K]{owner, rpc.NewClient(ours)}, nil
}

func (s *pipeRPC[K]) Add(key K, delta int64) (int64, error) {
	return s.do(Request[K]{Key: key, Delta: delta})
}

func (s *pipeRPC[K]) Get(key K) (int64, error) { return s.do(Request[K]{Read: true, Key: key}) }

func (s *pipeRPC[K]) do(q Request[K]) (int64, error) {
	var a Answer
	if s.client.Call("Owner.Do", q, &a) != nil { // not the service's: it returns none
		s.client.Close() // whatever it was, the owner is to end
		return 0, s.owner.gone()
	}
	return a.result()
}

// Owner is the role at the other end.
func (s *pipeRPC[K]) Owner() Owner { return s.owner }

func (s *pipeRPC[K]) Close() error { return s.owner.end(func() { s.client.Close() }) }

func (d *rpcDesk[K]) export() (role.Wire, error) { return d.link.wire("pipe.rpc"), nil }

// serve is the owner.
func (d *rpcDesk[K]) serve(ctx context.Context, l *ledger[K]) error {
	defer d.link.Close()
	server := rpc.NewServer()
	service := &service[K]{ledger: l, link: d.link}
	if err := server.RegisterName("Owner", service); err != nil {
		return fmt.Errorf("serving a store: %w", err)
	}
	defer d.link.until(ctx)()
	server.ServeConn(d.link)
	if service.left.Load() {
		return errors.New("an update ended its goroutine")
	}
	return context.Cause(ctx)
}

// service is what net/rpc calls, each time in a goroutine of its own.
type service[K comparable] struct {
	mu     sync.Mutex
	ledger *ledger[K]
	link   *link
	left   atomic.Bool
}

// Do performs a request.
func (s *service[K]) Do(q Request[K], a *Answer) error {
	returned := false
	defer func() {
		if !returned { // the update ended this goroutine: nobody would answer
			s.left.Store(true)
			s.link.Close()
		}
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	*a = s.ledger.reply(q)
	returned = true
	return nil
}
