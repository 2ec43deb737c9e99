package pipe

// Variants returns every pipe this platform has, the baseline first.
func Variants() []Variant {
	return append([]Variant{
		chanVariant(),
		chanBufferedVariant(),
		mutexRingVariant(),
		mailboxSpinVariant(),
		mailboxParkVariant(),
		ioPipeVariant(),
		netPipeVariant(),
	}, platformVariants()...)
}
