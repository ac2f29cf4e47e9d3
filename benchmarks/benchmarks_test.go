package main

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/internal/kernels"
)

// TestParams holds the models against the parameter counts of the same models in Keras.
func TestParams(t *testing.T) {
	for name, want := range map[string]int{
		"quickstart": 7114, "mlp": 669706, "cnn": 34826, "lstm": 2691713, "resnet20": 274442, "transformer": 657758, "functional": 82370,
		"mobilenet": 3538984,
	} {
		m, err := workloads[name].model()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := m.CountParams(); got != want {
			t.Errorf("%s has %d parameters, want %d", name, got, want)
		}
	}
}

// TestStepByHand wants the first loss of the step by hand to be that of the model's own step, and later losses to fall.
func TestStepByHand(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"quickstart", "functional"} {
		w := workloads[name]
		x, y := w.data(4)
		m, err := w.model()
		if err != nil {
			t.Fatal(err)
		}
		twin, err := m.Clone()
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Compile(w.compile()); err != nil {
			t.Fatal(err)
		}
		if err := twin.SetWeights(m.Weights()); err != nil {
			t.Fatal(err)
		}
		in := append(inOrder(m.InputNames(), x), inOrder(m.OutputNames(), y)...)
		c, err := trainingStep(twin, w.compile(), in[len(m.InputNames()):])
		if err != nil {
			t.Fatal(err)
		}
		f, err := engine.Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			out, err := f.Run(ctx, in...)
			if err != nil {
				t.Fatal(err)
			}
			if err := m.ResetMetrics(); err != nil {
				t.Fatal(err)
			}
			logs, err := m.TrainOnBatch(ctx, data.Batch{X: x, Y: y})
			if err != nil {
				t.Fatal(err)
			}
			if got := data.Float64s(out[0])[0]; math.Abs(got-logs["loss"]) > 1e-5*max(1, got) {
				t.Errorf("%s: the loss is %v, the model says %v", name, got, logs["loss"])
			}
		}
	}
}

func TestRoofline(t *testing.T) {
	m, err := mlp()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{options: options{threads: 1}, model: m, backend: &native.Backend{Threads: 1}}
	r, err := b.roofline(b.inference(), 128)
	if err != nil {
		t.Fatal(err)
	}
	if least := int64(2 * 128 * (784*512 + 512*512 + 512*10)); r.FLOPs < least || r.FLOPs > least*11/10 {
		t.Errorf("%d operations, want a little over %d", r.FLOPs, least)
	}
	if least := int64(4 * (669706 + 128*(784+10))); r.MovedBytes < least || r.MovedBytes > 2*least {
		t.Errorf("%d bytes moved, want up to twice %d", r.MovedBytes, least)
	}
	if r.BandwidthGBps <= 0 || r.RooflineMs != r.ArithmeticMs+r.MemoryMs {
		t.Errorf("a strange roofline: %+v", r)
	}
}

func TestConvolutionShapes(t *testing.T) {
	for _, c := range []struct {
		c            convolution
		side, before int
	}{
		{convolution{side: 13, size: 3, stride: 1}, 11, 0},
		{convolution{side: 32, size: 3, stride: 1, same: true}, 32, 1},
		{convolution{side: 32, size: 3, stride: 2, same: true}, 16, 0},
		{convolution{side: 32, size: 1, stride: 2, same: true}, 16, 0},
		{convolution{side: 57, size: 3, stride: 2}, 28, 0},
	} {
		if s := c.c.shape(); s.OutSp[0] != c.side || s.PadLo[0] != c.before {
			t.Errorf("%v: side %d and %d before, want %d and %d", c.c, s.OutSp[0], s.PadLo[0], c.side, c.before)
		}
	}
}

