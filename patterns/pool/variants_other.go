//go:build !unix

package pool

// platformVariants are the pools of worker processes; there are none here.
func platformVariants[In, Out any]() []Variant[In, Out] { return nil }
