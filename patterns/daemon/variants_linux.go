package daemon

// platformVariants are the daemons that are processes.
func platformVariants() []Variant {
	return []Variant{
		childJoinVariant(),
		childEOFVariant(),
		childDrainVariant(),
		childPdeathsigVariant(),
		childGroupVariant(),
		childDetachedVariant(),
	}
}
