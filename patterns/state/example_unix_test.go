//go:build unix

package state_test

import (
	"context"
	"fmt"
	"log"

	"crossover/patterns/role"
	"crossover/patterns/state"
)

// instance runs what it is told to be. It is a role because a method value cannot
// cross to another process, and a name and a state can.
var instance = role.Register("example.instance", role.Transport[struct{}]{},
	func(ctx context.Context, seat *role.Seat, _ struct{}, name string) (string, error) {
		if err := seat.Ready(ctx); err != nil {
			return "", err
		}
		p := process{name}
		return p.Run(), nil
	})

// The same with OS processes, as in the original. The program has to call
// role.Main first thing; here TestMain does.
func Example_processes() {
	ctx := context.Background()
	for _, p := range instances() {
		h, err := instance.Start(ctx, nil, role.Options{As: role.Process}, struct{}{}, p.name)
		if err != nil {
			log.Fatal(err)
		}
		r, err := h.Join()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(r.Out)
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

// A process that owns the state: what it holds nobody else can touch, and a crash
// of it is an error for those who ask.
func Example_ownerProcess() {
	calls, err := variant("pipe.gob").New(count, state.Options{Owner: role.Options{As: role.Process}})
	if err != nil {
		log.Fatal(err)
	}
	defer calls.Close()
	for range instances() {
		if _, err := calls.Add("run", 1); err != nil {
			log.Fatal(err)
		}
	}
	n, err := calls.Get("run")
	fmt.Println("counted", n, "calls, error", err)

	o := calls.(state.Owned).Owner()
	if err := o.Kill(); err != nil {
		log.Fatal(err)
	}
	<-o.Done()
	_, err = calls.Get("run")
	fmt.Println("after its end:", err != nil)
	// Output:
	// counted 10 calls, error <nil>
	// after its end: true
}
