//go:build race

package barriertest_test

// raced says that the race detector is on: it would report, quite rightly, the
// doubles that let parties read what others are writing.
const raced = true
