//go:build unix

package daemon_test

import "fmt"

// The same with processes, as in the original. The program has to call role.Main
// first thing; here TestMain does.
func Example_processes() {
	if err := program("child.eof", "child.join"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// non-background worker at work
	// non-background worker at work
	// non-background worker at work
	// main ends; when it returns, the background worker is cut
}
