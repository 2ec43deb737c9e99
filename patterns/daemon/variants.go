package daemon

// Variants returns every daemon this platform has, the baseline first.
func Variants() []Variant {
	return append([]Variant{
		goVariant(),
		goJoinVariant(),
		goDrainVariant(),
	}, platformVariants()...)
}
