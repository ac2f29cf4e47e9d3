package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// write writes the page.
func (r *results) write(w io.Writer) error {
	var p strings.Builder
	p.WriteString(preface)
	r.where(&p)
	for _, threads := range r.threads() {
		r.comparison(&p, threads)
	}
	kernelTable(&p, "Matrix products", productsText, r.gemm)
	kernelTable(&p, "Convolutions", convolutionsText, r.conv)
	r.sizes(&p)
	p.WriteString(repeat)
	for _, bad := range r.refusedOrBad {
		fmt.Fprintf(&p, "\nNot compared: %s\n", bad)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

const preface = `# Performance

What the library takes for common models, beside Keras 3 on the fastest of its backends, and how near its kernels come to what the processor
can do. [architecture.md](architecture.md) tells how the speed comes about.

`

const repeat = `
## How to repeat it

This page is written from lines that the benchmark command prints, and from those of a comparison: a program that runs the same command and
Keras in turns, and adds up a line for each row.

    go build -o bench ./benchmarks
    ./bench --workload mlp --mode train --threads 1            # or predict, latency; with other models; --without all: no fusions
    ./bench --workload gemm --threads 1 >> lines.jsonl         # and conv; with --threads 2
    ./bench --workload sweep --plot docs/sweep.svg >> lines.jsonl
    go run ./benchmarks -report comparison.jsonl lines.jsonl > docs/performance.md

Each line holds the minimum and the median of a step, the processor time of all threads, the peak memory of the process, and what the
hardware would take. On a shared machine trust minima and processor time; pin the process (` + "`taskset`" + `).

The environment variable GORGONIN_SIMD chooses the instructions of the kernels: ` + "`off`" + ` (portable Go), ` + "`avx2`, `avx512` or `neon`" + `;
unset, the best for the processor. Another value, or one that the processor lacks, is ignored with a warning.
` + "`native.Backend`" + ` has a field Without that leaves out fusions by name, NoSIMD for portable Go, and Threads. Results have the same bits for
any number of threads.
`

const method = `**Method.** A row is a workload, a mode, a number of threads and a batch size. In each round our program and Keras run in turns, each
as a new process on the same pinned cores; the minimum is over all steps of all rounds, the median that of the rounds' medians. Ratios are
Keras / gorgonin: above 1 gorgonin is ahead. Best meets best: train is the best of a loop over ` + "`TrainOnBatch`" + `, the compiled step and ` + "`Fit`" + `
against the best of ` + "`train_on_batch`" + ` and ` + "`fit`" + ` (with many steps an execution where that helps); predict and latency are the best of ` + "`Predict`" + `
and the compiled function on both sides, host memory in and out. Cold is a whole process: build a model, predict once, exit.
Workloads are defined in [benchmarks/workloads.go](../benchmarks/workloads.go), and have as many parameters as their twins in Keras.

**What limits a row.** *Arithmetic* is the time that the program's floating point operations take at the multiply-add peak, *memory* the time
that its inputs, outputs, parameters and intermediate results take at the bandwidth of memory of that size, *rest* what is left: calls, loops,
and kernels below the peak. Both peaks are measured in the same process and on the same threads
([benchmarks/roofline.go](../benchmarks/roofline.go)). They overlap, so that the three may add up to more than 100%; and
some convolutions take fewer operations than are counted (Winograd).
`

const productsText = `Float32 products of rows x columns x length; aT, bT: that operand is stored transposed. The peak is measured right before and after;
GB/s counts operands and result once: products with a vector, and small or thin ones, are limited by it.`

const convolutionsText = `Float32 convolutions, channels last: size / stride, batch x rows x columns x channels to channels; dx and dw are the gradients for
the input and the kernel. Operations are those of the definition: Winograd's way takes fewer, so that it can be above 100%.`

// where names the machine and the software.
func (r *results) where(p *strings.Builder) {
	if len(r.rows) > 0 {
		last := r.rows[len(r.rows)-1]
		fmt.Fprintf(p, "**Machine.** %s, %d cores. Measured on %s.\n\n", last.Machine.CPU, last.Machine.Cores, day(last.Date))
		var all []string
		for _, x := range r.rows {
			for _, v := range x.versions() {
				if !slices.Contains(all, v) {
					all = append(all, v)
				}
			}
		}
		slices.Sort(all)
		if len(all) > 0 {
			fmt.Fprintf(p, "**Software.** %s.\n\n", strings.Join(all, ", "))
		}
	}
	for _, n := range []int{1, 2, 4, 8} {
		if top := r.peak(n); top > 0 {
			fmt.Fprintf(p, "**Peak.** %.0f GFLOP/s of float32 multiply-adds on %s.\n\n", top, plural(n, "thread"))
		}
	}
	p.WriteString(method)
}

// peak is the best that was measured around kernels on so many threads, 0 if there are none.
func (r *results) peak(threads int) (top float64) {
	for _, l := range slices.Concat(r.gemm, r.conv) {
		if l.Threads == threads {
			top = max(top, l.PeakGFLOPs)
		}
	}
	return top
}

func day(date string) string {
	d, _, _ := strings.Cut(date, "T")
	return d
}

func (r *results) threads() []int {
	var all []int
	for _, x := range r.rows {
		if !slices.Contains(all, x.Threads) {
			all = append(all, x.Threads)
		}
	}
	slices.Sort(all)
	return all
}

// comparison is the table of one number of threads.
func (r *results) comparison(p *strings.Builder, threads int) {
	fmt.Fprintf(p, "\n## Against Keras, %s\n\n", plural(threads, "thread"))
	p.WriteString("| workload | mode | batch | gorgonin ms, min / median | Keras ms, min / median | Keras's best | ratio of minima | of medians | MB, ours / Keras | limits: arithmetic, memory, rest |\n")
	p.WriteString("|---|---|--:|--:|--:|---|--:|--:|--:|---|\n")
	var minima, medians []float64
	for _, x := range r.rows {
		if x.Threads != threads {
			continue
		}
		minima, medians = append(minima, x.RatioMin), append(medians, x.RatioMedian)
		fmt.Fprintf(p, "| %s | %s | %d | %s / %s | %s / %s | %s, %s | **%.2f** | %.2f | %.0f / %.0f | %s |\n", x.Workload, x.Mode, x.Batch,
			figure(x.Ours.MsMin), figure(x.Ours.MsMedian), figure(x.Peer.MsMin), figure(x.Peer.MsMedian), x.Backend, x.Peer.Via,
			x.RatioMin, x.RatioMedian, x.Ours.RSSMb, x.Peer.RSSMb, limits(x))
	}
	worst := slices.Index(minima, slices.Min(minima))
	of := r.of(threads)[worst]
	fmt.Fprintf(p, "\nGeometric mean of the ratios: **%.2f** on minima, %.2f on medians. The least: %s %s, %.2f.\n",
		mean(minima), mean(medians), of.Workload, of.Mode, of.RatioMin)
}

func (r *results) of(threads int) []row {
	return slices.DeleteFunc(slices.Clone(r.rows), func(x row) bool { return x.Threads != threads })
}

// limits tells what a step of ours spends, the largest part in bold.
func limits(x row) string {
	roof, ok := x.roofline()
	if !ok {
		return ""
	}
	parts := []float64{roof.ArithmeticMs, roof.MemoryMs, max(0, x.Ours.MsMin-roof.ArithmeticMs-roof.MemoryMs)}
	most := slices.Index(parts, slices.Max(parts))
	text := make([]string, len(parts))
	for i, ms := range parts {
		text[i] = fmt.Sprintf("%.0f%%", 100*ms/x.Ours.MsMin)
		if i == most {
			text[i] = "**" + []string{"arithmetic", "memory", "rest"}[i] + " " + text[i] + "**"
		}
	}
	return strings.Join(text, ", ")
}

// kernelTable is the table of kernels, a column for each number of threads.
func kernelTable(p *strings.Builder, title, text string, all []kernelLine) {
	if len(all) == 0 {
		return
	}
	var names []string
	var threads []int
	for _, l := range all {
		if !slices.Contains(names, l.Name) {
			names = append(names, l.Name)
		}
		if !slices.Contains(threads, l.Threads) {
			threads = append(threads, l.Threads)
		}
	}
	slices.Sort(threads)
	fmt.Fprintf(p, "\n## %s\n\n%s\n\n| |", title, text)
	rule := "|---|"
	for _, n := range threads {
		fmt.Fprintf(p, " GFLOP/s, %s | of the peak | GB/s |", plural(n, "thread"))
		rule += "--:|--:|--:|"
	}
	fmt.Fprintf(p, "\n%s\n", rule)
	for _, name := range names {
		fmt.Fprintf(p, "| %s |", name)
		for _, n := range threads {
			i := slices.IndexFunc(all, func(l kernelLine) bool { return l.Name == name && l.Threads == n })
			if i < 0 {
				p.WriteString(" | | |")
				continue
			}
			fmt.Fprintf(p, " %.1f | %.0f%% | %.0f |", all[i].GFLOPs, 100*all[i].Fraction, all[i].GBps)
		}
		p.WriteString("\n")
	}
}

// sizes tells how the time grows with the batch size and the width.
func (r *results) sizes(p *strings.Builder) {
	if len(r.sweep) == 0 {
		return
	}
	p.WriteString("\n## Growth with the size\n\nAn MLP of two hidden layers, over batch sizes 1 to 4,096 (width 512) and widths 64 to 4,096 (batch 64). " +
		"The largest rise\nis the time beside that of the size before, grown as the work has: 1 is no rise.\n\n![The rate over sizes](sweep.svg)\n\n" +
		"| | us a sample at the smallest | at the largest | largest rise | at |\n|---|--:|--:|--:|--:|\n")
	type key struct {
		mode, over string
		threads    int
	}
	var order []key
	by := map[key][]sweepLine{}
	for _, l := range r.sweep {
		k := key{l.Mode, l.Over, l.Threads}
		if by[k] == nil {
			order = append(order, k)
		}
		by[k] = append(by[k], l)
	}
	for _, k := range order {
		lines := by[k]
		worst := slices.MaxFunc(lines, func(a, b sweepLine) int {
			switch {
			case a.AgainstLinear < b.AgainstLinear:
				return -1
			case a.AgainstLinear > b.AgainstLinear:
				return 1
			}
			return 0
		})
		fmt.Fprintf(p, "| %s over %s, %s | %.3g | %.3g | %.2f | %d |\n", k.mode, k.over, plural(k.threads, "thread"),
			lines[0].UsPerSample, lines[len(lines)-1].UsPerSample, worst.AgainstLinear, worst.Size)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// figure prints three digits.
func figure(ms float64) string {
	if ms >= 100 {
		return fmt.Sprintf("%.0f", ms)
	}
	return fmt.Sprintf("%.3g", ms)
}

// mean is the geometric one.
func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(x)))
}
