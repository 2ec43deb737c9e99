package main

import "testing"

// Values of an axis are read as those who name benchmarks write them.
func TestQuantity(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "16": 16, "2.5": 2.5, "80pct": 80, "99.9%": 99.9,
		"1k": 1e3, "1m": 1e6, "2M": 2e6, "1e6": 1e6, "1G": 1e9, "64B": 64, "4KiB": 4096, "1mb": 1e6,
		"250ns": 250, "1us": 1e3, "1ms": 1e6, "1m0s": 60e9,
		"n=1": -1, "-1": -1, "max": -1, "5mi": -1, "1e300": -1, "NaN": -1,
		"size-1024": 1024,
	} {
		got, ok := quantity(text)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%s is %g, %t; want %g (-1: none)", text, got, ok, want)
		}
	}
	if unit := unitOfValues([]string{"1k", "10k", "1m"}); unit != "" {
		t.Errorf("1k, 10k and 1m are taken for %s", unit)
	}
	if unit := unitOfValues([]string{"64B", "4KiB"}); unit != "B" {
		t.Errorf("64B and 4KiB are taken for %q, want B", unit)
	}
	if unit := unitOfValues([]string{"0", "1m0s"}); unit != "ns" {
		t.Errorf("0 and 1m0s are taken for %q, want ns", unit)
	}
}
