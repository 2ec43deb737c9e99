//go:build !linux

package statetest

// platformLaws are those that need to find what a process holds; there are none here.
func platformLaws() []Law { return nil }
