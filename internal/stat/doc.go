// Package stat compares benchmark samples that were taken in shuffled rounds:
// the paired tests and intervals which benchmath, gonum and montanaflynn/stats
// lack. Where one of them has the quantity, it is called and not written again.
//
// Costs are positive numbers, less is better. A ratio is new over old: 0.5 is
// twice as fast. For a unit of which more is better, swap old and new.
package stat
