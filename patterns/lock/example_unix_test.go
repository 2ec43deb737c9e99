//go:build unix

package lock_test

import (
	"context"
	"fmt"
	"log"

	"crossover/patterns/lock"
	"crossover/patterns/role"
)

// page is what the processes print on, in memory that they share.
type page struct {
	Used  uint32
	Lines [8][32]byte
}

func (p *page) print(line string) {
	copy(p.Lines[p.Used][:], line)
	p.Used++
}

var printer = role.Register("example.printer", lock.GuardedTransport[page](),
	func(ctx context.Context, seat *role.Seat, g *lock.Guarded[page], name string) (struct{}, error) {
		p, err := g.Party()
		if err != nil {
			return struct{}{}, err
		}
		if err := seat.Ready(ctx); err != nil {
			return struct{}{}, err
		}
		if err := p.Lock(); err != nil {
			return struct{}{}, fmt.Errorf("waiting to print: %w", err)
		}
		g.Data.print(name + " has the lock")
		g.Data.print(name + " gives it back")
		return struct{}{}, p.Unlock()
	})

// The same with roles: here each party is an OS process, as in the original, and
// role.Goroutine instead of role.Process is all that makes them goroutines. The
// program has to call role.Main first thing; here TestMain does.
func Example_processes() {
	const as = role.Process
	l, err := variant("flock").New()
	if err != nil {
		log.Fatal(err)
	}
	g, err := lock.Guard[page](l, as)
	if err != nil {
		log.Fatal(err)
	}
	defer g.Release()

	ctx := context.Background()
	gate := role.NewGate(2)
	var printers []*role.Handle[struct{}]
	for _, name := range []string{"worker 1", "worker 2"} {
		h, err := printer.Start(ctx, gate, role.Options{As: as}, g, name)
		if err != nil {
			log.Fatal(err)
		}
		printers = append(printers, h)
	}
	if err := gate.Open(ctx); err != nil {
		log.Fatal(err)
	}
	for _, h := range printers {
		if _, err := h.Join(); err != nil {
			log.Fatal(err)
		}
	}
	// Nobody's lines are between another's.
	for i := uint32(0); i < g.Data.Used; i += 2 {
		fmt.Printf("%.8s: %.8s\n", g.Data.Lines[i][:], g.Data.Lines[i+1][:])
	}
	// Unordered output:
	// worker 1: worker 1
	// worker 2: worker 2
}
