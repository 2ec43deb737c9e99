package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"crossover/internal/affinity"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// marked lists the processes, other than this one, with a variable that only
// this test sets in their environment.
func marked(mark string) map[int]string {
	names := map[int]string{}
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environs {
		env, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(env, []byte(mark)) {
			continue // gone meanwhile, or somebody else's
		}
		dir := filepath.Dir(path)
		comm, _ := os.ReadFile(filepath.Join(dir, "comm"))
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil && pid != os.Getpid() {
			names[pid] = strings.TrimSpace(string(comm))
		}
	}
	return names
}

// mark sets the variable for this test and returns what to look for.
func mark(t *testing.T) string {
	value := fmt.Sprintf("%s-%d", t.Name(), time.Now().UnixNano())
	t.Setenv("MEASURE_TEST_MARK", value)
	return "MEASURE_TEST_MARK=" + value
}

func awaitGone(t *testing.T, mark string) {
	t.Helper()
	await(t, "every process to end", func() bool { return len(marked(mark)) == 0 })
}

// awaitStart waits for a process of that name and returns its id.
func awaitStart(t *testing.T, mark, name string) (found int) {
	t.Helper()
	await(t, name+" to start", func() bool {
		for pid, n := range marked(mark) {
			if n == name {
				found = pid
			}
		}
		return found != 0
	})
	return found
}

// interruptAsleep has Ctrl-C end measure while a sleep runs below it, which leaves nobody.
func interruptAsleep(t *testing.T, cmd *exec.Cmd, mark string) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitStart(t, mark, "sleep")
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 130 {
		t.Errorf("exit status %d", got)
	}
	awaitGone(t, mark)
}

// Ctrl-C while an entrant and its child do not answer leaves nobody.
func TestInterruptedAsking(t *testing.T) {
	mark := mark(t)
	cmd := command(t, args(t, filepath.Join(t.TempDir(), "study"), "-with", peerCommand), "PEER_FAULT=mute")
	interruptAsleep(t, cmd, mark)
}

// Ctrl-C while go is asked for its settings begins no study: it would lack them, and nobody
// could go on with it.
func TestInterruptedDescribing(t *testing.T) {
	real, err := exec.LookPath("go")
	if err != nil {
		t.Skip(err)
	}
	bin := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\ntest \"$1\" = env && exec sleep 600\nexec '%s' \"$@\"\n", real)
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "study")
	begin := args(t, dir, "-bench", healthy, "-spin", "500")
	mark := mark(t)
	cmd := command(t, begin, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	interruptAsleep(t, cmd, mark)
	if err := study.Vacant(dir); err != nil {
		t.Error(err)
	}
}

// Ctrl-C while a sample hangs with a worker that ignores its parent's end.
func TestInterruptKillsGroup(t *testing.T) {
	mark := mark(t)
	cmd := command(t, args(t, filepath.Join(t.TempDir(), "study"), "-bench", "impl=hangs"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitStart(t, mark, "sleep")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 130 {
		t.Errorf("exit status %d, want 130", got)
	}
	awaitGone(t, mark)
}

// kill -9 of measure while a sample hangs: the sample dies with it, and its
// worker with the sample.
func TestKilled(t *testing.T) {
	mark := mark(t)
	cmd := command(t, args(t, filepath.Join(t.TempDir(), "study"), "-bench", "impl=waits"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitStart(t, mark, "cat")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	awaitGone(t, mark)
}

// SIGTERM in the rounds keeps what was measured.
func TestTerminated(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			if signal.Ignored(sig) { // under nohup
				t.Skip("it is ignored here, and so by what is started here")
			}
			mark := mark(t)
			dir := filepath.Join(t.TempDir(), "study")
			cmd := command(t, args(t, dir, "-bench", healthy, "-rounds", "10000"))
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			await(t, "a few samples", func() bool {
				data, _ := os.ReadFile(filepath.Join(dir, study.SamplesFile))
				return bytes.Count(data, []byte("\n")) > 3
			})
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != 130 {
				t.Errorf("exit status %d, want 130", got)
			}
			awaitGone(t, mark)
			wholeStudy(t, dir)
		})
	}
}

// Ctrl-C while go builds leaves nothing of what it was at, and nobody at it.
func TestInterruptedBuild(t *testing.T) {
	tmp, caches := t.TempDir(), t.TempDir()
	mark := mark(t)
	cmd := command(t, []string{"-pkg", "./testdata/fake", "-o", filepath.Join(t.TempDir(), "study")},
		"TMPDIR="+tmp, "GOCACHE="+filepath.Join(caches, "go"), "XDG_CACHE_HOME="+caches)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitStart(t, mark, "compile")
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 130 {
		t.Errorf("exit status %d, want 130", got)
	}
	awaitGone(t, mark)
	for _, left := range []string{filepath.Join(tmp, "*"), filepath.Join(caches, "crossover", "*")} {
		if names, _ := filepath.Glob(left); len(names) > 0 {
			t.Errorf("left behind: %q", names)
		}
	}
}

func TestFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	cmd := command(t, args(t, dir, "-bench", healthy, "-rounds", "10000"), "MEASURE_TEST_FILE_SIZE=6000")
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != 1 {
		t.Errorf("exit status %d, want 1", got)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, study.SamplesFile) || !strings.Contains(last, "file too large") {
		t.Errorf("the last line is %q", last)
	}
	wholeStudy(t, dir)
}

