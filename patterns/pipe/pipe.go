package pipe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"crossover/patterns"
	"crossover/patterns/role"
)

// ErrBroken says that the pipe was given up at either end, or that the process at
// the other end went without closing it. It is final.
var ErrBroken = errors.New("pipe is broken: a party left without finishing")

// End is one of the two ends of a pipe. At most one Send and one Receive may be
// under way on it at a time, but both at once.
//
// The order of shutting down: whoever sends calls Close after the last message;
// whoever receives goes on to io.EOF; then Release. When a party fails, Break.
//
// An end that was handed to another process is released here as soon as that
// process is started. While this process keeps a copy, the other end cannot
// notice that the one who uses it was killed.
type End interface {
	// Send sends a message of any length, waiting for room. The message is the
	// caller's again when it returns. The error is, or wraps, ErrBroken. That there is
	// none does not say that the message arrives: only the receiver can say so. After
	// Close it must not be called.
	Send(message []byte) error
	// Receive waits for a message and returns it, in buf if that has the capacity,
	// else in new memory, as append does. The error is io.EOF when the other end has
	// closed and all it had sent was received; otherwise it is, or wraps, ErrBroken.
	Receive(buf []byte) ([]byte, error)
	// Close says that no Send will follow at this end; receiving goes on. It may
	// wait for room as Send does. Closing twice is allowed.
	Close()
	// Break gives the pipe up in both directions: callers at either end return
	// ErrBroken and messages may be lost. Later calls at this end return it at once. At
	// the other end Receive may first return what was sent before, and Send may still
	// find room for messages, which are lost; it does not wait for room any more, but
	// returns ErrBroken. It may be called at any time before Release, by anyone,
	// repeatedly. Where the variant does not cancel, a caller that waits at this end
	// returns when the other end breaks or goes.
	Break()
	// Release returns goroutines, descriptors and mappings of this end. Call it
	// last and once, when no other call is under way.
	Release() error
}

// BreakOn breaks the end when ctx ends, until it is stopped. It is for a party
// that must not outwait its own context. Once stop has returned nothing of it is
// under way on the end, which may then be released.
func BreakOn(ctx context.Context, e End) (stop func()) {
	return role.OnEnd(ctx, e.Break)
}

// Variant is one row of the table.
type Variant struct {
	patterns.Info

	// Ahead is how many messages of 64 bytes a sender can be ahead of the receiver
	// before Send waits, or Close after them; 0: each Send waits for its Receive. So
	// many requests may be outstanding without the risk that both ends wait for room.
	Ahead int

	// Notices says that the other end's Receive and Send fail by themselves when a
	// process that held this one is killed. Without it somebody has to Break.
	Notices bool

	// New makes a pipe.
	New func() (a, b End, err error)

	// Open attaches to an end that another process exported; nil where the
	// mechanism cannot leave its process.
	Open func(role.Wire) (End, error)
}

// Exporter is an end that can be handed to another process.
type Exporter interface {
	Export() (role.Wire, error)
}

// Transport is how a role that holds an end gets it across a process boundary.
func Transport() role.Transport[End] {
	return role.Transport[End]{Export: export, Open: open}
}

func export(e End) (role.Wire, error) {
	x, ok := e.(Exporter)
	if !ok {
		return role.Wire{}, fmt.Errorf("pipe end %T cannot leave its process: %w", e, errors.ErrUnsupported)
	}
	return x.Export()
}

func open(w role.Wire) (End, error) {
	for _, v := range Variants() {
		if v.Name == w.Impl && v.Open != nil {
			return v.Open(w)
		}
	}
	return nil, fmt.Errorf("pipe variant %q cannot be opened from another process", w.Impl)
}

// TransportAll is Transport for a role that holds several ends: a stage of a
// pipeline.
func TransportAll() role.Transport[[]End] {
	return role.Transport[[]End]{Export: exportAll, Open: openAll}
}

// wireSpec is one of several wires, with how many of the files are its.
type wireSpec struct {
	Impl  string
	Spec  json.RawMessage
	Files int
}

func exportAll(ends []End) (all role.Wire, err error) {
	var specs []wireSpec
	for _, e := range ends {
		w, err := export(e)
		if err != nil {
			return all, err
		}
		specs = append(specs, wireSpec{w.Impl, w.Spec, len(w.Files)})
		all.Files = append(all.Files, w.Files...)
	}
	all.Spec, err = json.Marshal(specs)
	return all, err
}

func openAll(all role.Wire) (ends []End, err error) {
	var specs []wireSpec
	if err := json.Unmarshal(all.Spec, &specs); err != nil {
		return nil, fmt.Errorf("opening several pipe ends: %w", err)
	}
	files := all.Files
	for _, s := range specs {
		var own []*os.File
		own, files = files[:s.Files], files[s.Files:]
		e, err := open(role.Wire{Impl: s.Impl, Spec: s.Spec, Files: own})
		if err != nil {
			for _, e := range ends {
				err = errors.Join(err, e.Release())
			}
			return nil, err
		}
		ends = append(ends, e)
	}
	return ends, nil
}

// into is buf with room for n bytes, and that long.
func into(buf []byte, n int) []byte {
	if cap(buf) < n {
		return make([]byte, n)
	}
	return buf[:n]
}
