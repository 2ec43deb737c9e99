//go:build !linux

package lifecycletest

// platformLaws are those that need to find a process's children.
func platformLaws() []Law { return nil }
