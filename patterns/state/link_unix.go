//go:build unix

package state

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"crossover/patterns/role"
)

// What the variants over pipes share.

// link is one end of a pair of pipes: calls go one way, answers the other.
type link struct{ in, out *os.File }

// newLink makes the two ends, the callers' and the owner's.
func newLink() (ours, theirs *link, err error) {
	r, w, err := role.Pipe()
	if err != nil {
		return nil, nil, err
	}
	r2, w2, err := role.Pipe()
	if err != nil {
		return nil, nil, errors.Join(err, r.Close(), w.Close())
	}
	return &link{r, w2}, &link{r2, w}, nil
}

// hireOver starts an owner at the other end of a link. That end is the owner's
// from then on, or closed.
func hireOver[K comparable](r *Rule[K], o Options, ours, theirs *link, d desk[K]) (*owner, error) {
	owner, err := r.hire(d, o)
	if err != nil {
		return nil, errors.Join(err, ours.Close(), theirs.Close())
	}
	if o.Owner.As == role.Process { // it has its own; or the end of file would never come
		theirs.Close()
	}
	return owner, nil
}

func (l *link) Read(p []byte) (int, error)  { return l.in.Read(p) }
func (l *link) Write(p []byte) (int, error) { return l.out.Write(p) }

// Close gives up both directions.
func (l *link) Close() error { return errors.Join(l.in.Close(), l.out.Close()) }

// wire is what an owner in another process gets.
func (l *link) wire(impl string) role.Wire {
	return role.Wire{Impl: impl, Files: []*os.File{l.in, l.out}}
}

// until stops the reading of this end when ctx ends. Once stop has returned
// nothing of it is under way.
func (l *link) until(ctx context.Context) (stop func()) {
	return role.OnEnd(ctx, func() { l.in.SetReadDeadline(time.Unix(1, 0)) })
}

// Request is a call on its way to an owner in another process. It is exported
// for the codec's sake, as is Answer.
type Request[K comparable] struct {
	Read  bool
	Key   K
	Delta int64
}

// Answer is what the owner says to a Request.
type Answer struct {
	Value    int64
	Panicked bool
	Text     string // of the panic
	Stack    string
}

// reply performs a request.
func (l *ledger[K]) reply(q Request[K]) Answer {
	v, err := l.perform(q.Read, q.Key, q.Delta)
	if p := (*role.PanicError)(nil); errors.As(err, &p) {
		return Answer{Panicked: true, Text: fmt.Sprint(p.Value), Stack: p.Stack}
	}
	return Answer{Value: v}
}

func (a Answer) result() (int64, error) {
	if a.Panicked {
		return 0, &role.PanicError{Value: a.Text, Stack: a.Stack}
	}
	return a.Value, nil
}
