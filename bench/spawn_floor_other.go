//go:build !linux

package bench

// spawnFloors are absent where there is no program small enough.
func spawnFloors() []floor { return nil }
