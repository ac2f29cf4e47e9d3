package targets

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

type opf func(e *eval, a *cases.Args) graph.Nodes

func TestZZB(t *testing.T) {
	root := "/work/shared/conformance/ops"
	dirs, _ := os.ReadDir(root)
	pass, total := map[string]int{}, map[string]int{}
	for _, d := range dirs {
		c, err := cases.Load(filepath.Join(root, d.Name()))
		if err != nil { t.Error(err); continue }
		f := table[c.Target.Name]
		if f == nil { continue }
		total[c.Target.Name]++
		err = func() (err error) {
			defer func() { if r := recover(); r != nil { err = fmt.Errorf("panic %v", r) } }()
			e := newEval()
			a := cases.NewArgs(c.Target.Name, c.Args)
			ys := f(e, a)
			for _, k := range []string{"sparse","flash_attention","synchronized","sorted","epsilon","alpha","axis","rcond","compute_uv"} { if a.Has(k) { a.Get(k) } }
			if err := a.Err(); err != nil && !strings.Contains(err.Error(), "unsupported") { return fmt.Errorf("args: %w", err) }
			if err := e.g.Err(); err != nil { return err }
			if err := graph.Nodes(ys).FirstErr(); err != nil { return err }
			return e.check(c, ys)
		}()
		if err != nil {
			s := err.Error(); if len(s) > 300 { s = s[:300] }
			fmt.Println(d.Name(), s); if os.Getenv("SHOW") != "" { x, _ := c.Array("x0"); fmt.Println(x.Data) }
		} else { pass[c.Target.Name]++ }
	}
	var names []string
	for n := range total { names = append(names, n) }
	sort.Strings(names)
	var b strings.Builder
	for _, n := range names { fmt.Fprintf(&b, "%s %d/%d; ", n, pass[n], total[n]) }
	fmt.Println(b.String())
}

func (e *eval) arg(a *cases.Args, name string) *graph.Node { n, err := e.node(a.Get(name)); if err != nil { panic(err) }; return n }
func one(f func(e *eval, a *cases.Args) *graph.Node) opf { return func(e *eval, a *cases.Args) graph.Nodes { return graph.Nodes{f(e, a)} } }
func un(f func(x *graph.Node) *graph.Node) opf { return one(func(e *eval, a *cases.Args) *graph.Node { return f(e.arg(a, "x")) }) }
func ints(a *cases.Args, name string) []int { if !a.Has(name) { return nil }; if k := a.Get(name).Kind(); a.Get(name).IsSequence() { _ = k; return a.Ints(name) }; return []int{a.Int(name, 0)} }
func convo(a *cases.Args) ops.ConvOptions {
	return ops.ConvOptions{Strides: ints(a, "strides"), DilationRate: ints(a, "dilation_rate"), Padding: a.Str("padding", "valid"), DataFormat: a.Str("data_format", ""), OutputPadding: ints(a, "output_padding")}
}
func poolo(a *cases.Args) ops.PoolOptions { return ops.PoolOptions{Strides: ints(a, "strides"), Padding: a.Str("padding", "valid"), DataFormat: a.Str("data_format", "")} }
func hot(a *cases.Args) ops.OneHotOptions { ax := a.Int("axis", -1); return ops.OneHotOptions{Axis: &ax, Dtype: graph.Dtype(a.Str("dtype", ""))} }

