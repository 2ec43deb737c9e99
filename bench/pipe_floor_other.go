//go:build !linux

package bench

import "runtime"

func platformPipeFloors() []floor { return nil }

// yield lets other goroutines run.
func yield() { runtime.Gosched() }