// Where nothing can be written any more a failed sample is the disk's fault, and keeps its turn.
func TestFullScratch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	all := args(t, dir, "-bench", "impl=(good|fails)/", "-rounds", "2")
	cmd := command(t, all, "MEASURE_TEST_FILE_SIZE=60000")
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != 1 || !strings.Contains(string(out), "so would all others: write") {
		t.Errorf("exit status %d, want 1:\n%s", got, out)
	}
	for _, s := range readSamples(t, dir) {
		if s.Error != "" {
			t.Errorf("a failure is recorded: %+v", s)
		}
	}
}

// sampling returns a sampler of the fake and a cell of its case impl.
func sampling(t *testing.T, impl string) (*sampler, cell) {
	t.Helper()
	dir, err := filepath.Abs("testdata/fake")
	if err != nil {
		t.Fatal(err)
	}
	cpus, err := affinity.CPUs()
	if err != nil {
		t.Fatal(err)
	}
	r := &sampler{grid: "quick", spin: 1000, cpus: cpus, patience: time.Minute}
	by := &entrant{argv: []string{fakeBinary(t)}, dir: dir}
	name := catalog.Name("BenchmarkFake", "impl", impl, "as", "goroutine", "size", "1")
	return r, cell{Case: catalog.Case{Name: name}, by: by, place: place{pair: pair{1, 1}}, target: time.Millisecond}
}

// What the system does not start is no sample that failed.
func TestNotStarted(t *testing.T) {
	r, c := sampling(t, "good")
	r.cpus = []int{1023} // taken away meanwhile
	if s, err := r.run(t.Context(), c, "1x"); s != nil || err == nil || !strings.Contains(err.Error(), "cannot be started any more: restricting a sample to CPUs [1023]") {
		t.Errorf("sample %+v, error %v", s, err)
	}
}

// The watchdog ends a sample that hangs, with its workers, and says so.
func TestHangingSample(t *testing.T) {
	mark := mark(t)
	r, c := sampling(t, "hangs")
	r.patience = time.Second
	s, err := r.run(t.Context(), c, "1x")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.Error, "hung: killed after 1s") || s.result != nil {
		t.Errorf("sample %+v", s)
	}
	awaitGone(t, mark)
}

// A sample that ends and leaves a worker behind is a failed sample, of which nothing is kept,
// and the worker ends.
func TestLeftBehind(t *testing.T) {
	mark := mark(t)
	r, c := sampling(t, "good")
	c.by = &entrant{name: "sh", argv: []string{"/bin/sh", "-c", "echo x >$CROSSOVER_HISTOGRAM; sleep 1000 & echo '" + c.Name + " 1 5 ns/op'"}}
	r.scratch = t.TempDir()
	s, err := r.run(t.Context(), c, "1x")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.Error, "it exited and left processes behind") || s.result != nil || s.N != 0 || s.Histogram != "" {
		t.Errorf("sample %+v", s)
	}
	awaitGone(t, mark)
	c.by = &entrant{name: "sh", argv: []string{"/bin/sh", "-c", "echo x >$CROSSOVER_HISTOGRAM; echo '" + c.Name + " 1 5 ns/op'"}}
	if s, err := r.run(t.Context(), c, "1x"); err != nil || s.Error != "" || s.Histogram != "x" {
		t.Errorf("of one that leaves nobody: %+v, %v", s, err)
	}
	if left, err := os.ReadDir(r.scratch); err != nil || len(left) > 0 {
		t.Errorf("their places are left: %v, %v", left, err)
	}
}

// A sample killed from outside is a failed sample.
func TestKilledSample(t *testing.T) {
	mark := mark(t)
	r, c := sampling(t, "waits")
	done := make(chan *sample, 1)
	go func() {
		s, err := r.run(t.Context(), c, "1x")
		if err != nil {
			t.Error(err)
			s = &sample{}
		}
		done <- s
	}()
	awaitStart(t, mark, "cat")
	if err := syscall.Kill(awaitStart(t, mark, "bench.test"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if s := <-done; !strings.Contains(s.Error, "signal: killed") {
		t.Errorf("sample %+v", s)
	}
	awaitGone(t, mark)
}

// The process sees as many CPUs as its cell says, and this one keeps all of its own.
func TestAffinity(t *testing.T) {
	usable, err := affinity.CPUs()
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= len(usable); n++ {
		cmd := exec.CommandContext(t.Context(), "nproc")
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := runGroup(cmd, usable[:n]); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(out.String()); got != fmt.Sprint(n) {
			t.Errorf("on %d CPUs the process sees %s", n, got)
		}
	}
	if after, err := affinity.CPUs(); err != nil || len(after) != len(usable) {
		t.Errorf("this process may use CPUs %v after it, %v before; %v", after, usable, err)
	}
}
