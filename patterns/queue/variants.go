package queue

// Variants returns every queue this platform has, the baseline first.
func Variants[T any]() []Variant[T] {
	return append([]Variant[T]{
		chanVariant[T](),
		chanDoneVariant[T](),
		chanDropVariant[T](),
		chanShardedVariant[T](),
		mutexRingVariant[T](),
		mutexBatchVariant[T](),
		mutexSliceVariant[T](),
		mutexLatestVariant[T](),
		twolockListVariant[T](),
		mpmcRingVariant[T](),
		spscRingVariant[T](),
	}, platformVariants[T]()...)
}
