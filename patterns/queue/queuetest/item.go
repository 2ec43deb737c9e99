package queuetest

// Item is what the laws send: who put it, as its how-manieth, and the rest of a
// cache line that follows from the two, so that a torn item shows.
type Item struct {
	Producer uint64
	Seq      uint64
	Rest     [6]uint64
}

func newItem(producer, seq uint64) Item {
	return Item{producer, seq, rest(producer, seq)}
}

func (i Item) whole() bool { return i.Rest == rest(i.Producer, i.Seq) }

func rest(producer, seq uint64) (r [6]uint64) {
	for i := range r {
		r[i] = (producer+1)*0x9E3779B97F4A7C15 ^ (seq+uint64(i))*0xBF58476D1CE4E5B9
	}
	return r
}
