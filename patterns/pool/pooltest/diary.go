package pooltest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// diary is how tasks and a law's check speak with each other, whatever process
// a task runs in: a folder with one file to which every task appends a line when
// it begins and when it ends, and a file for each held task that may go on.
//
// A line is one write with O_APPEND, so that lines are whole and have a total
// order. A task has begun before its first line and ends after its last: tasks
// that overlap in the diary did run at once.
//
// A file lock or a pipe would save looking every millisecond; neither works
// alike between goroutines and between processes on every platform.
type diary string

const (
	begin = "begin"
	end   = "end"
)

// interval is the time between two looks at what is waited for.
const interval = time.Millisecond

func newDiary() (diary, error) {
	dir, err := os.MkdirTemp("", "pooltest-")
	if err != nil {
		return "", err
	}
	d := diary(dir)
	return d, os.WriteFile(d.lines(), nil, 0o600)
}

// close ends the tasks that are still held.
func (d diary) close() error { return os.RemoveAll(string(d)) }

func (d diary) lines() string        { return filepath.Join(string(d), "lines") }
func (d diary) permit(id int) string { return filepath.Join(string(d), fmt.Sprint("go.", id)) }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// release lets held tasks go on, those too that have not begun yet.
func (d diary) release(tasks ...Task) error {
	for _, t := range tasks {
		if err := os.WriteFile(d.permit(t.ID), nil, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// note appends a line. It does not create the file: a diary that is closed stays
// so.
func (d diary) note(what string, id int) (err error) {
	if d == "" {
		return nil
	}
	f, err := os.OpenFile(d.lines(), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = fmt.Fprintf(f, "%s %d %d\n", what, id, os.Getpid())
	return err
}

// held waits until the task is released, or the diary closed.
func (d diary) held(id int) error {
	for !exists(d.permit(id)) {
		if !exists(d.lines()) {
			return errors.New("held until the law gave up")
		}
		time.Sleep(interval)
	}
	return nil
}

// entry is a line of a diary.
type entry struct {
	what string
	id   int
	pid  int
}

func (d diary) read() ([]entry, error) {
	text, err := os.ReadFile(d.lines())
	if err != nil {
		return nil, err
	}
	var entries []entry
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // it is being written
		}
		var e entry
		if _, err := fmt.Sscan(string(line), &e.what, &e.id, &e.pid); err != nil {
			return nil, fmt.Errorf("line %q of the diary: %w", line, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// begun are the tasks that have begun, first come first.
func (d diary) begun() ([]entry, error) {
	entries, err := d.read()
	var begun []entry
	for _, e := range entries {
		if e.what == begin {
			begun = append(begun, e)
		}
	}
	return begun, err
}
