package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE} // and who read is gone
	if !signal.Ignored(syscall.SIGHUP) {                                // as under nohup
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command; cancelling ctx is Ctrl-C. It returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	opts, err := parseOptions(args)
	if err == nil {
		err = measure(ctx, opts, stdout, stderr)
	}
	var bad *usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, manual())
		return 0
	}
	fmt.Fprintf(stderr, "measure: %v\n", err)
	switch {
	case errors.As(err, &bad):
		return 2
	case errors.Is(err, errInterrupted):
		return 130
	}
	return 1
}
