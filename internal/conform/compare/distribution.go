package compare

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/internal/conform/cases"
)

// Distribution compares samples of a random initializer with the recorded statistics of n samples: the means within five
// standard errors, the standard deviations within 3 % (or five standard errors, where samples are few), the extremes
// within 1.5 standard deviations and four percentiles within a fifth of one (more for few samples), which tells a uniform
// from a normal or a truncated one. want is the "distribution" dict.
func Distribution(samples []float64, want *cases.Value) error {
	stats := map[string]float64{}
	for _, key := range []string{"n", "mean", "std", "min", "max", "p01", "p25", "p75", "p99"} {
		v, err := want.Get(key).Float()
		if err != nil {
			return fmt.Errorf("distribution: %s: %w", key, err)
		}
		stats[key] = v
	}
	if len(samples) < 2 {
		return &Mismatch{Name: "distribution", What: Missing, Got: plural(len(samples)), Want: "samples"}
	}
	ordered := slices.Sorted(slices.Values(samples))
	mean, std := moments(samples)
	spread := 1/stats["n"] + 1/float64(len(samples))
	few := max(1, math.Sqrt(spread*10000)) // 1 for 20,000 samples on both sides

	check := func(name string, got, allowed float64) error {
		if d := math.Abs(got - stats[name]); !(d <= allowed) {
			return &Mismatch{Name: "distribution " + name, What: "distribution differs", Got: got, Want: stats[name], Allowed: allowed}
		}
		return nil
	}
	quantile := func(p float64) float64 { return ordered[int(p*float64(len(ordered)-1))] }
	loose := 0.2 * stats["std"] * few
	return errors.Join(
		check("mean", mean, 5*stats["std"]*math.Sqrt(spread)),
		check("std", std, stats["std"]*max(0.03, 5*math.Sqrt(spread/2))),
		check("min", ordered[0], 1.5*stats["std"]*few),
		check("max", ordered[len(ordered)-1], 1.5*stats["std"]*few),
		check("p01", quantile(0.01), loose),
		check("p25", quantile(0.25), loose),
		check("p75", quantile(0.75), loose),
		check("p99", quantile(0.99), loose),
	)
}

func moments(samples []float64) (mean, std float64) {
	for _, v := range samples {
		mean += v
	}
	mean /= float64(len(samples))
	for _, v := range samples {
		std += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(std / float64(len(samples)))
}
