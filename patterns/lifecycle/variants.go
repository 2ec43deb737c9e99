package lifecycle

// Variants returns every way of running a worker that this platform has, the
// baseline first.
func Variants() []Variant {
	return append([]Variant{
		contextVariant(),
		doneChanVariant(),
		errgroupVariant(),
		threadVariant(),
	}, platformVariants()...)
}
