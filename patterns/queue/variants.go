package queue

// Variants returns every queue this platform has, the baseline first.
func Variants[T any]() []Variant[T] {
	return append([]Variant[T]{
		// in-process rows, one a line: chanVariant[T](), ...
	}, platformVariants[T]()...)
}
