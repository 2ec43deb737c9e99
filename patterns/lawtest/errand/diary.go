package errand

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Diary is how errands and a law's check speak with each other, whatever process
// an errand runs in: a folder with one file to which every errand appends a line
// when it begins and when it ends, and a file for each held one that may go on.
//
// A line is one write with O_APPEND, so that lines are whole and have a total
// order. An errand has begun before its first line and ends after its last: those
// that overlap in the diary did run at once.
//
// A file lock or a pipe would save looking every Interval; neither works alike
// between goroutines and between processes on every platform.
type Diary string

const (
	begin = "begin"
	end   = "end"
)

// Interval is the time between two looks at what is waited for, at least.
const Interval = time.Millisecond

// NewDiary makes an empty diary; Close removes it.
func NewDiary() (Diary, error) {
	dir, err := os.MkdirTemp("", "errand-")
	if err != nil {
		return "", err
	}
	d := Diary(dir)
	if err := os.WriteFile(d.lines(), nil, 0o600); err != nil {
		return "", errors.Join(err, d.Close())
	}
	return d, nil
}

// Close removes the diary and ends the errands that are still held.
func (d Diary) Close() error { return os.RemoveAll(string(d)) }

func (d Diary) lines() string        { return filepath.Join(string(d), "lines") }
func (d Diary) permit(id int) string { return filepath.Join(string(d), fmt.Sprint("go.", id)) }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Release lets held errands go on, those too that have not begun yet.
func (d Diary) Release(errands ...Errand) error {
	for _, e := range errands {
		if err := os.WriteFile(d.permit(e.ID), nil, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// note appends a line. It does not create the file: a diary that is closed stays
// so.
func (d Diary) note(what string, id int) (err error) {
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

// parse reads a line that note wrote. fmt.Sscan takes several times as long, and a
// diary is read over and over.
func parse(line []byte) (what string, e Entry, err error) {
	words := strings.Fields(string(line))
	if len(words) != 3 {
		return "", e, errors.New("not three words")
	}
	var errs [2]error
	e.ID, errs[0] = strconv.Atoi(words[1])
	e.Pid, errs[1] = strconv.Atoi(words[2])
	return words[0], e, errors.Join(errs[:]...)
}

// held waits until the errand is released, or the diary closed. It looks the less
// often the longer it waits, for there may be a thousand.
func (d Diary) held(id int) error {
	for start := time.Now(); !exists(d.permit(id)); {
		if !exists(d.lines()) {
			return errors.New("held until the law gave up")
		}
		time.Sleep(max(Interval, time.Since(start)/8))
	}
	return nil
}

// Record is what stands in a diary.
type Record struct {
	Begun, Ended []Entry // in the order in which it was noted
	Most         int     // errands that ran at once
}

// Entry is an errand that has begun or ended.
type Entry struct {
	ID  int
	Pid int // of the process in which it ran
}

// Times is how often each errand stands among the entries, by its ID.
func Times(entries []Entry) map[int]int {
	times := map[int]int{}
	for _, e := range entries {
		times[e.ID]++
	}
	return times
}

// Read is what has been noted so far.
func (d Diary) Read() (r Record, err error) {
	text, err := os.ReadFile(d.lines())
	if err != nil {
		return r, err
	}
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // it is being written
		}
		what, e, err := parse(line)
		if err != nil {
			return r, fmt.Errorf("line %q of the diary: %w", line, err)
		}
		if what == begin {
			r.Begun = append(r.Begun, e)
		} else {
			r.Ended = append(r.Ended, e)
		}
		r.Most = max(r.Most, len(r.Begun)-len(r.Ended))
	}
	return r, nil
}
