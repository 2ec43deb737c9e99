package stat_test

import (
	"fmt"
	"log"

	"crossover/internal/stat"
)

func Example() {
	// ns/op of two variants, by round. The machine drifted; their ratio did not.
	mutex := []float64{101, 99, 130, 128, 104, 100, 118, 97, 99, 125}
	channel := []float64{153, 147, 192, 195, 154, 153, 176, 144, 151, 186}

	r, err := stat.PairedRatio(mutex, channel, 0.95)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f× (%.2f to %.2f), p=%.3f: %s\n", r.Est, r.Lo, r.Hi, r.P, r.Verdict(stat.Margin))
	// Output: 1.50× (1.48 to 1.52), p=0.002: slower
}
