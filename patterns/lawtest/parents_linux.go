package lawtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"crossover/patterns"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// Parents are processes that do some work with worker processes, over and over, until
// they are killed.
type Parents struct {
	role *role.Role[*os.File, string, struct{}]
	work Work
}

// Work is what parents do, by the variant with which they do it. A call does it once
// and leaves nothing behind.
type Work map[string]func() error

// RegisterParents gives parents a name, unique in the program. Call it while package
// variables are initialised.
func RegisterParents(name string, work Work) *Parents {
	p := &Parents{work: work}
	p.role = role.Register("lawtest.parent."+name, logTransport, p.live)
	return p
}

// logTransport is for roles that log in a pipe what they have done.
var logTransport = role.Transport[*os.File]{
	Export: func(log *os.File) (role.Wire, error) { return role.Wire{Files: []*os.File{log}}, nil },
	Open:   func(w role.Wire) (*os.File, error) { return w.Files[0], nil },
}

// Crossing is the same work with each variant of a table that works between processes.
func Crossing[V any](variants []V, info func(V) patterns.Info, work func(V) error) Work {
	all := Work{}
	for _, v := range variants {
		if i := info(v); i.Crosses {
			all[i.Name] = func() error { return work(v) }
		}
	}
	return all
}

// live is a parent. It logs that it begins, and each time that its work is done.
func (p *Parents) live(_ context.Context, _ *role.Seat, log *os.File, variant string) (struct{}, error) {
	for {
		if _, err := log.Write([]byte{0}); err != nil {
			return struct{}{}, err
		}
		if err := p.work[variant](); err != nil {
			return struct{}{}, fmt.Errorf("before it was killed: %w", err)
		}
	}
}

// moments are what a parent has logged when it is killed some time later.
var moments = []string{"it was started", "it began", "it had worked once"}

// Kill kills parents without warning, so many of each variant that they are 20 in all,
// or Soak times that: as they start, as they work for the first time and for the second.
// Whatever they have started must go by itself, and must not have crashed, and no
// temporary file may be left.
func (p *Parents) Kill(t *testing.T) {
	variants := slices.Sorted(maps.Keys(p.work))
	for _, v := range variants {
		t.Run(v, func(t *testing.T) {
			roletest.NoLeaks(t)
			// The first tells how long the work takes.
			took, err := p.kill(t.Context(), v, len(moments), 0)
			if err != nil {
				t.Fatalf("killed when it had worked twice: %v", err)
			}
			for i := range (20*Soak() - 1) / len(variants) {
				logged, after := i%len(moments), rand.N(took)
				if _, err := p.kill(t.Context(), v, logged, after); err != nil {
					t.Fatalf("killed %v after %s: %v", after, moments[logged], err)
				}
			}
		})
	}
}

// kill kills a parent that has logged so much, some time after, and sees the end of all
// it has started. It returns how long the last of the work that was logged took.
func (p *Parents) kill(ctx context.Context, variant string, logged int, after time.Duration) (took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, err := adoptOrphans()
	if err != nil {
		return 0, err
	}
	defer release()
	log, theirs, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer log.Close()
	deadline, _ := ctx.Deadline()
	log.SetReadDeadline(deadline)
	h, err := p.role.Start(context.Background(), nil, role.Options{As: role.Process}, theirs, variant)
	theirs.Close()
	if err != nil {
		return 0, err
	}
	for range logged {
		start := time.Now()
		if _, err = io.ReadFull(log, make([]byte, 1)); err != nil {
			err = fmt.Errorf("waiting for it to work: %w", err)
			break
		}
		took = time.Since(start)
	}
	time.Sleep(after)
	// Nobody else may wait for it, so it is joined before all orphans are, however late it is.
	err = errors.Join(err, roletest.Murder(context.WithoutCancel(ctx), h), bury(ctx))
	return took, errors.Join(err, nothingLeft(os.TempDir()))
}

// adoptOrphans has the kernel give to this process what the dead among its descendants
// leave behind.
func adoptOrphans() (release func(), err error) {
	adopt := func(yes uintptr) error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, yes, 0, 0, 0) }
	if err := adopt(1); err != nil {
		return nil, fmt.Errorf("adopting orphans: %w", err)
	}
	return func() { adopt(0) }, nil
}

// bury waits for the end of orphans, which are all the children there are. Those that
// there are when ctx ends are killed.
func bury(ctx context.Context) error {
	var faults []error
	outlived := map[int]string{}
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG, nil)
		switch {
		case err == unix.ECHILD:
			if len(outlived) > 0 {
				faults = append(faults, fmt.Errorf("processes outlived their parent: %v", outlived))
			}
			return errors.Join(faults...)
		case err != nil && err != unix.EINTR:
			return fmt.Errorf("waiting for orphans: %w", err)
		case pid > 0 && status.ExitStatus() > 1: // the race detector's and the runtime's are more
			faults = append(faults, fmt.Errorf("orphan %d crashed: exit status %d", pid, status.ExitStatus()))
		case pid > 0:
		case ctx.Err() != nil:
			for _, pid := range roletest.Children() {
				if line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err == nil && len(line) > 0 {
					outlived[pid] = strings.ReplaceAll(strings.TrimRight(string(line), "\x00"), "\x00", " ")
				}
				unix.Kill(pid, unix.SIGKILL)
			}
			fallthrough
		default:
			time.Sleep(time.Millisecond)
		}
	}
}

// nothingLeft checks that a folder is empty.
func nothingLeft(folder string) error {
	left, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("%d temporary files outlived their parent, %s first", len(left), left[0].Name())
	}
	return nil
}
