package main

import (
	"slices"
	"testing"
)

// Wherever it looks for a temporary folder, a sample finds its own.
func TestTemporaryFolder(t *testing.T) {
	env := drop("here").environment()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		if !slices.Contains(env, name+"=here") {
			t.Errorf("%s is not the sample's", name)
		}
	}
}
