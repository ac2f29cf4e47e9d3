// Command benchmarks measures the library on the models that the field is compared by, and prints a JSON line for each way of
// doing the work:
//
//	go build -o bench ./benchmarks && ./bench --workload mlp --mode train --threads 1
//
// Workloads: quickstart, mlp, cnn, lstm, resnet20, transformer, functional. Modes: train (steps on one batch, and Fit), predict
// (1,024 samples in batches), latency (one sample), cold (build quickstart, predict once, exit). Times are of the host: memory
// in, memory out.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/functional"
)

// options are the command's flags.
type options struct {
	workload, mode string
	threads, batch int
	budget         time.Duration
}

func main() {
	var o options
	var seconds float64
	flag.StringVar(&o.workload, "workload", "mlp", "which model")
	flag.StringVar(&o.mode, "mode", "train", "train, predict, latency or cold")
	flag.IntVar(&o.threads, "threads", 1, "number of threads")
	flag.IntVar(&o.batch, "batch", 0, "batch size; 0: the workload's")
	flag.Float64Var(&seconds, "budget", 2.5, "seconds for each measured variant")
	profile := flag.String("cpuprofile", "", "write a CPU profile of the whole run to this file")
	flag.Parse()
	o.budget = time.Duration(seconds * float64(time.Second))
	stop, err := startProfile(*profile)
	if err == nil {
		err = run(context.Background(), o)
		stop()
	}
	if err != nil {
		log.Fatal(err)
	}
}

// startProfile begins a CPU profile, if a path is given, and returns what ends it.
func startProfile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, nil
}

func run(ctx context.Context, o options) error {
	w, ok := workloads[o.workload]
	if !ok {
		return fmt.Errorf("unknown workload %q: want one of %v", o.workload, names())
	}
	if o.threads < 1 {
		return fmt.Errorf("--threads is %d, want at least 1", o.threads)
	}
	runtime.GOMAXPROCS(max(o.threads, 1))
	debug.SetGCPercent(200)
	b := &bench{options: o, workload: w, backend: &native.Backend{Threads: o.threads}}
	switch o.mode {
	case "train":
		return b.train(ctx)
	case "predict":
		return b.predict(ctx)
	case "latency":
		return b.latency(ctx)
	case "cold":
		return b.cold(ctx)
	}
	return fmt.Errorf("unknown mode %q: want train, predict, latency or cold", o.mode)
}

// bench is one run of the command.
type bench struct {
	options
	workload workload
	backend  *native.Backend
	model    *functional.Model
	built    time.Duration
}

// line is what is printed.
type line struct {
	Framework     string   `json:"framework"`
	Workload      string   `json:"workload"`
	Mode          string   `json:"mode"`
	Via           string   `json:"via"`
	Threads       int      `json:"threads"`
	Batch         int      `json:"batch"`
	StepMsMin     *float64 `json:"step_ms_min,omitempty"`
	StepMsMedian  *float64 `json:"step_ms_median,omitempty"`
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
}

// emit prints the line of a measured variant.
func (b *bench) emit(via string, batch int, steps []time.Duration, more func(*line)) error {
	l := line{
		Framework: "gorgonin", Workload: b.options.workload, Mode: b.mode, Via: via, Threads: b.threads, Batch: batch,
		RSSMb: peakMemory(), Params: b.model.CountParams(), BuildS: b.built.Seconds(),
	}
	if len(steps) > 0 {
		least, middle := extremes(steps)
		lo, mid := least.Seconds()*1e3, middle.Seconds()*1e3
		l.StepMsMin, l.StepMsMedian, l.N = &lo, &mid, len(steps)
		l.SamplesPerS, l.SamplesBest = float64(batch)/mid*1e3, float64(batch)/lo*1e3
	}
	if more != nil {
		more(&l)
	}
	return json.NewEncoder(os.Stdout).Encode(l)
}
