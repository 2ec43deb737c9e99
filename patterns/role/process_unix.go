//go:build unix

package role

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// Executions lists the ways a role can run on this platform.
func Executions() []As { return []As{Goroutine, Thread, Process} }

// Main runs the role or program this process was started for, and exits. In a
// process that was not started as a worker it returns at once. Call it first
// thing in main, or in TestMain before flags are parsed.
func Main() {
	name, isWorker := os.LookupEnv(roleVariable)
	if !isWorker {
		registry.mainCalled.Store(true)
		return
	}
	// Gone before the role runs: what it starts must not think it is a worker.
	os.Unsetenv(roleVariable)
	registry.mainCalled.Store(true)
	if main := registry.findProgram(name); main != nil {
		main()
		os.Exit(0)
	}
	runWorker(name)
}

// startProcess starts this binary again to run the role.
func (r *Role[M, In, Out]) startProcess(ctx context.Context, gate *Gate, o Options, m M, in In) (*Handle[Out], error) {
	if !registry.mainCalled.Load() {
		return nil, errors.New("this program never called role.Main: call it first thing in main or TestMain")
	}
	head, files, err := r.pack(o, m, in)
	if err != nil {
		return nil, err
	}
	p, err := spawn(r.name, o, files)
	if err != nil {
		return nil, err
	}
	h := &Handle[Out]{
		name:      r.name,
		as:        Process,
		pid:       p.cmd.Process.Pid,
		done:      make(chan struct{}),
		terminate: func() error { return p.signal(syscall.SIGTERM) },
		kill:      func() error { return p.signal(syscall.SIGKILL) },
	}
	h.cpu = func() (time.Duration, error) {
		if h.Alive() {
			used, err := ProcessCPU(h.pid)
			if err == nil || !errors.Is(p.cmd.Process.Signal(syscall.Signal(0)), os.ErrProcessDone) {
				return used, err
			}
			<-h.done // soon: it was reaped
		}
		state := p.cmd.ProcessState
		if state == nil { // another has waited for it
			return 0, fmt.Errorf("processor time of process %d: %w", h.pid, os.ErrProcessDone)
		}
		return state.UserTime() + state.SystemTime(), nil
	}
	unlink := OnEnd(ctx, func() { h.Terminate() })
	go func() {
		defer close(h.done)
		defer unlink() // it holds the process's descriptor
		report, err := p.supervise(r.name, head, gate)
		if report != nil {
			h.report.Start = onClock(p.epoch, report.Start)
			h.report.End = onClock(p.epoch, report.End)
			h.report.CPU = time.Duration(report.CPU)
			if err == nil {
				err = report.err()
			}
			if err == nil || report.Out != nil {
				if bad := json.Unmarshal(report.Out, &h.report.Out); bad != nil && err == nil {
					err = fmt.Errorf("role %s: reading its result: %w", r.name, bad)
				}
			}
		}
		h.err = err
	}()
	return h, nil
}

// pack makes the header line and collects the descriptors that go with it.
func (r *Role[M, In, Out]) pack(o Options, m M, in In) (line []byte, files []*os.File, err error) {
	var w Wire
	if r.transport.Export != nil {
		if w, err = r.transport.Export(m); err != nil {
			return nil, nil, err
		}
	}
	for _, f := range w.Files { // os/exec would start the process without one that is closed
		if _, err := f.Stat(); err != nil {
			return nil, nil, fmt.Errorf("handing over a file: %w", err)
		}
	}
	data, err := json.Marshal(in)
	if err != nil {
		return nil, nil, fmt.Errorf("packing the input: %w", err)
	}
	line, err = json.Marshal(header{Impl: w.Impl, Spec: w.Spec, Files: len(w.Files), In: data, Orphaned: o.Orphaned})
	if err != nil {
		return nil, nil, fmt.Errorf("packing the header: %w", err)
	}
	return append(line, '\n'), w.Files, nil
}

// child is a worker process seen from its parent.
type child struct {
	cmd    *exec.Cmd
	in     *os.File // control-in, our end
	out    *os.File // control-out, our end
	stderr *ends
	epoch  time.Time
}

