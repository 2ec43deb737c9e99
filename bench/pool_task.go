package bench

import (
	"errors"
	"os"
	"time"

	"crossover/internal/spin"
	"crossover/patterns/pool"
	"crossover/patterns/role"
)

// Fate is how a task ends.
type Fate uint8

const (
	Returns Fate = iota
	Fails        // with an error
	Panics
	Exits // and takes its process with it
)

// Task is what a pool is given to do: CPU work, deep in a stack if asked, then
// waiting, then its fate.
type Task struct {
	Index   int
	Spin    int
	Stack   int // bytes
	Wait    time.Duration
	Payload []byte // to be read; as much is to be returned
	Fate    Fate
}

// Result is what a task comes to.
type Result struct {
	Value   uint64 // proves that the work was done, and whose it is
	Payload []byte
}

// seed starts every task's work.
const seed = 42

var errFails = errors.New("this task was to fail")

var perform = pool.Named("bench.task", do)

func do(t Task) (Result, error) {
	out := Result{Value: descend(t.Stack, spin.Chain(t.Spin, seed)+uint64(t.Index))}
	if len(t.Payload) > 0 {
		out.Value += touch(t.Payload)
		out.Payload = make([]byte, len(t.Payload))
		mark(out.Payload, out.Value)
	}
	if t.Wait > 0 {
		time.Sleep(t.Wait) // parks on a timer, as a goroutine parks on a socket
	}
	switch t.Fate {
	case Fails:
		return Result{}, errFails
	case Panics:
		panic("this task was to panic")
	case Exits:
		os.Exit(3)
	}
	return out, nil
}

// mark writes, and touch sums, one byte of each cache line.
func mark(payload []byte, x uint64) {
	for i := 0; i < len(payload); i += 8 * wordsPerLine {
		payload[i] = byte(x) + byte(i/64)
	}
}

// marked reports whether a payload was marked so.
func marked(payload []byte, x uint64) bool {
	for i := 0; i < len(payload); i += 8 * wordsPerLine {
		if payload[i] != byte(x)+byte(i/64) {
			return false
		}
	}
	return true
}

func touch(payload []byte) (sum uint64) {
	for i := 0; i < len(payload); i += 8 * wordsPerLine {
		sum += uint64(payload[i])
	}
	return sum
}

// batch makes the tasks of one Map and the results they must give. Each length
// of work is done once here, by the measuring process itself.
func batch(c *conditions) (tasks []Task, want []uint64) {
	tasks = make([]Task, c.count("tasks"))
	want = make([]uint64, len(tasks))
	payload := make([]byte, c.count("payload"))
	mark(payload, seed)
	worth := map[int]uint64{}
	mean := c.duration("task")
	fate := oneIn50(c)
	for i := range tasks {
		t := Task{Index: i, Stack: c.count("stack"), Wait: c.duration("wait"), Payload: payload}
		length := mean
		if c.Keys["skew"] == "10x" {
			length = mean * 10 / 19 // nine of these and one ten times as long: the mean stays
			if i%10 == 3 {
				length *= 10
			}
		}
		t.Spin = c.Work.Iterations(length)
		if i%50 == 25 {
			t.Fate = fate
		}
		if _, done := worth[t.Spin]; !done {
			worth[t.Spin] = spin.Chain(t.Spin, seed)
		}
		tasks[i], want[i] = t, worth[t.Spin]+uint64(i)+touch(payload)
	}
	return tasks, want
}

// oneIn50 is the fate of one task in fifty; the others return.
func oneIn50(c *conditions) Fate {
	switch {
	case c.Keys["crash"] == "none":
		return Returns
	case c.Keys["crash"] == "error.1in50":
		return Fails
	case c.Keys["as"] == string(role.Process):
		return Exits
	}
	return Panics
}

// verify checks every result of a Map, and that just those tasks failed that
// were to fail.
func verify(tasks []Task, want []uint64, out []Result, err error) error {
	var failures pool.Failures
	if err != nil && !errors.As(err, &failures) {
		return err
	}
	for i, t := range tasks {
		switch {
		case len(failures) > 0 && failures[0].Index == i:
			if t.Fate == Returns {
				return wrong("%v", failures[0])
			}
			failures = failures[1:]
		case t.Fate != Returns:
			return wrong("task %d was to fail and did not", i)
		case out[i].Value != want[i]:
			return wrong("task %d gave %x, want %x", i, out[i].Value, want[i])
		case len(out[i].Payload) != len(t.Payload):
			return wrong("task %d gave %d bytes, want %d", i, len(out[i].Payload), len(t.Payload))
		case !marked(out[i].Payload, want[i]):
			return wrong("task %d gave other bytes than it was to", i)
		}
	}
	return nil
}
