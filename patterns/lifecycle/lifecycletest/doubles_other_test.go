//go:build !unix

package lifecycletest_test

// platformDoubles are those made from workers that are processes; there are none
// here.
func platformDoubles() []double { return nil }
