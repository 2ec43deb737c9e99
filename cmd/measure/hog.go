package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// A hogged run is a short study in the middle of which another program takes a CPU.
type hogged struct {
	control []float64
	spans   []span
}

const (
	hogRounds = 10
	hogFrom   = 4 // the first round with a hog
	hogTo     = 8 // the last one
)

func (l *lab) hogs(ctx context.Context, times int) (runs []hogged, err error) {
	// Enough samples a round for those with a hog to last longer than the window in which
	// others are counted.
	last := len(l.plan.cells) - 1
	picked := append(l.pick(8), last)
	small := l.planOf(picked, hogRounds)
	bar := newProgress(l.stderr, "with a hog", time.Duration(times)*hogRounds*small.round())
	defer bar.end()
	for i := range times {
		small.seed = int64(i)
		s := l.sessionOf(small, picked, io.Discard)
		l.r.watch.look()
		var h *hog
		for r := 1; r <= hogRounds; r++ {
			if r == hogFrom {
				if h, err = l.startHog(ctx); err != nil {
					return nil, err
				}
			}
			for order, j := range small.order(r) {
				if err := s.measure(ctx, r, order, j); err != nil {
					h.reap()
					return nil, err
				}
			}
			if r == hogTo {
				h.end()
			}
		}
		h.reap()
		runs = append(runs, hogged{s.control(), s.spans})
		bar.step(hogRounds*small.round(), fmt.Sprintf("%d of %d", i+1, times))
	}
	return runs, nil
}

// A hog keeps one CPU busy.
type hog struct {
	cmd   *exec.Cmd
	stdin io.Closer
}

func (l *lab) startHog(ctx context.Context) (*hog, error) {
	cmd := l.prog.entrants[0].command(ctx, "-hog")
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("self-test, with a hog: %w", err)
	}
	return &hog{cmd, stdin}, nil
}

// end lets it end. Until it is reaped the kernel does not count its time as ours.
func (h *hog) end() { h.stdin.Close() }

func (h *hog) reap() {
	if h != nil {
		h.end()
		h.cmd.Wait()
	}
}
