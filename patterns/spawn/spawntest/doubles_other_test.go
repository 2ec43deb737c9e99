//go:build !unix

package spawntest_test

// platformDoubles are those made from spawners of processes; there are none here.
func platformDoubles() []double { return nil }
