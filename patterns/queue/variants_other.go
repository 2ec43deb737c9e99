//go:build !unix

package queue

func platformVariants[T any]() []Variant[T] { return nil }
