package lock

// platformVariants are the locks that cross process boundaries here.
func platformVariants() []Variant {
	return []Variant{
		flockVariant(),
		ofdVariant(),
		pipeTokenVariant(),
		shmFutexVariant(),
	}
}
