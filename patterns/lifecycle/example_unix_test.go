//go:build unix

package lifecycle_test

import "fmt"

// A process that does not catch the signal, as in the original.
func Example_process() {
	if err := cycle("exec"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// started, is alive: true
	// terminated and joined, is alive: false
	// exit code: -15
}

// This program again, which does. It has to call role.Main first thing; here
// TestMain does.
func Example_self() {
	if err := cycle("self"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// started, is alive: true
	// terminated and joined, is alive: false
	// exit code: 0
}
