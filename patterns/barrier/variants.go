package barrier

// Variants returns every barrier this platform has, the baseline first: cond is
// what one writes first, what Python's Barrier is, and what textbooks show.
func Variants() []Variant {
	return append([]Variant{
		condVariant(),
		waitGroupVariant(),
		coordinatorVariant(),
		chanCloseVariant(),
		senseSpinVariant(),
		senseYieldVariant(),
		senseParkVariant(),
		treeVariant(),
		disseminationVariant(),
	}, platformVariants()...)
}
