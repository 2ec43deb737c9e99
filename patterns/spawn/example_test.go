package spawn_test

import (
	"context"
	"fmt"

	"crossover/patterns/spawn"
)

// greet is what each worker does: it has a name, so that it can run in any
// process.
var greet = spawn.Named("example.greet", func(i int) (string, error) {
	return fmt.Sprintf("called function from worker %d", i), nil
})

// greetings is spawn_processes.py on the variant of that name: six workers started
// in a loop, each with its number, and joined.
func greetings(variant string) error {
	for _, v := range spawn.Variants[int, string]() {
		if v.Name != variant {
			continue
		}
		s, err := v.New(greet, spawn.Options{})
		if err != nil {
			return err
		}
		for _, end := range s.Spawn(context.Background(), nil, []int{0, 1, 2, 3, 4, 5}) {
			if end.Err != nil {
				return end.Err
			}
			fmt.Println(end.Out)
		}
		return s.Release()
	}
	return fmt.Errorf("no spawn variant %q", variant)
}

// Six goroutines.
func Example_goroutines() {
	if err := greetings("wg.go"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// called function from worker 0
	// called function from worker 1
	// called function from worker 2
	// called function from worker 3
	// called function from worker 4
	// called function from worker 5
}
