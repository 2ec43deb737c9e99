//go:build !unix

package lifecycle

// platformVariants are the workers that are processes; there are none here.
func platformVariants() []Variant { return nil }
