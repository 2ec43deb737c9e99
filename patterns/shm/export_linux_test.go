package shm

// Epoch counts the signals that took somebody off the count.
func (e *Event) Epoch() uint32 { return e.epoch.Load() }
