// Package role runs one role (a producer, an echo server, a pool worker) as a
// goroutine, on a locked OS thread, or as an OS process, behind one handle.
//
// Goroutine or process is the main axis of the study, so it is a value here and
// not a second copy of the code. A role is an ordinary function, registered once
// under a name. As a process it is this same binary started again, told by one
// environment variable which role it is; so main, or TestMain, has to call Main
// first of all.
//
// What is guaranteed, whichever way the role runs: a role that returns, fails,
// panics, exits, or is killed is reported by Join, never silently lost; a
// worker process is reaped, its descriptors are closed, and it is gone soon
// after its parent is, however the parent went.
package role

import (
	"encoding/json"
	"os"
)

// As is the way a role runs.
type As string

const (
	Goroutine As = "goroutine"
	Thread    As = "thread"  // a goroutine locked to an OS thread of its own
	Process   As = "process" // this binary again
)

// Wire is a mechanism on its way into another process: which implementation,
// what it has to know, and its descriptors.
type Wire struct {
	Impl  string
	Spec  json.RawMessage
	Files []*os.File
}

// Transport is how a mechanism of type M gets into another process. A role that
// only ever runs in process may leave both fields nil.
type Transport[M any] struct {
	// Export says what to send. The files stay the caller's.
	Export func(M) (Wire, error)
	// Open attaches to what was sent. The files become the mechanism's.
	Open func(Wire) (M, error)
}
