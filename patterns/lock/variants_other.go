//go:build !unix

package lock

func platformVariants() []Variant { return nil }
