//go:build !unix

package main

import (
	"os"

	"crossover/internal/study"
)

// usage is not known here.
func usage(*os.ProcessState, *study.Beside) {}
