// Package selftest holds what the instrument is tested with: benchmarks that are
// the same code under many names, and the same with 2, 5 and 10 % more work. What
// go run ./cmd/measure -selftest finds between them is right or wrong by construction.
//
// It is all tests: a benchmark binary that speaks the protocol of cmd/measure, and
// the shortest example of one.
package selftest
