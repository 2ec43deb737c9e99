//go:build unix

package pool

// platformVariants are the pools of worker processes.
func platformVariants[In, Out any]() []Variant[In, Out] {
	return []Variant[In, Out]{
		procVariant[In, Out](),
		procSemVariant[In, Out](),
		preforkVariant[In, Out](),
	}
}
