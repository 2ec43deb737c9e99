package role

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func numbers(mask *unix.CPUSet) (cpus []int) {
	for cpu := 0; len(cpus) < mask.Count(); cpu++ {
		if mask.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}

// setAffinity restricts the calling thread, which must be locked.
func setAffinity(cpus []int) error {
	var mask unix.CPUSet
	for _, c := range cpus {
		mask.Set(c)
	}
	if err := unix.SchedSetaffinity(0, &mask); err != nil {
		return fmt.Errorf("pinning to CPUs %v: %w", cpus, err)
	}
	return nil
}

// offFirstThread calls f on a goroutine that the process's first thread does not run, and
// never will if f locks it: that thread's mask is the process's, see startOn, and it does
// not end with a goroutine. It returns when f has.
func offFirstThread(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if unix.Gettid() != os.Getpid() {
		f()
		return
	}
	done := make(chan struct{})
	go func() { // elsewhere: the first thread is ours
		defer close(done)
		f()
	}()
	<-done
}

// startOn starts cmd with its affinity set before its first instruction, so that
// its Go runtime counts the right CPUs. Without cpus it gets the mask of this
// process's main thread: a child inherits the mask of the thread that creates
// it, and that may be a role pinned elsewhere. The main thread's own mask is left as it
// is all the while, for others may start a process meanwhile.
func startOn(cmd *exec.Cmd, cpus []int) (err error) {
	if len(cpus) == 0 {
		return startMasked(cmd, nil)
	}
	offFirstThread(func() { err = startMasked(cmd, cpus) })
	return err
}

func startMasked(cmd *exec.Cmd, cpus []int) error {
	runtime.LockOSThread()
	var old, main unix.CPUSet
	if err := unix.SchedGetaffinity(0, &old); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("reading CPU affinity: %w", err)
	}
	if len(cpus) == 0 {
		if err := unix.SchedGetaffinity(os.Getpid(), &main); err != nil || main == old {
			defer runtime.UnlockOSThread()
			return cmd.Start()
		}
		cpus = numbers(&main)
	}
	if err := setAffinity(cpus); err != nil {
		runtime.UnlockOSThread()
		return err
	}
	err := cmd.Start()
	if unix.SchedSetaffinity(0, &old) == nil {
		runtime.UnlockOSThread()
	} // else the thread stays locked and ends with its goroutine, rather than serve others pinned
	return err
}

// threadCPU is the processor time of the calling thread.
func threadCPU() time.Duration {
	used, _ := rusage(unix.RUSAGE_THREAD)
	return used
}

// ProcessCPU is the processor time of another live process, even of a hung one.
// Elsewhere than on Linux: errors.ErrUnsupported. The kernel gives
// each process a CPU clock whose id is made from the pid (clock_getcpuclockid(3)).
func ProcessCPU(pid int) (time.Duration, error) {
	const cpuclockSched = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|cpuclockSched), &t); err != nil {
		return 0, fmt.Errorf("CPU clock of process %d: %w", pid, err)
	}
	return time.Duration(syscall.TimespecToNsec(syscall.Timespec(t))), nil
}
