package main

import (
	"math"

	"github.com/montanaflynn/stats"
)

// series is samples in order of run, each of a round of its own.
type series struct {
	rounds []int
	values []float64
}

func (s series) median() float64 {
	m, err := stats.Median(s.values)
	if err != nil { // no values: nobody is slower
		return 0
	}
	return m
}

// in returns the values of these rounds; those that the series lacks are left out.
func (s series) in(rounds []int) []float64 {
	at := map[int]float64{}
	for i, r := range s.rounds {
		at[r] = s.values[i]
	}
	var values []float64
	for _, r := range rounds {
		if v, ok := at[r]; ok {
			values = append(values, v)
		}
	}
	return values
}

// commonRounds are the rounds that all series have.
func commonRounds(all ...series) (rounds []int) {
	have := map[int]int{}
	for _, s := range all {
		for _, r := range s.rounds {
			have[r]++
		}
	}
	for _, r := range all[0].rounds {
		if have[r] == len(all) {
			rounds = append(rounds, r)
		}
	}
	return rounds
}

func logsOf(values []float64) []float64 {
	l := make([]float64, len(values))
	for i, v := range values {
		l[i] = math.Log(v)
	}
	return l
}
