//go:build !unix

package spawn

import "time"

func selfCPU() time.Duration { return 0 }
