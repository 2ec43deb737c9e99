//go:build !linux

package role_test

import "testing"

func usableCPU(*testing.T) int { return 0 }
