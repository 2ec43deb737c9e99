//go:build unix

package spawn

// platformVariants are the spawners of processes.
func platformVariants[In, Out any]() []Variant[In, Out] {
	return []Variant[In, Out]{
		execVariant[In, Out](),
		startprocessVariant[In, Out](),
		startersVariant[In, Out](),
		warmVariant[In, Out](),
	}
}
