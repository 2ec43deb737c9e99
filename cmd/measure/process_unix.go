//go:build unix && !linux

package main

import (
	"os/exec"
	"syscall"
)

// runGroup runs cmd to its end on all CPUs, in a process group of its own that
// is killed as one when the context of cmd ends or cmd exits.
func runGroup(cmd *exec.Cmd, _ []int) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it left behind; usually nothing
	return err
}
