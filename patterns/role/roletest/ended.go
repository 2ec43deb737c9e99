package roletest

import "context"

// Ended waits until roles have ended, or ctx has: a goroutine that hangs cannot be
// stopped.
func Ended[H interface{ Done() <-chan struct{} }](ctx context.Context, handles []H) {
	for _, h := range handles {
		select {
		case <-h.Done():
		case <-ctx.Done():
		}
	}
}