// spawn starts the worker process with its control pipes.
func spawn(name string, o Options, files []*os.File) (*child, error) {
	theirIn, in, err := Pipe()
	if err != nil {
		return nil, err
	}
	defer theirIn.Close()
	out, theirOut, err := Pipe()
	if err != nil {
		in.Close()
		return nil, err
	}
	defer theirOut.Close()

	exe, err := executable()
	if err != nil {
		in.Close()
		out.Close()
		return nil, err
	}
	p := &child{in: in, out: out, stderr: &ends{}, epoch: time.Now()}
	p.cmd = exec.Command(exe, "role="+name) // the argument is for people who read ps
	p.cmd.Env = environment(name, o)
	p.cmd.SysProcAttr = o.Attr
	p.cmd.ExtraFiles = append([]*os.File{theirIn, theirOut}, files...)
	p.cmd.Stdout = os.Stdout
	p.cmd.Stderr = p.stderr
	p.cmd.WaitDelay = time.Second // somebody the worker started may hold stderr for ever
	if err := startOn(p.cmd, o.CPUs); err != nil {
		in.Close()
		out.Close()
		return nil, err
	}
	return p, nil
}

// environment is ours, plus which role it is. Under the race detector a process
// sleeps a second before it exits; a worker must not.
func environment(name string, o Options) []string {
	env := append(os.Environ(),
		roleVariable+"="+name,
		"GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0")
	if o.GOMAXPROCS > 0 {
		env = append(env, "GOMAXPROCS="+strconv.Itoa(o.GOMAXPROCS))
	}
	return env
}

// executable is this binary, even if its file has been replaced or removed since
// it was started, where the system can say so.
func executable() (string, error) {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe", nil
	}
	return os.Executable()
}

// supervise talks to the worker until it has ended and been reaped, and returns
// everything it held. A missing report is an error, and so is an exit code that
// contradicts the report: a data race found in the worker shows in nothing else.
func (p *child) supervise(name string, head []byte, gate *Gate) (*remoteReport, error) {
	exited := make(chan struct{})
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		p.feed(head, gate, exited)
	}()
	listened := make(chan struct{})
	var report *remoteReport
	var ready bool
	go func() {
		defer close(listened)
		report, ready = p.listen(gate)
	}()

	waitErr := p.cmd.Wait()
	close(exited)
	// End of file follows: the worker's ends went with it, and nobody it started
	// inherited them. A deadline here was tempting, and on a busy machine it cut
	// off reports that were in the pipe already.
	<-listened
	<-fed
	p.in.Close()
	p.out.Close()

	var err error
	switch code := p.cmd.ProcessState.ExitCode(); {
	case p.cmd.ProcessState == nil: // wait4(-1) somewhere in this program
		err = fmt.Errorf("role %s: how worker process %d ended is not known, another has waited for it: %w", name, p.cmd.Process.Pid, waitErr)
		err = errors.Join(err, p.cmd.Process.Release())
	case report == nil || code != report.exitCode():
		err = &ExitError{Role: name, Pid: p.cmd.ProcessState.Pid(), State: p.cmd.ProcessState, Stderr: p.stderr.String()}
	case waitErr != nil && !errors.As(waitErr, new(*exec.ExitError)) && !errors.Is(waitErr, exec.ErrWaitDelay):
		err = fmt.Errorf("role %s: waiting for worker process: %w", name, waitErr)
	}
	if !ready {
		early := err
		if early == nil {
			early = report.err()
		}
		gate.fail(orNeverReady(name, early))
	}
	return report, err
}

// feed sends the header, then what becomes of the gate. The pipe stays open
// after that: its end of file tells the worker that we are gone. A write that
// fails means the worker is gone, which Wait reports better.
func (p *child) feed(head []byte, gate *Gate, exited <-chan struct{}) {
	if _, err := p.in.Write(head); err != nil {
		return
	}
	if gate == nil {
		p.in.Write([]byte{gateOpened})
		return
	}
	select {
	case <-gate.opened:
		p.in.Write([]byte{gateOpened})
	case <-gate.failed:
		p.in.Write([]byte{gateFailed})
	case <-exited:
	}
}

// listen reads the worker's messages to their end.
func (p *child) listen(gate *Gate) (report *remoteReport, ready bool) {
	d := json.NewDecoder(bufio.NewReader(p.out))
	for {
		var m message
		if d.Decode(&m) != nil {
			return report, ready
		}
		if m.Ready && !ready {
			ready = true
			if gate != nil {
				gate.arrive()
			}
		}
		if m.Report != nil {
			report = m.Report
		}
	}
}

// signal sends to a worker that may have ended meanwhile; that is no error.
func (p *child) signal(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("sending %v to worker process %d: %w", s, p.cmd.Process.Pid, err)
	}
	return nil
}
