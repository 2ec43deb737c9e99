package shm

// Epoch counts the signals that found somebody.
func (e *Event) Epoch() uint32 { return e.epoch.Load() }
