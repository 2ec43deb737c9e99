//go:build !unix

package daemon

// platformVariants are the daemons that are processes; there are none here.
func platformVariants() []Variant { return nil }
