package queue

// platformVariants are the queues that cross process boundaries here.
func platformVariants[T any]() []Variant[T] {
	return []Variant[T]{
		pipeLockVariant[T](),
		pipeFrameVariant[T](),
		shmRingVariant[T](),
	}
}
