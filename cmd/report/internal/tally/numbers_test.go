package tally

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// What comes out is what a plain parser reads, whatever mixture goes in.
func TestNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	draws := map[string]func() string{
		"constant": func() string { return "64" },
		"nothing":  func() string { return "0" },
		"plain":    func() string { return fmt.Sprint(rng.IntN(5000)) },
		"decimals": func() string { return strconv.FormatFloat(rng.Float64()*1000, 'f', rng.IntN(6), 64) },
		"edges": func() string {
			edges := []string{"268435455", "268435456", "999999999999999", "1e9", "0.00000000000001", ".5", "5.", "0.1", "00.10"}
			return edges[rng.IntN(len(edges))]
		},
	}
	for name, draw := range draws {
		for _, n := range []int{0, 1, 2, 5, 6, 11, packedInOne, packedInOne + 1, 3*packedInOne + 7, 12 * packedAtMost} {
			var kept numbers
			var want []float64
			for i := range n {
				text := draw()
				if i > n/2 && name == "constant" {
					text = fmt.Sprint(64 + i%2) // constant no more
				}
				factor := []float64{1e-9, 1e-9, 1e-9, 1}[rng.IntN(4)]
				w, ok := decimal([]byte(text))
				if !ok {
					t.Fatalf("%s is no number", text)
				}
				plain, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Fatal(err)
				}
				kept.add(w, factor)
				want = append(want, plain*factor)
			}
			got := kept.appendTo(nil)
			slices.Sort(got)
			slices.Sort(want)
			if kept.len() != n || !slices.Equal(got, want) {
				t.Errorf("%s, %d of them: %d kept, %v, want %v", name, n, kept.len(), got, want)
			}
		}
	}
}

// Numbers as benchmarks print them take four bytes each, and the same over again none.
func TestNumbersArePacked(t *testing.T) {
	var times, allocations numbers
	for i := range 5000 {
		for text, kept := range map[string]*numbers{fmt.Sprintf("%d.%d", 1000+i, i%10): &times, "16": &allocations} {
			w, _ := decimal([]byte(text))
			kept.add(w, 1)
		}
	}
	room := cap(times.last)
	for _, f := range times.more.full {
		room += cap(f)
	}
	if len(times.more.loose) > 0 || times.len() != 5000 || room > 5000*5/4 {
		t.Errorf("times: %d not packed, room for %d of %d", len(times.more.loose), room, times.len())
	}
	if len(allocations.last) != 1 || allocations.more != nil {
		t.Errorf("allocations: %d packed, and %v", len(allocations.last), allocations.more)
	}
}