func TestMeasure(t *testing.T) {
	runs := 0
	o := options{budget: time.Millisecond}
	s, err := o.measure(2, 5, func() error { runs++; return nil })
	if err != nil || runs != len(s.took)+2 || len(s.took) < 5 {
		t.Errorf("%d runs, %d measured, error %v", runs, len(s.took), err)
	}
	least, middle := steps{took: []time.Duration{9, 3, 6}}.over(3).extremes()
	if least != 1 || middle != 2 {
		t.Errorf("the minimum is %d and the median %d, want 1 and 2", least, middle)
	}
	if name := productName(kernels.MatMulShape{M: 1, N: 2, K: 3, TransB: true, Batch: []int{4}}); name != "4 x 1x2x3 bT" {
		t.Errorf("the name is %q", name)
	}
}

func TestReport(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "lines.jsonl")
	const lines = `{"workload":"mlp","mode":"train","threads":1,"batch":128,"backend":"jax","ours":{"via":"fit","ms_min":9,"ms_median":9},"peer":{"via":"fit","ms_min":1,"ms_median":1},"ratio_min":0.1,"ratio_median":0.1}
{"workload":"mlp","mode":"train","threads":1,"batch":128,"backend":"jax","ours":{"via":"fit","ms_min":4,"ms_median":4.5,"rss_mb":30},"peer":{"via":"fit_spe32","ms_min":6,"ms_median":6.75,"rss_mb":400},"ratio_min":1.5,"ratio_median":1.25,"date":"2026-01-02T03:04:05","machine":{"cpu":"Some CPU","cores":2},"runs":{"ours":[{"lines":[{"via":"fit","arithmetic_ms":3,"memory_ms":0.5,"roofline_ms":3.5}]}],"peer":[{"lines":[{"versions":{"keras":"3.15.1"}}]}]}}
{"workload":"cnn","mode":"train","threads":2,"batch":1,"backend":"jax","refused":"it failed"}

{"workload":"gemm","name":"8x8x8","threads":1,"gflops":50,"peak_gflops":100,"fraction":0.5,"gbps":7}
{"workload":"gemm","name":"8x8x8","threads":2,"gflops":80,"peak_gflops":200,"fraction":0.4}
{"workload":"conv","name":"3x3","threads":1,"gflops":90,"peak_gflops":100,"fraction":0.9}
{"workload":"sweep","mode":"train","over":"batch","size":1,"threads":1,"us_per_sample":10,"gflops":1}
{"workload":"sweep","mode":"train","over":"batch","size":2,"threads":1,"us_per_sample":6,"gflops":2,"against_linear":0.6}
`
	if err := os.WriteFile(file, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := report(&page, []string{file}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Some CPU, 2 cores. Measured on 2026-01-02.", "keras 3.15.1", "## Against Keras, 1 thread",
		"| mlp | train | 128 | 4 / 4.5 | 6 / 6.75 | jax, fit_spe32 | **1.50** | 1.25 | 30 / 400 | **arithmetic 75%**, 12%, 12% |",
		"Geometric mean of the ratios: **1.50** on minima, 1.25 on medians. The least: mlp train, 1.50.",
		"| 8x8x8 | 50.0 | 50% | 7 | 80.0 | 40% | 0 |", "| 3x3 | 90.0 | 90% | 0 |", "| train over batch, 1 thread | 10 | 6 | 0.60 | 2 |",
		"**Peak.** 200 GFLOP/s of float32 multiply-adds on 2 threads.", "## How to repeat it",
		"Not compared: cnn against jax: it failed",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, page.String())
		}
	}
	if err := os.WriteFile(file, []byte("{}\n{\"workload\":\"?\"}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := report(&page, []string{file}); err == nil || !strings.Contains(err.Error(), "lines.jsonl: line 1") {
		t.Errorf("lines of no kind: %v", err)
	}
}

func TestDrawSweep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sweep.svg")
	err := drawSweep(path, []sweepLine{{Mode: "train", Over: "batch", Size: 1, GFLOPs: 3}, {Mode: "train", Over: "batch", Size: 4, GFLOPs: 9}})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.Contains(b, []byte("<svg")) {
		t.Errorf("no picture: %v", err)
	}
}
