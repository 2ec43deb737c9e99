package daemon_test

import (
	"fmt"
	"os"
	"time"

	"crossover/patterns/daemon"
)

// background has nothing to do before main ends; foreground works three times.
var (
	background = daemon.Named("example.background", func([]*os.File) error { return nil })
	foreground = daemon.Named("example.foreground", func([]*os.File) error {
		fmt.Println("non-background worker at work")
		return nil
	})
)

// program starts a background worker, which dies with main, and another that main
// waits for.
func program(daemonic, nonDaemonic string) error {
	bg, err := variant(daemonic).Start(background, daemon.Options{Every: time.Hour})
	if err != nil {
		return err
	}
	defer bg.Stop() // so that the example leaves nothing behind; a main need not
	defer bg.Leave()
	fg, err := variant(nonDaemonic).Start(foreground, daemon.Options{Every: time.Millisecond, Beats: 3})
	if err != nil {
		return err
	}
	if err := fg.Leave(); err != nil {
		return err
	}
	fmt.Println("main ends; when it returns, the background worker is", variant(daemonic).Ends[daemon.Return])
	return nil
}

func variant(name string) daemon.Variant {
	for _, v := range daemon.Variants() {
		if v.Name == name {
			return v
		}
	}
	panic("no variant " + name)
}

// The original's program with goroutines.
func Example_goroutines() {
	if err := program("go", "go.join"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// non-background worker at work
	// non-background worker at work
	// non-background worker at work
	// main ends; when it returns, the background worker is cut
}
