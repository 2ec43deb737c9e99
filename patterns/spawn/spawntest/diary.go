package spawntest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// diary is a file in which workers note that they begin and end, whatever process
// they are in. A line is one write with O_APPEND, so that lines are whole and have
// a total order: workers that overlap in the diary did run at once.
type diary string

const (
	begin = "begin"
	end   = "end"
)

func newDiary() (diary, error) {
	f, err := os.CreateTemp("", "spawntest-")
	if err != nil {
		return "", err
	}
	return diary(f.Name()), f.Close()
}

func (d diary) remove() error { return os.Remove(string(d)) }

// note appends a line. It does not create the file: a diary that is removed stays
// so.
func (d diary) note(what string, id int) (err error) {
	f, err := os.OpenFile(string(d), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = fmt.Fprintf(f, "%s %d\n", what, id)
	return err
}

// read says how often each worker has begun and ended, and how many ran at once
// at most.
func (d diary) read() (begun, ended map[int]int, most int, err error) {
	text, err := os.ReadFile(string(d))
	if err != nil {
		return nil, nil, 0, err
	}
	begun, ended = map[int]int{}, map[int]int{}
	running := 0
	for line := range bytes.Lines(text) {
		var what string
		var id int
		if _, err := fmt.Sscan(string(line), &what, &id); err != nil {
			return nil, nil, 0, fmt.Errorf("line %q of the diary: %w", line, err)
		}
		if what == begin {
			begun[id]++
			running++
		} else {
			ended[id]++
			running--
		}
		most = max(most, running)
	}
	return begun, ended, most, nil
}
