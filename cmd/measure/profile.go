package main

import (
	"context"
	"io"
)

func profile(ctx context.Context, o *options, stdout, stderr io.Writer) error { return nil }
