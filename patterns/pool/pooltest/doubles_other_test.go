//go:build !unix

package pooltest_test

// platformDoubles are those made from pools of worker processes; there are none
// here.
func platformDoubles() []double { return nil }
