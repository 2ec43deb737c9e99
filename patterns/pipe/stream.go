package pipe

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync/atomic"

	"crossover/patterns/role"
)

// stream is an end of a pipe over a stream of bytes each way. A message is its
// length in eight bytes, then itself.
//
// To let the end of the stream be the end of the messages was tempting. But a
// stream ends the same way when its process is killed, and only where every copy
// of a descriptor is closed; so Close sends a farewell, and an end without one
// means that something broke.
type stream struct {
	impl   string
	r      io.ReadCloser
	w      io.WriteCloser
	broken atomic.Bool
	closed atomic.Bool // the farewell was sent

	in    *bufio.Reader // one read takes in as many messages as have come
	out   []byte
	ended bool // the farewell was received
}

// buffer is how much of the stream is read, and of a message copied, at once: a
// message of 64 KiB with its length.
const buffer = 8 + 64<<10

// farewell stands where a length would.
const farewell = math.MaxUint64

func newStream(impl string, r io.ReadCloser, w io.WriteCloser) *stream {
	return &stream{impl: impl, r: r, w: w, in: bufio.NewReaderSize(r, buffer)}
}

// Send makes one write of a message that fits into the buffer. Of a larger one
// the rest is written from where it is: copying all of it behind its length would
// cost more than a second write.
func (s *stream) Send(message []byte) error {
	s.out = binary.NativeEndian.AppendUint64(s.out[:0], uint64(len(message)))
	first := min(len(message), buffer-len(s.out))
	s.out = append(s.out, message[:first]...)
	_, err := s.w.Write(s.out)
	if err == nil && first < len(message) {
		_, err = s.w.Write(message[first:])
	}
	if err != nil || s.broken.Load() {
		return s.failed("sending", err)
	}
	return nil
}

func (s *stream) Receive(buf []byte) ([]byte, error) {
	if s.broken.Load() {
		return nil, ErrBroken
	}
	if s.ended {
		return nil, io.EOF
	}
	head, err := s.in.Peek(8)
	if err != nil {
		return nil, s.failed("receiving", err)
	}
	length := binary.NativeEndian.Uint64(head)
	s.in.Discard(len(head))
	if length == farewell {
		s.ended = true
		return nil, io.EOF
	}
	buf = into(buf, int(length))
	if _, err := io.ReadFull(s.in, buf); err != nil {
		return nil, s.failed("receiving", err)
	}
	return buf, nil
}

// failed says ErrBroken, and what else happened unless that was Break.
func (s *stream) failed(doing string, err error) error {
	if s.broken.Load() {
		return ErrBroken
	}
	if err == io.EOF { // nobody is to take it for the good end
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%s: %s: %w: %w", s.impl, doing, ErrBroken, err)
}

// Close waits for room for the farewell, as Send does for a message. If it cannot
// be sent, nobody is there to miss it.
func (s *stream) Close() {
	if !s.closed.Swap(true) && !s.broken.Load() {
		s.w.Write(binary.NativeEndian.AppendUint64(nil, farewell))
	}
}

// Break closes everything, which wakes whoever waits in it.
func (s *stream) Break() {
	s.broken.Store(true)
	s.r.Close()
	s.w.Close()
}

func (s *stream) Release() error {
	var errs []error
	for _, c := range []io.Closer{s.r, s.w} {
		if err := c.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			errs = append(errs, fmt.Errorf("%s: %w", s.impl, err))
		}
	}
	return errors.Join(errs...)
}

// Export hands over the descriptors: one that goes both ways, or two.
func (s *stream) Export() (role.Wire, error) {
	r, readable := s.r.(*os.File)
	w, writable := s.w.(*os.File)
	if !readable || !writable {
		return role.Wire{}, fmt.Errorf("%s cannot leave its process: %w", s.impl, errors.ErrUnsupported)
	}
	files := []*os.File{r}
	if w != r {
		files = append(files, w)
	}
	return role.Wire{Impl: s.impl, Files: files}, nil
}
