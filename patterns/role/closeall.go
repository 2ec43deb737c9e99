package role

import (
	"errors"
	"os"
)

// CloseAll closes the files that are still open. One that is nil or was closed before,
// by the other end of a mechanism perhaps or because it is listed twice, is no error.
func CloseAll(files ...*os.File) error {
	var errs []error
	for _, f := range files {
		if f == nil {
			continue
		}
		if err := f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
