package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crossover/internal/study"
)

// kill -9 at random moments, then -resume, until the study is complete: no sample is
// lost, none is there twice, and all are of the N that was fixed.
func TestKillAndResume(t *testing.T) {
	mark := mark(t)
	dir := filepath.Join(t.TempDir(), "study")
	const rounds, kills = 20, 20
	cache := "XDG_CACHE_HOME=" + t.TempDir()
	begin := args(t, dir, "-bench", healthy, "-rounds", fmt.Sprint(rounds), "-cpus", "1", "-seed", "3")
	goOn := []string{"-resume", dir, "-bin", fakeBinary(t), "-pkg", "./testdata/fake"}

	killed, before := 0, 0
	for a := begin; killed < kills; a = goOn {
		cmd := command(t, a, cache)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if a[0] == begin[0] { // until there is something to go on with
			await(t, "a plan", func() bool {
				data, _ := os.ReadFile(filepath.Join(dir, study.PlanFile))
				return bytes.Contains(data, []byte("\n"))
			})
		}
		// Each time a little gets done, so that the kills fall everywhere.
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		cmd.Process.Kill()
		if err := cmd.Wait(); err == nil {
			break // complete
		} else if cmd.ProcessState.Exited() {
			t.Fatalf("after %d kills: %v\n%s", killed, err, stderr.String())
		}
		killed++
		data, _ := os.ReadFile(filepath.Join(dir, study.SamplesFile))
		if n := bytes.Count(data, []byte("\n")); n < before {
			t.Fatalf("%d samples after kill %d, %d before it", n, killed, before)
		} else {
			before = n
		}
	}
	t.Logf("%d kills, %d samples before the last run", killed, before)
	cmd := command(t, goOn, cache)
	if out, err := cmd.CombinedOutput(); err != nil && !strings.Contains(string(out), "is complete") {
		t.Fatalf("%v\n%s", err, out)
	}
	awaitGone(t, mark)
	wholePlan(t, dir, rounds)
	if m := readMachine(t, dir); m.Rounds != rounds || len(m.Resumed) == 0 {
		t.Errorf("machine.json: %d rounds, resumed %d times after %d kills", m.Rounds, len(m.Resumed), killed)
	}
}

// After Ctrl-C a study goes on to its end, and then there is nothing to go on with.
func TestInterruptAndResume(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	cmd := command(t, args(t, dir, "-bench", healthy, "-rounds", "3", "-with", peerCommand))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "a few samples", func() bool {
		data, _ := os.ReadFile(filepath.Join(dir, study.SamplesFile))
		return bytes.Count(data, []byte("\n")) > 3
	})
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 130 {
		t.Fatalf("exit status %d", got)
	}

	_, stderr := must(t, 2, "-resume", dir, "-rounds", "5")
	if !strings.Contains(stderr, "-rounds does not go with -resume: a study is gone on with as it was begun") {
		t.Errorf("it said %q", stderr)
	}
	// The fake of another test binary: the same code, other bytes.
	other := filepath.Join(t.TempDir(), "bench.test")
	data := readFile(t, fakeBinary(t)) + "\n"
	if err := os.WriteFile(other, []byte(data), 0o777); err != nil {
		t.Fatal(err)
	}
	_, stderr = must(t, 1, "-resume", dir, "-bin", other)
	if !strings.Contains(stderr, "is not the binary that the study was begun with") {
		t.Errorf("it said %q", stderr)
	}
	machine := filepath.Join(dir, study.MachineFile)
	saved := readFile(t, machine)
	elsewhere := strings.Replace(saved, `"kernel": "`, `"kernel": "another-`, 1)
	if err := os.WriteFile(machine, []byte(elsewhere), 0o666); err != nil {
		t.Fatal(err)
	}
	_, stderr = must(t, 1, "-resume", dir, "-bin", fakeBinary(t))
	if !strings.Contains(stderr, "not the machine that the study was begun on: its kernel was another-") {
		t.Errorf("it said %q", stderr)
	}
	if err := os.WriteFile(machine, []byte(saved), 0o666); err != nil {
		t.Fatal(err)
	}

	// Whom a changed plan stops has changed nothing himself.
	plan := filepath.Join(dir, study.PlanFile)
	planned := readFile(t, plan)
	if err := os.WriteFile(plan, []byte(planned+`{"case":"BenchmarkNone","cpus":1,"gomaxprocs":1}`+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, stderr = must(t, 1, "-resume", dir, "-bin", fakeBinary(t))
	if !strings.Contains(stderr, `"BenchmarkNone" cpus=1 GOMAXPROCS=1, which is not in its plan`) || readFile(t, machine) != saved {
		t.Errorf("it said %q, and machine.json is\n%s", stderr, readFile(t, machine))
	}
	if err := os.WriteFile(plan, []byte(planned), 0o666); err != nil {
		t.Fatal(err)
	}

	catalog := filepath.Join(dir, study.CatalogFile)
	whole := readFile(t, catalog)
	if err := os.Truncate(catalog, 100); err != nil {
		t.Fatal(err)
	}
	must(t, 0, "-resume", dir, "-bin", fakeBinary(t))
	wholePlan(t, dir, 3)
	if readFile(t, catalog) != whole {
		t.Error("the catalog that was cut is not made whole")
	}
	_, stderr = must(t, 2, "-resume", dir, "-bin", fakeBinary(t))
	if !strings.Contains(stderr, "is complete: there is nothing to go on with") {
		t.Errorf("it said %q", stderr)
	}
	_, stderr = must(t, 1, "-resume", filepath.Join(dir, "none"))
	if !strings.Contains(stderr, "going on with study") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("it said %q", stderr)
	}
}
