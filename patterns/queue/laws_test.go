package queue_test

import (
	"os"
	"testing"

	"crossover/patterns/queue"
	"crossover/patterns/queue/queuetest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) {
	queuetest.Run(t, queue.Variants[queuetest.Item]())
}
