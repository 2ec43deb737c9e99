//go:build unix

package lock_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"crossover/patterns/lock"
	"crossover/patterns/role"
)

const countedBy, countedEach = 3, 50

// counter counts in a file: what a lock between processes guards need not be memory.
var counter = role.Register("test.counter", lock.Transport(),
	func(ctx context.Context, seat *role.Seat, l lock.Lock, path string) (struct{}, error) {
		p, err := l.Party()
		if err != nil {
			return struct{}{}, err
		}
		if err := seat.Ready(ctx); err != nil {
			return struct{}{}, err
		}
		for range countedEach {
			if err := p.Lock(); err != nil {
				return struct{}{}, err
			}
			err := countOn(path)
			if err := p.Unlock(); err != nil {
				return struct{}{}, err
			}
			if err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})

func countOn(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strconv.Itoa(n+1)), 0o600)
}

func TestTransport(t *testing.T) {
	for _, v := range lock.Variants() {
		if v.Open == nil {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			path := filepath.Join(t.TempDir(), "count")
			if err := count(ctx, v, path); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if want := strconv.Itoa(countedBy * countedEach); err != nil || string(text) != want {
				t.Errorf("the file says %q, %v; want %q", text, err, want)
			}
		})
	}
}

func count(ctx context.Context, v lock.Variant, path string) error {
	if err := os.WriteFile(path, []byte("0"), 0o600); err != nil {
		return err
	}
	l, err := v.New()
	if err != nil {
		return err
	}
	defer l.Release()
	gate := role.NewGate(countedBy)
	var counters []*role.Handle[struct{}]
	for range countedBy {
		h, err := counter.Start(ctx, gate, role.Options{As: role.Process}, l, path)
		if err != nil {
			return err
		}
		counters = append(counters, h)
	}
	if err := gate.Open(ctx); err != nil {
		return fmt.Errorf("waiting for the counters: %w", err)
	}
	for _, h := range counters {
		if _, err := h.Join(); err != nil {
			return err
		}
	}
	return nil
}
