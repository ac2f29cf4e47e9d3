// Command benchmarks measures the library on the models that the field is compared by, and prints a JSON line for each way of
// doing the work:
//
//	go build -o bench ./benchmarks && ./bench --workload mlp --mode train --threads 1
//
// Workloads: quickstart, mlp, cnn, lstm, resnet20, transformer, functional, mobilenet. Modes: train (steps on one batch, the
// compiled step, and Fit), predict (samples in batches), latency (one sample), cold (build quickstart, predict once, exit).
// Times are of the host: memory in, memory out. Each line says what the hardware would take for the same work (roofline.go).
//
// Workloads without a mode: gemm and conv (kernels beside the peak of the processor), sweep (time for a sample over batch sizes
// and widths; --plot FILE draws it). A file of lines becomes the page docs/performance.md by --report (report.go).
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/gorgonin/gorgonin/backend/native"
)

// options are the command's flags.
type options struct {
	workload, mode string
	threads, batch int
	budget         time.Duration
	plot, without  string
}

func main() {
	var o options
	var seconds float64
	flag.StringVar(&o.workload, "workload", "mlp", "which model; or gemm, conv, sweep")
	flag.StringVar(&o.mode, "mode", "train", "train, predict, latency or cold")
	flag.IntVar(&o.threads, "threads", 1, "number of threads")
	flag.IntVar(&o.batch, "batch", 0, "batch size; 0: the workload's")
	flag.Float64Var(&seconds, "budget", 2.5, "seconds for each measured variant")
	flag.StringVar(&o.plot, "plot", "", "draw a sweep to this .svg or .png file")
	flag.StringVar(&o.without, "without", "", "fusions to leave out, as native.Backend.Without names them")
	pages := flag.Bool("report", false, "write the page of the lines in the files that are named behind the flags")
	profile := flag.String("cpuprofile", "", "write a CPU profile of the whole run to this file")
	flag.Parse()
	o.budget = time.Duration(seconds * float64(time.Second))
	if err := start(o, *pages, *profile); err != nil {
		log.Fatal(err)
	}
}

func start(o options, pages bool, profile string) error {
	if pages {
		return report(os.Stdout, flag.Args())
	}
	stop, err := startProfile(profile)
	if err != nil {
		return err
	}
	defer stop()
	return run(context.Background(), o)
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
	if o.threads < 1 {
		return fmt.Errorf("--threads is %d, want at least 1", o.threads)
	}
	runtime.GOMAXPROCS(o.threads)
	b := &bench{options: o, backend: &native.Backend{Threads: o.threads, Without: o.without}}
	switch o.workload {
	case "gemm":
		return b.products()
	case "conv":
		return b.convolutions()
	case "sweep":
		return b.sweep(ctx)
	}
	var ok bool
	if b.workload, ok = workloads[o.workload]; !ok {
		return fmt.Errorf("unknown workload %q: want one of %v, gemm, conv, sweep", o.workload, names())
	}
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
