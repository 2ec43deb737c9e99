//go:build !race

package barriertest_test

const raced = false
