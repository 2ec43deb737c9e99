package pool_test

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/pool"
)

// square is a task that workers can do in any process: it has a name.
var square = pool.Named("example.square", func(x int) (int, error) { return x * x, nil })

// squares is Pool(4).map(square, range(100)) on the variant of that name.
func squares(variant string) error {
	for _, v := range pool.Variants[int, int]() {
		if v.Name != variant {
			continue
		}
		p, err := v.New(square, pool.Options{Workers: 4, Chunk: 7})
		if err != nil {
			return err
		}
		in := make([]int, 100)
		for i := range in {
			in[i] = i
		}
		out, err := p.Map(context.Background(), in)
		if err := errors.Join(err, p.Close()); err != nil {
			return err
		}
		sum := 0
		for _, x := range out {
			sum += x
		}
		fmt.Println(out[:10])
		fmt.Println("sum", sum)
		return nil
	}
	return fmt.Errorf("no pool variant %q", variant)
}

// What imap does: inputs that have no end, results as they are ready, in order. The
// first that is large enough ends it, and what is still under way.
func Example_stream() {
	v := pool.Variants[int, int]()[0]
	p, err := v.New(square, pool.Options{Workers: 4, Chunk: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	naturals := func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	}
	for d := range pool.Stream(context.Background(), p, pool.StreamOptions{Window: 16}, naturals) {
		if d.Err != nil || d.Out > 50 {
			break
		}
		fmt.Print(d.Out, " ")
	}
	// Output: 0 1 4 9 16 25 36 49
}

// Four goroutines.
func Example_goroutines() {
	if err := squares("workers.chan"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [0 1 4 9 16 25 36 49 64 81]
	// sum 328350
}
