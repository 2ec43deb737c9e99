//go:build !unix

package state

func platformVariants[K comparable]() []Variant[K] { return nil }
