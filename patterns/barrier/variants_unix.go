//go:build unix && !linux

package barrier

// platformVariants are the barriers that cross process boundaries here.
func platformVariants() []Variant {
	return []Variant{pipeCoordinatorVariant()}
}
