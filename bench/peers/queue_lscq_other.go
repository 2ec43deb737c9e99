//go:build !amd64 && !arm64

package peers

import "crossover/patterns/queue"

func lscqVariants[T any]() []queue.Variant[T] { return nil }
