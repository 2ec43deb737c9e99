package stat

import (
	"math"

	"github.com/montanaflynn/stats"
)

// Series is samples in order of run, each of a round of its own.
type Series struct {
	Rounds []int
	Values []float64
}

// Median is that of the values; 0 if there are none.
func (s Series) Median() float64 {
	m, err := stats.Median(s.Values)
	if err != nil {
		return 0
	}
	return m
}

// In returns the values of these rounds; those that the series lacks are left out.
func (s Series) In(rounds []int) []float64 {
	at := map[int]float64{}
	for i, r := range s.Rounds {
		at[r] = s.Values[i]
	}
	var values []float64
	for _, r := range rounds {
		if v, ok := at[r]; ok {
			values = append(values, v)
		}
	}
	return values
}

// CommonRounds are the rounds that all series have.
func CommonRounds(all ...Series) (rounds []int) {
	have := map[int]int{}
	for _, s := range all {
		for _, r := range s.Rounds {
			have[r]++
		}
	}
	for _, r := range all[0].Rounds {
		if have[r] == len(all) {
			rounds = append(rounds, r)
		}
	}
	return rounds
}

// LogsOf are the natural logarithms of values.
func LogsOf(values []float64) []float64 {
	l := make([]float64, len(values))
	for i, v := range values {
		l[i] = math.Log(v)
	}
	return l
}
