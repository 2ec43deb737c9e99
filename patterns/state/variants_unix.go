//go:build unix && !linux

package state

// platformVariants are the stores whose data may be another process's here.
func platformVariants[K comparable]() []Variant[K] {
	return []Variant[K]{
		pipeGobVariant[K](),
		pipeRPCVariant[K](),
	}
}
