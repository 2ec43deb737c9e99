package bench

import (
	"fmt"
	"strconv"
	"time"
)

// count and duration read a key's value. The suite wrote it, so that one that
// cannot be read is a bug.
func (c *conditions) count(key string) int {
	n, err := strconv.Atoi(c.Keys[key])
	if err != nil {
		panic(fmt.Sprintf("key %s: %v", key, err))
	}
	return n
}

func (c *conditions) duration(key string) time.Duration {
	d, err := time.ParseDuration(c.Keys[key])
	if err != nil {
		panic(fmt.Sprintf("key %s: %v", key, err))
	}
	return d
}
