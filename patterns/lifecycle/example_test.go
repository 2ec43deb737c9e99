package lifecycle_test

import (
	"fmt"

	"crossover/patterns/lifecycle"
)

// patient works until it is asked to stop.
var patient = lifecycle.Named("example.patient", func(stop, over <-chan struct{}) error {
	select {
	case <-stop:
	case <-over:
	}
	return nil
}, "echo; read input; exit 0")

// cycle starts a worker, asks whether it is alive, terminates it, joins it and
// looks at its exit code.
func cycle(variant string) error {
	for _, v := range lifecycle.Variants() {
		if v.Name != variant {
			continue
		}
		s := v.New(lifecycle.Options{})
		defer s.Close()
		w, err := s.Start(patient)
		if err != nil {
			return err
		}
		fmt.Println("started, is alive:", w.Alive())
		if err := w.Ask(); err != nil {
			return err
		}
		end := w.Join()
		fmt.Println("terminated and joined, is alive:", w.Alive())
		fmt.Println("exit code:", end.Code)
		return nil
	}
	return fmt.Errorf("no lifecycle variant %q", variant)
}

// A goroutine, which ends well because it was asked.
func Example_goroutine() {
	if err := cycle("context"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// started, is alive: true
	// terminated and joined, is alive: false
	// exit code: 0
}
