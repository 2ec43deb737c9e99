//go:build !unix

package barrier

func platformVariants() []Variant { return nil }
