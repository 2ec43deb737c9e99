//go:build !unix

package main

import "os/exec"

// runGroup runs cmd to its end on all CPUs. There are no process groups here:
// a sample's workers end because they watch their parent.
func runGroup(cmd *exec.Cmd, _ []int) error { return cmd.Run() }
