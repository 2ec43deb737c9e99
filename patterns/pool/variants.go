package pool

// Variants returns every pool this platform has, the baseline first.
func Variants[In, Out any]() []Variant[In, Out] {
	return append([]Variant[In, Out]{
		goVariant[In, Out](),
		goSemVariant[In, Out](),
		errgroupVariant[In, Out](),
		workersChanVariant[In, Out](),
		workersMutexVariant[In, Out](),
		parforVariant[In, Out](),
		stealVariant[In, Out](),
	}, platformVariants[In, Out]()...)
}
