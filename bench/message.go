package bench

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// message is what pipes carry: its number in each cache line, as items of queues
// have it. One of fewer than eight bytes holds as much of it as there is room for.
type message []byte

func (m message) fill(number uint64) {
	if len(m) < 8 {
		for i := range m {
			m[i] = byte(number >> (8 * i))
		}
		return
	}
	for i := 0; i+8 <= len(m); i += 8 * wordsPerLine {
		binary.NativeEndian.PutUint64(m[i:], number)
	}
}

// check reads it back: all of it has to be of this number.
func (m message) check(number uint64, size int) error {
	if len(m) != size {
		return wrong("message %d has %d bytes, want %d", number, len(m), size)
	}
	if len(m) < 8 {
		for i := range m {
			if m[i] != byte(number>>(8*i)) {
				return wrong("message %d says otherwise", number)
			}
		}
		return nil
	}
	for i := 0; i+8 <= len(m); i += 8 * wordsPerLine {
		if got := binary.NativeEndian.Uint64(m[i:]); got != number {
			return wrong("message %d says %d in its byte %d", number, got, i)
		}
	}
	return nil
}

// quote is the small struct that codecs encode.
type quote struct {
	ID     uint64
	Symbol string
	Price  float64
	Size   int32
	At     time.Time
}

var opening = time.Date(2026, time.January, 2, 9, 30, 0, 0, time.UTC)

func newQuote(number uint64) quote {
	return quote{number, "XOVR", float64(number) + 0.25, int32(number % 1000), opening.Add(time.Duration(number))}
}

func (q *quote) check(number uint64) error {
	want := newQuote(number)
	if q.At = q.At.UTC(); *q != want {
		return wrong("quote %d arrived as %+v", number, *q)
	}
	return nil
}

// codec turns quotes into messages and back, at one end of a pipe. What it returns
// is good until it is called again.
type codec interface {
	encode(*quote) ([]byte, error)
	decode([]byte, *quote) error
}

func newCodec(name string) (codec, error) {
	switch name {
	case "raw":
		return &rawCodec{}, nil
	case "json":
		return jsonCodec{}, nil
	case "gob":
		c := &gobCodec{}
		c.encoder, c.decoder = gob.NewEncoder(&c.out), gob.NewDecoder(&c.in)
		return c, nil
	}
	return nil, fmt.Errorf("no codec %q", name)
}

// rawCodec lays fields out one after the other, as a team writes it by hand.
type rawCodec struct{ out []byte }

func (c *rawCodec) encode(q *quote) ([]byte, error) {
	b := binary.LittleEndian
	out := b.AppendUint64(c.out[:0], q.ID)
	out = b.AppendUint64(out, math.Float64bits(q.Price))
	out = b.AppendUint32(out, uint32(q.Size))
	out = b.AppendUint64(out, uint64(q.At.UnixNano()))
	c.out = append(out, q.Symbol...)
	return c.out, nil
}

func (c *rawCodec) decode(m []byte, q *quote) error {
	const fixed = 28
	if len(m) < fixed {
		return errors.New("quote cut short")
	}
	b := binary.LittleEndian
	q.ID = b.Uint64(m)
	q.Price = math.Float64frombits(b.Uint64(m[8:]))
	q.Size = int32(b.Uint32(m[16:]))
	q.At = time.Unix(0, int64(b.Uint64(m[20:])))
	q.Symbol = string(m[fixed:])
	return nil
}

type jsonCodec struct{}

func (jsonCodec) encode(q *quote) ([]byte, error) { return json.Marshal(q) }
func (jsonCodec) decode(m []byte, q *quote) error { return json.Unmarshal(m, q) }

// gobCodec keeps its encoder and decoder, as gob wants it: the description of the
// type crosses once.
type gobCodec struct {
	out, in bytes.Buffer
	encoder *gob.Encoder
	decoder *gob.Decoder
}

func (c *gobCodec) encode(q *quote) ([]byte, error) {
	c.out.Reset()
	err := c.encoder.Encode(q)
	return c.out.Bytes(), err
}

func (c *gobCodec) decode(m []byte, q *quote) error {
	*q = quote{} // gob leaves out what is zero
	c.in.Write(m)
	return c.decoder.Decode(q)
}
