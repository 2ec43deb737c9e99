package bench

import (
	"slices"
	"testing"

	"crossover/patterns/pipe"
)

// A pipe that loses, doubles or tears messages must fail its benchmark, whatever they are for.
func TestWrongPipeFails(t *testing.T) {
	for name, spoil := range map[string]func(send func([]byte) error, m []byte) error{
		"none":    func(send func([]byte) error, m []byte) error { return send(m) },
		"loses":   func(func([]byte) error, []byte) error { return nil },
		"doubles": func(send func([]byte) error, m []byte) error { send(m); return send(m) },
		"tears":   func(send func([]byte) error, m []byte) error { m = slices.Clone(m); m[0]++; return send(m) },
	} {
		v := pipe.Variants()[0]
		genuine := v.New
		v.New = func() (a, b pipe.End, err error) {
			a, b, err = genuine()
			return &spoiltEnd{End: a, spoil: spoil}, b, err
		}
		for _, shape := range []string{"stream", "pipeline", "roundtrip"} {
			if shape == "roundtrip" && (name == "loses" || name == "doubles") {
				continue // each side would wait for the other for ever
			}
			keys := pipePoint(shape, "64", "1", "none")
			keys["as"] = "goroutine"
			// testing.Benchmark reports a failed benchmark as one that ran no iteration.
			r := benchmark(func(b *testing.B) { runPipe(b, &conditions{Keys: keys, Work: NewWork(1)}, v) })
			if failed := r.N == 0; failed != (name != "none") {
				t.Errorf("%s: a pipe that %s: failed %v", shape, name, failed)
			}
		}
	}
}

// spoiltEnd spoils the first message.
type spoiltEnd struct {
	pipe.End
	spoil func(send func([]byte) error, m []byte) error
	sent  bool
}

func (e *spoiltEnd) Send(m []byte) error {
	if e.sent {
		return e.End.Send(m)
	}
	e.sent = true
	return e.spoil(e.End.Send, m)
}

// What a codec makes of a quote is the quote again, in a second one as in the first.
func TestCodecsReturnQuotes(t *testing.T) {
	for _, name := range []string{"raw", "gob", "json"} {
		here, err := newCodec(name)
		if err != nil {
			t.Fatal(err)
		}
		there, err := newCodec(name)
		if err != nil {
			t.Fatal(err)
		}
		var got quote
		for _, number := range []uint64{0, 1, 1000, 1 << 40} {
			q := newQuote(number)
			m, err := here.encode(&q)
			if err == nil {
				err = there.decode(m, &got)
			}
			if err == nil {
				err = got.check(number)
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestMessagesAreCheckedWhole(t *testing.T) {
	for _, size := range []int{1, 7, 8, 64, 4096} {
		m := make(message, size)
		m.fill(300)
		if err := m.check(300, size); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		if m.check(301, size) == nil || m.check(300, size+1) == nil {
			t.Errorf("%d bytes pass as another message", size)
		}
		for i := 0; i < size; i += 8 * wordsPerLine {
			torn := slices.Clone(m)
			torn[i]++
			if torn.check(300, size) == nil {
				t.Errorf("%d bytes, torn in byte %d, pass", size, i)
			}
		}
	}
}
