//go:build !unix

package spawn

// platformVariants are the spawners of processes; there are none here.
func platformVariants[In, Out any]() []Variant[In, Out] { return nil }
