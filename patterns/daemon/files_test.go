package daemon_test

import (
	"errors"
	"io"
	"os"
	"runtime"
	"testing"
	"time"

	"crossover/patterns/daemon"
)

// lastBeats end their worker, each in its own way.
var lastBeats = map[string]*daemon.Task{
	"returns": lastBeat("returns", func() error { return nil }),
	"fails":   lastBeat("fails", func() error { return errors.New("no use") }),
	"panics":  lastBeat("panics", func() error { panic("no use") }),
	"leaves":  lastBeat("leaves", func() error { runtime.Goexit(); return nil }),
}

func lastBeat(name string, end func() error) *daemon.Task {
	return daemon.Named("test."+name, func([]*os.File) error { return end() })
}

// However a worker ends, nobody has its files any more, and one that it was given twice
// is no trouble.
func TestFilesAreClosed(t *testing.T) {
	for _, v := range daemon.Variants() {
		for name, task := range lastBeats {
			t.Run(v.Name+"/"+name, func(t *testing.T) {
				filesAreClosed(t, v, task, daemon.Options{Every: time.Millisecond, Beats: 1}, name == "returns")
			})
		}
		t.Run(v.Name+"/stopped", func(t *testing.T) {
			filesAreClosed(t, v, lastBeats["fails"], daemon.Options{Every: time.Hour}, true)
		})
	}
}

func filesAreClosed(t *testing.T, v daemon.Variant, task *daemon.Task, o daemon.Options, well bool) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	o.Files = []*os.File{w, w}
	d, err := v.Start(task, o)
	if err != nil {
		w.Close()
		t.Fatal(err)
	}
	if o.Beats > 0 {
		<-d.Done()
	}
	if _, err := d.Stop(); (err == nil) != well {
		t.Errorf("Stop returned %v", err)
	}
	if err := w.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closing the worker's file: %v", err)
	}
	r.SetReadDeadline(time.Now().Add(time.Minute)) // where a pipe has one
	if _, err := r.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("somebody still has the file: %v", err)
	}
}
