package state

// Variants returns every store this platform has, the baseline first.
func Variants[K comparable]() []Variant[K] {
	return append([]Variant[K]{
		mutexVariant[K](),
		rwmutexVariant[K](),
		atomicVariant[K](),
		atomicShardedVariant[K](),
		cowVariant[K](),
		syncMapVariant[K](),
		atomicTableVariant[K](),
		chanVariant[K](),
		chanFuncVariant[K](),
		mailboxVariant[K](),
	}, platformVariants[K]()...)
}
