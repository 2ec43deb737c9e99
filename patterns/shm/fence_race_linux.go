//go:build race

package shm

import "sync/atomic"

// fence keeps what is read after it from being read before what was stored ahead of it.
// Under the race detector an atomic store to memory that is not Go's is a plain one (it
// is told to ignore such memory, and Go asks it for release order only): a signaller then
// saw nobody parked, and who had just parked slept on. Add is a fence there too.
func fence(a *atomic.Int32) { a.Add(0) }
