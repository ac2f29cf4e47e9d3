package main

import (
	"encoding/json"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/functional"
)

// bench is one run of the command.
type bench struct {
	options
	workload workload
	backend  *native.Backend
	model    *functional.Model
	built    time.Duration
	lines    []*line // not printed yet: those of one program share its roofline
}

// line is what is printed of one variant.
type line struct {
	Framework     string   `json:"framework"`
	Workload      string   `json:"workload"`
	Mode          string   `json:"mode"`
	Via           string   `json:"via"`
	Threads       int      `json:"threads"`
	Batch         int      `json:"batch"`
	StepMsMin     *float64 `json:"step_ms_min,omitempty"`
	StepMsMedian  *float64 `json:"step_ms_median,omitempty"`
	CPUMsMean     float64  `json:"cpu_ms_mean,omitempty"` // of all threads: what the clock of a shared machine cannot tell
	N             int      `json:"n,omitempty"`
	SamplesPerS   float64  `json:"samples_per_s,omitempty"`
	SamplesBest   float64  `json:"samples_per_s_best,omitempty"`
	RSSMb         float64  `json:"rss_mb,omitempty"`
	Params        int      `json:"params"`
	BuildS        float64  `json:"build_s,omitempty"`
	FirstStepS    float64  `json:"first_step_s,omitempty"`
	LossFirst     *float64 `json:"loss_first,omitempty"`
	LossLast      *float64 `json:"loss_last,omitempty"`
	StepsPerEpoch int      `json:"steps_per_epoch,omitempty"`
	*Roofline
}

// steps are the times of what was repeated.
type steps struct {
	took []time.Duration
	cpu  time.Duration // for one, on average
}

// extremes are the minimum and the median.
func (s steps) extremes() (least, middle time.Duration) {
	sorted := slices.Clone(s.took)
	slices.Sort(sorted)
	return sorted[0], sorted[len(sorted)/2]
}

// over divides the times by the number of equal parts that each took.
func (s steps) over(parts int) steps {
	out := steps{cpu: s.cpu / time.Duration(parts)}
	for _, d := range s.took {
		out.took = append(out.took, d/time.Duration(parts))
	}
	return out
}

// measure repeats f for the budget, after some runs that do not count.
func (o *options) measure(warm, least int, f func() error) (steps, error) {
	for range warm {
		if err := f(); err != nil {
			return steps{}, err
		}
	}
	var s steps
	cpu := cpuTime()
	for start := time.Now(); len(s.took) < least || time.Since(start) < o.budget && len(s.took) < 200000; {
		t := time.Now()
		if err := f(); err != nil {
			return steps{}, err
		}
		s.took = append(s.took, time.Since(t))
	}
	s.cpu = (cpuTime() - cpu) / time.Duration(len(s.took))
	return s, nil
}

// add keeps the line of a measured variant, with the memory that it took up to now, and returns it.
func (b *bench) add(via string, batch int, s steps) *line {
	l := &line{
		Framework: "gorgonin", Workload: b.options.workload, Mode: b.mode, Via: via, Threads: b.threads, Batch: batch,
		RSSMb: peakMemory(), Params: b.model.CountParams(), BuildS: b.built.Seconds(),
	}
	if len(s.took) > 0 {
		least, middle := s.extremes()
		lo, mid := milliseconds(least), milliseconds(middle)
		l.StepMsMin, l.StepMsMedian, l.CPUMsMean, l.N = &lo, &mid, milliseconds(s.cpu), len(s.took)
		l.SamplesPerS, l.SamplesBest = float64(batch)/mid*1e3, float64(batch)/lo*1e3
	}
	b.lines = append(b.lines, l)
	return l
}

// print prints the lines that were kept. All belong to one program, whose roofline is r; nil if it is not known.
func (b *bench) print(r *Roofline) error {
	for _, l := range b.lines {
		l.Roofline = r
		if err := print(l); err != nil {
			return err
		}
	}
	return nil
}

func print(l any) error { return json.NewEncoder(os.Stdout).Encode(l) }

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }

// peakMemory is the largest resident set so far, in MB; 0 where the system does not tell.
func peakMemory() float64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	text, _ := io.ReadAll(f)
	for _, l := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}
