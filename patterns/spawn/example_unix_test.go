//go:build unix

package spawn_test

import "fmt"

// Six processes, as in the original. The program that does this calls role.Main
// first thing in main; here TestMain does.
func Example_processes() {
	if err := greetings("exec"); err != nil {
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
