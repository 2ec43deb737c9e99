package state_test

import (
	"fmt"
	"log"
	"sync"

	"crossover/patterns/state"
)

// process is what custom_process_class.py makes a subclass of
// multiprocessing.Process for: something with a name, a state of its own and a
// method that is what it does.
type process struct{ name string }

// Run is what an instance does once it is started.
func (p *process) Run() string { return "called run method in " + p.name }

// instances are the ten of the original.
func instances() (all []*process) {
	for i := range 10 {
		all = append(all, &process{name: fmt.Sprintf("process-%d", i+1)})
	}
	return all
}

// What custom_process_class.py does: ten instances, each started and joined.
func Example_goroutines() {
	for _, p := range instances() {
		done := make(chan string)
		go func() { done <- p.Run() }()
		fmt.Println(<-done)
	}
	// Output:
	// called run method in process-1
	// called run method in process-2
	// called run method in process-3
	// called run method in process-4
	// called run method in process-5
	// called run method in process-6
	// called run method in process-7
	// called run method in process-8
	// called run method in process-9
	// called run method in process-10
}

// count is the state that they share, in the example that follows: plain numbers.
var count = state.Named[string]("example.count", nil)

// All ten at once, with a state that they share: it needs a lock, or an owner.
func Example_shared() {
	for _, name := range []string{"mutex", "chan"} {
		calls, err := variant(name).New(count, state.Options{})
		if err != nil {
			log.Fatal(err)
		}
		var all sync.WaitGroup
		for range instances() {
			all.Go(func() {
				if _, err := calls.Add("run", 1); err != nil {
					log.Print(err)
				}
			})
		}
		all.Wait()
		n, err := calls.Get("run")
		if err != nil {
			log.Fatal(err)
		}
		if err := calls.Close(); err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, "counted", n, "calls")
	}
	// Output:
	// mutex counted 10 calls
	// chan counted 10 calls
}

// variant finds a row of the table by its name.
func variant(name string) state.Variant[string] {
	for _, v := range state.Variants[string]() {
		if v.Name == name {
			return v
		}
	}
	panic("no state variant " + name)
}
