package main

import (
	"cmp"
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
	out := &printer{w: stdout}
	opts, err := parseOptions(args)
	switch {
	case err == nil:
		err = measure(ctx, opts, out, stderr)
	case errors.Is(err, flag.ErrHelp):
		err = nil
		fmt.Fprint(out, manual())
	}
	if err == nil && out.err != nil {
		err = fmt.Errorf("writing to standard output: %w", out.err)
	}
	if err == nil {
		return 0
	}
	var bad *usageError
	fmt.Fprintf(stderr, "measure: %v\n", err)
	switch {
	case errors.As(err, &bad):
		return 2
	case errors.Is(err, errInterrupted):
		return 130
	}
	return 1
}

// A printer remembers the first error in writing to w, so that those who write need not.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) Write(data []byte) (int, error) {
	n, err := p.w.Write(data)
	p.err = cmp.Or(p.err, err)
	return n, err
}
