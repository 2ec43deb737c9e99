//go:build !unix

package study

import (
	"errors"
	"os"
)

// ErrBusy is wrapped when another process is writing the study.
var ErrBusy = errors.New("another process is writing to it")

// lock does nothing here.
func lock(*os.File) error { return nil }
