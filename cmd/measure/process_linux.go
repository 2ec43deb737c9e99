package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// runGroup runs cmd to its end on the given CPUs, in a process group of its own
// that dies as one: when the context of cmd ends and when cmd itself exits. With this
// process cmd dies; its workers have to watch it, and so has what leaves the group.
func runGroup(cmd *exec.Cmd, cpus []int) error {
	// Pdeathsig fires at the end of the thread that started the child, not of the
	// process (golang/go#27505): keep it until the child is reaped.
	runtime.LockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

	var old, mask unix.CPUSet
	if err := unix.SchedGetaffinity(0, &old); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("reading CPU affinity: %w", err)
	}
	for _, cpu := range cpus {
		mask.Set(cpu)
	}
	// The child inherits the mask of this thread: its runtime counts the right CPUs.
	if err := unix.SchedSetaffinity(0, &mask); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("restricting a sample to CPUs %v: %w", cpus, err)
	}
	startErr := cmd.Start()
	restoreErr := unix.SchedSetaffinity(0, &old)
	err := startErr
	if err == nil {
		err = cmd.Wait()
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it left behind; usually nothing
	}
	if restoreErr != nil {
		// The thread stays locked and ends with its goroutine rather than serve others.
		return fmt.Errorf("restoring CPU affinity: %w", restoreErr)
	}
	runtime.UnlockOSThread()
	return err
}
