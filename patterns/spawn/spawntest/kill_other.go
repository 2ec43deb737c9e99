//go:build !linux

package spawntest

// platformLaws are those that need to find what a process holds, its children too.
func platformLaws() []Law { return nil }
