//go:build !windows

package clock

import "time"

// Now is time.Now.
func Now() time.Time { return time.Now() }

// Since is time.Since.
func Since(t time.Time) time.Duration { return time.Since(t) }
