package pool

// Variants returns every pool this platform has, the baseline first.
func Variants[In, Out any]() []Variant[In, Out] {
	return append([]Variant[In, Out]{
		// in-process rows, one a line: goVariant[In, Out](), ...
	}, platformVariants[In, Out]()...)
}
