//go:build !unix

package role

import (
	"context"
	"errors"
)

// Executions lists the ways a role can run on this platform.
func Executions() []As { return []As{Goroutine, Thread} }

// Main runs the role this process was started for, and exits; on this platform
// there are no worker processes and it does nothing.
func Main() {}

type worker struct{}

func (r *Role[M, In, Out]) runAsProcess(*worker) {}

func (r *Role[M, In, Out]) startProcess(context.Context, *Gate, Options, M, In) (*Handle[Out], error) {
	return nil, errors.ErrUnsupported
}