var table = map[string]opf{
	"ctc_loss": one(func(e *eval, a *cases.Args) *graph.Node { return ops.CTCLoss(e.arg(a, "target"), e.arg(a, "output"), e.arg(a, "target_length"), e.arg(a, "output_length"), a.Int("mask_index", 0)) }),
	"ctc_decode": func(e *eval, a *cases.Args) graph.Nodes { l, s := ops.CTCGreedyDecode(e.arg(a, "inputs"), e.arg(a, "sequence_lengths"), a.Bool("merge_repeated", true), a.Int("mask_index", 0)); return graph.Nodes{l, s} },
	"conv": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Conv(e.arg(a, "inputs"), e.arg(a, "kernel"), convo(a)) }),
	"depthwise_conv": one(func(e *eval, a *cases.Args) *graph.Node { return ops.DepthwiseConv(e.arg(a, "inputs"), e.arg(a, "kernel"), convo(a)) }),
	"conv_transpose": one(func(e *eval, a *cases.Args) *graph.Node { return ops.ConvTranspose(e.arg(a, "inputs"), e.arg(a, "kernel"), convo(a)) }),
	"separable_conv": one(func(e *eval, a *cases.Args) *graph.Node { return ops.SeparableConv(e.arg(a, "inputs"), e.arg(a, "depthwise_kernel"), e.arg(a, "pointwise_kernel"), convo(a)) }),
	"max_pool": one(func(e *eval, a *cases.Args) *graph.Node { return ops.MaxPool(e.arg(a, "inputs"), ints(a, "pool_size"), poolo(a)) }),
	"average_pool": one(func(e *eval, a *cases.Args) *graph.Node { return ops.AveragePool(e.arg(a, "inputs"), ints(a, "pool_size"), poolo(a)) }),
	"take": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Take(e.arg(a, "x"), e.arg(a, "indices"), ints(a, "axis")...) }),
	"take_along_axis": one(func(e *eval, a *cases.Args) *graph.Node { return ops.TakeAlongAxis(e.arg(a, "x"), e.arg(a, "indices"), ints(a, "axis")...) }),
	"scatter": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Scatter(e.arg(a, "indices"), e.arg(a, "values"), a.Ints("shape")...) }),
	"scatter_update": one(func(e *eval, a *cases.Args) *graph.Node { return ops.ScatterUpdate(e.arg(a, "inputs"), e.arg(a, "indices"), e.arg(a, "updates"), a.Str("reduction", "")) }),
	"slice_update": one(func(e *eval, a *cases.Args) *graph.Node {
		if a.Get("start_indices").IsSequence() { return ops.SliceUpdate(e.arg(a, "inputs"), a.Ints("start_indices"), e.arg(a, "updates")) }
		return ops.DynamicSliceUpdate(e.arg(a, "inputs"), e.arg(a, "start_indices"), e.arg(a, "updates")) }),
	"one_hot": one(func(e *eval, a *cases.Args) *graph.Node { return ops.OneHot(e.arg(a, "x"), a.Int("num_classes", 0), hot(a)) }),
	"multi_hot": one(func(e *eval, a *cases.Args) *graph.Node { return ops.MultiHot(e.arg(a, "inputs"), a.Int("num_classes", 0), hot(a)) }),
	"sort": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Sort(e.arg(a, "x"), a.Int("axis", -1)) }),
	"argsort": one(func(e *eval, a *cases.Args) *graph.Node { x := e.arg(a, "x"); if a.Get("axis").IsNull() && a.Get("axis") != nil { x = ops.Ravel(x) }; return ops.Argsort(x, a.Int("axis", -1)) }),
	"argpartition": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Argpartition(e.arg(a, "x"), a.Int("kth", 0), a.Int("axis", -1)) }),
	"top_k": func(e *eval, a *cases.Args) graph.Nodes { v, i := ops.TopK(e.arg(a, "x"), a.Int("k", 1)); return graph.Nodes{v, i} },
	"in_top_k": one(func(e *eval, a *cases.Args) *graph.Node { return ops.InTopK(e.arg(a, "targets"), e.arg(a, "predictions"), a.Int("k", 1)) }),
	"searchsorted": one(func(e *eval, a *cases.Args) *graph.Node { return ops.SearchSorted(e.arg(a, "sorted_sequence"), e.arg(a, "values"), a.Str("side", "left")) }),
	"digitize": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Digitize(e.arg(a, "x"), e.arg(a, "bins")) }),
	"bincount": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Bincount(e.arg(a, "x"), e.arg(a, "weights"), nbins(e, a)) }),
	"segment_sum": one(func(e *eval, a *cases.Args) *graph.Node { return ops.SegmentSum(e.arg(a, "data"), e.arg(a, "segment_ids"), a.Int("num_segments", 3)) }),
	"segment_max": one(func(e *eval, a *cases.Args) *graph.Node { return ops.SegmentMax(e.arg(a, "data"), e.arg(a, "segment_ids"), a.Int("num_segments", 3)) }),
	"softmax": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Softmax(e.arg(a, "x"), ints(a, "axis")...) }),
	"log_softmax": one(func(e *eval, a *cases.Args) *graph.Node { return ops.LogSoftmax(e.arg(a, "x"), ints(a, "axis")...) }),
	"logsumexp": one(func(e *eval, a *cases.Args) *graph.Node { return ops.LogSumExp(e.arg(a, "x"), ints(a, "axis")...) }),
	"binary_crossentropy": one(func(e *eval, a *cases.Args) *graph.Node { return ops.BinaryCrossentropy(e.arg(a, "target"), e.arg(a, "output"), a.Bool("from_logits", false)) }),
	"categorical_crossentropy": one(func(e *eval, a *cases.Args) *graph.Node { return ops.CategoricalCrossentropy(e.arg(a, "target"), e.arg(a, "output"), a.Bool("from_logits", false)) }),
	"sparse_categorical_crossentropy": one(func(e *eval, a *cases.Args) *graph.Node { return ops.SparseCategoricalCrossentropy(e.arg(a, "target"), e.arg(a, "output"), a.Bool("from_logits", false)) }),
	"celu": un(func(x *graph.Node) *graph.Node { return ops.Celu(x, 1) }), "elu": un(func(x *graph.Node) *graph.Node { return ops.Elu(x, 0.5) }), "selu": un(ops.Selu),
	"gelu": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Gelu(e.arg(a, "x"), a.Bool("approximate", true)) }),
	"glu": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Glu(e.arg(a, "x"), a.Int("axis", -1)) }),
	"hard_shrink": un(func(x *graph.Node) *graph.Node { return ops.HardShrink(x, 0.5) }), "soft_shrink": one(func(e *eval, a *cases.Args) *graph.Node { return ops.SoftShrink(e.arg(a, "x"), a.Float("threshold", 0.5)) }),
	"hard_sigmoid": un(ops.HardSigmoid), "hard_silu": un(ops.HardSilu), "hard_tanh": un(ops.HardTanh), "leaky_relu": one(func(e *eval, a *cases.Args) *graph.Node { return ops.LeakyRelu(e.arg(a, "x"), a.Float("negative_slope", 0.2)) }),
	"relu6": un(ops.Relu6), "softsign": un(ops.Softsign), "sparse_plus": un(ops.SparsePlus), "sparse_sigmoid": un(ops.SparseSigmoid), "tanh_shrink": un(ops.TanhShrink),
	"sparsemax": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Sparsemax(e.arg(a, "x"), a.Int("axis", -1)) }),
	"squareplus": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Squareplus(e.arg(a, "x"), a.Float("b", 4)) }),
	"threshold": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Threshold(e.arg(a, "x"), a.Float("threshold", 0), a.Float("default_value", 0)) }),
	"moments": func(e *eval, a *cases.Args) graph.Nodes { m, v := ops.Moments(e.arg(a, "x"), a.Ints("axes"), a.Bool("keepdims", false)); return graph.Nodes{m, v} },
	"normalize": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Normalize(e.arg(a, "x"), a.Int("axis", -1), ops.NormalizeOptions{Order: a.Float("order", 2), Epsilon: a.Float("epsilon", 0)}) }),
	"batch_normalization": one(func(e *eval, a *cases.Args) *graph.Node { return ops.BatchNormalization(e.arg(a, "x"), e.arg(a, "mean"), e.arg(a, "variance"), a.Int("axis", -1), e.arg(a, "offset"), e.arg(a, "scale"), a.Float("epsilon", 1e-3)) }),
	"layer_normalization": one(func(e *eval, a *cases.Args) *graph.Node { return ops.LayerNormalization(e.arg(a, "x"), e.arg(a, "gamma"), e.arg(a, "beta"), a.Float("epsilon", 1e-7)) }),
	"psnr": one(func(e *eval, a *cases.Args) *graph.Node { return ops.PSNR(e.arg(a, "x1"), e.arg(a, "x2"), a.Float("max_val", 1)) }),
	"dot_product_attention": one(func(e *eval, a *cases.Args) *graph.Node { return ops.DotProductAttention(e.arg(a, "query"), e.arg(a, "key"), e.arg(a, "value"), ops.AttentionOptions{Bias: e.arg(a, "bias"), Mask: e.arg(a, "mask"), Scale: a.Float("scale", 0), IsCausal: a.Bool("is_causal", false)}) }),
	"space_to_depth": one(func(e *eval, a *cases.Args) *graph.Node { return ops.SpaceToDepth(e.arg(a, "x"), a.Int("block_size", 0), a.Str("data_format", "")) }),
	"depth_to_space": one(func(e *eval, a *cases.Args) *graph.Node { return ops.DepthToSpace(e.arg(a, "x"), a.Int("block_size", 0), a.Str("data_format", "")) }),
	"unfold": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Unfold(e.arg(a, "x"), ints(a, "kernel_size"), ops.FoldOptions{Dilation: ints(a, "dilation"), Padding: ints(a, "padding"), Stride: ints(a, "stride")}) }),
	"fold": one(func(e *eval, a *cases.Args) *graph.Node { s := ints(a, "output_size"); s = append(s, s[0]); return ops.Fold(e.arg(a, "x"), [2]int{s[0], s[1]}, ints(a, "kernel_size"), ops.FoldOptions{Dilation: ints(a, "dilation"), Padding: ints(a, "padding"), Stride: ints(a, "stride")}) }),
	"norm": one(func(e *eval, a *cases.Args) *graph.Node {
		o := ops.NormOptions{Axes: ints(a, "axis"), KeepDims: a.Bool("keepdims", false)}
		v := a.Get("ord")
		if s, err := v.Str(); err == nil && !v.IsNull() { o.Kind = s } else if !v.IsNull() { o.Order = a.Float("ord", 0); if o.Order == 0 { o.Order = graph.Zero } }
		return ops.Norm(e.arg(a, "x"), o) }),
	"cholesky": one(func(e *eval, a *cases.Args) *graph.Node { l := ops.Cholesky(e.arg(a, "x")); if a.Bool("upper", false) { l = ops.SwapAxes(l, -1, -2) }; return l }),
	"det": un(ops.Det), "inv": un(ops.Inv), "logdet": un(ops.LogDet),
	"lstsq": one(func(e *eval, a *cases.Args) *graph.Node { return ops.Lstsq(e.arg(a, "a"), e.arg(a, "b")) }),
	"pinv": un(func(x *graph.Node) *graph.Node { return ops.Pinv(x) }), "matrix_rank": un(func(x *graph.Node) *graph.Node { return ops.MatrixRank(x) }),
	"qr": func(e *eval, a *cases.Args) graph.Nodes { q, r := ops.QR(e.arg(a, "x"), a.Str("mode", "reduced")); return graph.Nodes{q, r} },
	"slogdet": func(e *eval, a *cases.Args) graph.Nodes { q, r := ops.Slogdet(e.arg(a, "x")); return graph.Nodes{q, r} },
	"svd": func(e *eval, a *cases.Args) graph.Nodes { _, r, _ := ops.SVD(e.arg(a, "x"), a.Bool("full_matrices", true)); return graph.Nodes{r} },
	"solve_triangular": one(func(e *eval, a *cases.Args) *graph.Node { return ops.SolveTriangular(e.arg(a, "a"), e.arg(a, "b"), a.Bool("lower", false)) }),
}
var _ = math.Pi

func nbins(e *eval, a *cases.Args) int {
	t, err := a.Get("x").Tensor(); if err != nil { panic(err) }
	n := a.Int("minlength", 0)
	switch d := t.Data.(type) {
	case []int32: for _, v := range d { n = max(n, int(v)+1) }
	case []int64: for _, v := range d { n = max(n, int(v)+1) }
	case []uint8: for _, v := range d { n = max(n, int(v)+1) }
	}
	return n
}
