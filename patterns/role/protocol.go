package role

import "encoding/json"

// The conversation between a parent and a worker process. Towards the worker,
// on the control-in pipe: one header line, then one byte when the gate opens or
// fails, then nothing until end of file, which means that the parent is gone.
// Towards the parent, on control-out: lines, the last one a report.

const (
	roleVariable = "CROSSOVER_ROLE" // names the role in a worker's environment
	controlIn    = 3                // descriptors of a worker
	controlOut   = 4
	firstFile    = 5 // of the mechanism

	gateOpened = 'g'
	gateFailed = 'x'
)

// header tells a worker what it is to do.
type header struct {
	Impl     string          `json:"impl"`
	Spec     json.RawMessage `json:"spec"`
	Files    int             `json:"files"`
	In       json.RawMessage `json:"in"`
	Orphaned Orphaned        `json:"orphaned,omitempty"`
}

// message is a line from a worker: it is ready, or it has ended.
type message struct {
	Ready  bool          `json:"ready,omitempty"`
	Report *remoteReport `json:"report,omitempty"`
}

type remoteReport struct {
	Out        json.RawMessage `json:"out,omitempty"`
	Start      int64           `json:"start"` // Unix time in ns
	End        int64           `json:"end"`
	CPU        int64           `json:"cpu"` // ns
	Failed     bool            `json:"failed,omitempty"`
	Error      string          `json:"error,omitempty"`
	Terminated bool            `json:"terminated,omitempty"` // Error is, or wraps, ErrTerminated
	Panic      string          `json:"panic,omitempty"`
	Stack      string          `json:"stack,omitempty"`
}

// err is the error the report speaks of.
func (r *remoteReport) err() error {
	switch {
	case r.Stack != "":
		return &PanicError{Value: r.Panic, Stack: r.Stack}
	case r.Terminated:
		return &RemoteError{Text: r.Error, kind: ErrTerminated}
	case r.Failed:
		return &RemoteError{Text: r.Error}
	}
	return nil
}

// exitCode is the code a worker with this report leaves with.
func (r *remoteReport) exitCode() int {
	switch {
	case r.Stack != "":
		return 2
	case r.Failed:
		return 1
	}
	return 0
}
