//go:build unix

package pipe_test

import (
	"context"
	"log"

	"crossover/patterns/pipe"
	"crossover/patterns/role"
)

// The stages of the pipeline. Each holds the end it receives from, if any, and the
// end it sends to.
var (
	creator = role.Register("example.creator", pipe.TransportAll(),
		func(ctx context.Context, seat *role.Seat, stage []pipe.End, _ struct{}) (struct{}, error) {
			if err := seat.Ready(ctx); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, createItems(stage[0])
		})
	multiplier = role.Register("example.multiplier", pipe.TransportAll(),
		func(ctx context.Context, seat *role.Seat, stage []pipe.End, _ struct{}) (struct{}, error) {
			if err := seat.Ready(ctx); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, multiplyItems(stage[0], stage[1])
		})
)

// The same with a creator and a multiplier that are OS processes, as in the
// original. Each end is released here once the process that uses it is started.
// The program has to call role.Main first thing; here TestMain does.
func Example_processes() {
	v := variant("os.pipe") // what Python's Pipe is, for one direction
	numbersIn, numbersOut, err := v.New()
	if err != nil {
		log.Fatal(err)
	}
	squaresIn, squaresOut, err := v.New()
	if err != nil {
		log.Fatal(err)
	}
	defer squaresOut.Release()

	start := func(r *role.Role[[]pipe.End, struct{}, struct{}], stage ...pipe.End) *role.Handle[struct{}] {
		h, err := r.Start(context.Background(), nil, role.Options{As: role.Process}, stage, struct{}{})
		if err != nil {
			log.Fatal(err)
		}
		for _, e := range stage {
			if err := e.Release(); err != nil {
				log.Fatal(err)
			}
		}
		return h
	}
	c := start(creator, numbersIn)
	m := start(multiplier, numbersOut, squaresIn)
	if err := printItems(squaresOut); err != nil {
		log.Fatal(err)
	}
	for _, h := range []*role.Handle[struct{}]{c, m} {
		if _, err := h.Join(); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// 0
	// 1
	// 4
	// 9
	// 16
	// 25
	// 36
	// 49
	// 64
	// 81
}
