//go:build !unix

package bench

import "time"

// selfCPU is the processor time this process has used, and whether the platform
// says.
func selfCPU() (time.Duration, bool) { return 0, false }
