//go:build !unix

package role

import "time"

// SelfCPU is the processor time that this process has used, and whether the platform
// says.
func SelfCPU() (used time.Duration, known bool) { return 0, false }
