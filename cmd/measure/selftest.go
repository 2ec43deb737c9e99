package main

import (
	"context"
	"io"
)

func selfTest(ctx context.Context, o *options, stdout, stderr io.Writer) error { return nil }
