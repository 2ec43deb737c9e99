//go:build !linux

package pooltest

// platformLaws are those that need to find what a process holds, its children and threads.
func platformLaws() []Law { return nil }
