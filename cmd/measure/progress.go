package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress tells how far a phase is and when it will end: on a terminal a bar
// redrawn in one line, elsewhere a line about every tenth.
type progress struct {
	w        io.Writer
	terminal bool
	name     string
	now      func() time.Time
	start    time.Time
	total    time.Duration // expected
	done     time.Duration // of it
	tenth    int           // last one told
}

func newProgress(w io.Writer, name string, total time.Duration) *progress {
	p := &progress{w: w, name: name, now: time.Now, start: time.Now(), total: total}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// step adds a part of total that is done. note is shown beside the bar.
func (p *progress) step(d time.Duration, note string) {
	p.done += d
	fraction := 1.0
	if p.total > 0 {
		fraction = min(1, float64(p.done)/float64(p.total))
	}
	left := p.left().Round(time.Second)
	tenth := int(fraction * 10)
	switch {
	case p.terminal:
		const width = 30
		bar := strings.Repeat("█", int(fraction*width))
		fmt.Fprintf(p.w, "\r\x1b[K%s %-*s %3.0f %%, %s, %v left", p.name, width, bar, 100*fraction, note, left)
	case tenth > p.tenth:
		fmt.Fprintf(p.w, "%s %3.0f %%, %s, %v left\n", p.name, 100*fraction, note, left)
	}
	p.tenth = tenth
}

// left is what was expected of the rest, at the pace so far. The expectation itself counts
// as a tenth that was kept, lest the first steps swing it.
func (p *progress) left() time.Duration {
	rest := max(0, p.total-p.done)
	if rest == 0 {
		return 0
	}
	kept := p.total / 10
	pace := float64(p.now().Sub(p.start)+kept) / float64(p.done+kept)
	return time.Duration(pace * float64(rest))
}

// end leaves the terminal on a new line.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
