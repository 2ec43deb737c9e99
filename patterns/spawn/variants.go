package spawn

// Variants returns every spawner this platform has, the baseline first.
func Variants[In, Out any]() []Variant[In, Out] {
	return append([]Variant[In, Out]{
		goVariant[In, Out](),
		wgGoVariant[In, Out](),
		errgroupVariant[In, Out](),
		semVariant[In, Out](),
		reuseVariant[In, Out](),
		threadVariant[In, Out](),
	}, platformVariants[In, Out]()...)
}
