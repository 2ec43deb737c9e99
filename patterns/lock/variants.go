package lock

// Variants returns every lock this platform has, the baseline first.
func Variants() []Variant {
	return append([]Variant{
		mutexVariant(),
		rwmutexVariant(),
		chanVariant(),
		chanDoneVariant(),
		semVariant(),
		ttasVariant(),
		ticketVariant(),
		mcsVariant(),
		bigReaderVariant(),
	}, platformVariants()...)
}
