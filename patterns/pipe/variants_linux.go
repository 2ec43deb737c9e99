package pipe

// platformVariants are the pipes that cross process boundaries here.
func platformVariants() []Variant {
	return []Variant{
		osPipeVariant(),
		rawPipeVariant(),
		socketpairVariant(),
		tcpVariant(),
		shmSpinVariant(),
		shmFutexVariant(),
	}
}
