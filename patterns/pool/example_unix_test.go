//go:build unix

package pool_test

import "fmt"

// Four worker processes. The program that does this calls role.Main first thing
// in main; here TestMain does.
func Example_processes() {
	if err := squares("prefork"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [0 1 4 9 16 25 36 49 64 81]
	// sum 328350
}
