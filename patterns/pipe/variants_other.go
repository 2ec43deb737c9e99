//go:build !unix

package pipe

func platformVariants() []Variant { return nil }
