//go:build unix

package lifecycle

// platformVariants are the workers that are processes.
func platformVariants() []Variant {
	return []Variant{
		execVariant(),
		startProcessVariant(),
		selfVariant(),
		warmVariant(),
	}
}
