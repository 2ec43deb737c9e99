package queue

// Variants returns every queue this platform has, the baseline first.
//
// With items of 64 KiB or more it does not compile: no Go channel takes them, and
// the table holds the channels too. Send pointers, or paste a variant that is made
// without a channel.
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
