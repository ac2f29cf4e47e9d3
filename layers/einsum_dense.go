package layers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// EinsumDense is activation(einsum(Equation, x, kernel) + bias), a dense layer along any axes: "abc,cd->abd" is Dense on
// three axes. x: (batch, ...) to (batch, OutputShape...). "..." stands for further axes, in front or behind. Weights: kernel,
// whose axes the equation names, and with BiasAxes bias.
// https://keras.io/api/layers/core_layers/einsum_dense
type EinsumDense struct {
	Equation          string
	OutputShape       []int             // without the batch axis and those under "..."; graph.None for what x says
	Activation        activations.Like  `default:"linear"`
	BiasAxes          string            // the letters of the output along which there is a bias; empty: no bias
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	LoraRank          int `keras:"lora_rank,omitempty"`  // above 0: the kernel is frozen and an update of this rank is learned
	LoraAlpha         int `keras:"lora_alpha,omitempty"` // the update is scaled by LoraAlpha/LoraRank; default LoraRank
	Name              string
	Base
}

// Call: x (batch, ...) to (batch, OutputShape...).
func (l *EinsumDense) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	e, err := parseEquation(l.Equation, in[0].Shape(), l.OutputShape)
	if err != nil {
		return c.Fail(err)
	}
	kernel := weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint)
	if kernel.Shape, err = e.kernel(); err != nil {
		return c.Fail(err)
	}
	act, bad := c.activation("Activation", l.Activation)
	if bad != nil {
		return bad
	}
	q, bad := c.quantization()
	if bad != nil {
		return bad
	}
	w, seen := e.quantized(c, in[0], kernel, q)
	var bias *graph.Node
	if l.BiasAxes != "" {
		b := weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint)
		if b.Shape, err = e.bias(l.BiasAxes); err != nil {
			return c.Fail(err)
		}
		bias = c.Param("bias", b)
	}
	if bias != nil && l.LoraRank == 0 && e.dense(l.BiasAxes) {
		return act(e.product(seen, w, bias))
	}
	y := ops.Einsum(l.Equation, seen, w)
	if l.LoraRank > 0 {
		a, b := c.loraPair("kernel", w, l.LoraRank, kernel)
		y = ops.Add(y, ops.Mul(ops.MatMul(ops.Einsum(l.Equation, in[0], a), b), loraScale(l.LoraRank, l.LoraAlpha)))
	}
	if bias != nil {
		y = ops.Add(y, bias)
	}
	return act(y)
}

// equation is an einsum equation of an input with a kernel, and the sizes that its letters stand for.
type equation struct {
	text                string
	input, weight, want string // the letters of the input, the kernel and the output
	ahead, behind       int    // axes under "..." before and behind the letters
	inSize, outSize     map[rune]int
}

var equationForms = regexp.MustCompile(`^(0?)([a-zA-Z]+)(0?),([a-zA-Z]+)->(0?)([a-zA-Z]+)(0?)$`)

// parseEquation reads [X],[Y]->[Z], ...[X],[Y]->...[Z] or [X]...,[Y]->[Z]....
func parseEquation(text string, in graph.Shape, out []int) (equation, error) {
	m := equationForms.FindStringSubmatch(strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), "...", "0"))
	if m == nil || m[1] != m[5] || m[3] != m[7] || m[1] != "" && m[3] != "" {
		return equation{}, fmt.Errorf("Equation is %q, want the form [X],[Y]->[Z], ...[X],[Y]->...[Z] or [X]...,[Y]->[Z]...", text)
	}
	e := equation{text: text, input: m[2], weight: m[4], want: m[6], inSize: map[rune]int{}, outSize: map[rune]int{}}
	elided := in.Rank() - len(e.input)
	if elided < 0 || elided > 0 && m[1] == "" && m[3] == "" {
		return e, fmt.Errorf("the input has the shape %v, Equation %q names %d axes of it", in, text, len(e.input))
	}
	if m[1] != "" {
		e.ahead = elided
	} else {
		e.behind = elided
	}
	for i, r := range e.input {
		e.inSize[r] = in[e.ahead+i]
	}
	// OutputShape leaves out the first axis: the batch, whether it has a letter or stands under "...".
	sizes := append([]int{in[0]}, out...)
	if e.ahead > 0 {
		sizes = append(in[:e.ahead].Clone(), out...)
	}
	if len(sizes) != e.ahead+len(e.want) {
		return e, fmt.Errorf("OutputShape %v with the batch has %d axes, Equation %q names %d", out, len(sizes)-e.ahead, text, len(e.want))
	}
	for i, r := range e.want {
		e.outSize[r] = sizes[e.ahead+i]
	}
	return e, e.check()
}

// check compares the sizes that a letter has in the input and in the output.
func (e equation) check() error {
	for _, r := range e.want {
		in, shared := e.inSize[r]
		if out := e.outSize[r]; shared && out != graph.None && out != in {
			return fmt.Errorf("axis %c of Equation %q is %d in the input and %d in OutputShape", r, e.text, in, out)
		}
		if !shared && !strings.ContainsRune(e.weight, r) {
			return fmt.Errorf("axis %c of the output of Equation %q is neither in the input nor in the kernel", r, e.text)
		}
	}
	return nil
}

// kernel is the shape of the kernel.
func (e equation) kernel() (graph.Shape, error) {
	s := graph.Shape{}
	for _, r := range e.weight {
		n, ok := e.outSize[r]
		if !ok {
			n, ok = e.inSize[r]
		}
		if !ok {
			return nil, fmt.Errorf("axis %c of the kernel of Equation %q is neither in the input nor in the output", r, e.text)
		}
		if n == graph.None {
			return nil, fmt.Errorf("axis %c of the kernel of Equation %q has no known size: give it one in OutputShape or in the input", r, e.text)
		}
		s = append(s, n)
	}
	return s, nil
}

// bias is the shape of the bias: from the first axis that has one, with 1 for the axes that have none.
func (e equation) bias(axes string) (graph.Shape, error) {
	s := graph.Shape{}
	for _, r := range axes {
		if !strings.ContainsRune(e.want, r) {
			return nil, fmt.Errorf("BiasAxes names %c, which is no axis of the output of Equation %q", r, e.text)
		}
	}
	for _, r := range e.want[strings.IndexAny(e.want, axes):] {
		if strings.ContainsRune(axes, r) {
			s = append(s, e.outSize[r])
		} else {
			s = append(s, 1)
		}
	}
	for range e.behind {
		s = append(s, 1)
	}
	return s, nil
}

// dense reports whether the layer is [Dense] but for the number of axes: the last axes of the input, which are the first of the kernel, are
// summed, and its others follow, each with a bias.
func (e equation) dense(biasAxes string) bool {
	made, ok := strings.CutPrefix(e.want, e.free())
	bound := e.input[len(e.free()):]
	return ok && e.behind == 0 && made == biasAxes && bound+made == e.weight && bound != "" && made != ""
}

// free is the letters that input and output begin with.
func (e equation) free() string {
	n := 0
	for n < min(len(e.input), len(e.want)) && e.input[n] == e.want[n] {
		n++
	}
	return e.input[:n]
}

// product is the result of such a layer before the activation, as one product of matrices: a backend can add the bias where it computes it.
func (e equation) product(x, kernel, bias *graph.Node) *graph.Node {
	made := len(e.want) - len(e.free())
	bound := len(e.weight) - made
	first := x.Shape().Rank() - bound
	matrix := ops.MergeAxes(ops.MergeAxes(kernel, bound, made), 0, bound)
	y := ops.Add(ops.MatMul(ops.MergeAxes(x, first, bound), matrix), ops.MergeAxes(bias, 0, made))
	if made == 1 {
		return y
	}
	return ops.SplitAxis(y, kernel, first, bound, made)
}

// quantized is the kernel, quantized or not, and the input as the layer sees it.
func (e equation) quantized(c *Context, x *graph.Node, w Weight, q quantization) (kernel, seen *graph.Node) {
	switch q.bits {
	case 0:
		return c.Param("kernel", w), x
	case 4:
		t := table{name: "kernel", rows: 1, columns: 1}
		for i, r := range e.weight {
			if strings.ContainsRune(e.want, r) {
				t.columns *= w.Shape[i]
			} else {
				t.rows *= w.Shape[i]
			}
		}
		return ops.Reshape(c.quantized(t, q), w.Shape...), x
	}
	// The scale has the axes of the output, of size 1 where the kernel has none.
	scale := graph.Shape{}
	for _, r := range e.want {
		if i := strings.IndexRune(e.weight, r); i >= 0 {
			scale = append(scale, w.Shape[i])
		} else {
			scale = append(scale, 1)
		}
	}
	full := append(slices.Repeat([]int{1}, e.ahead), append(scale, slices.Repeat([]int{1}, e.behind)...)...)
	kernel = c.Param("kernel", Weight{Shape: w.Shape, Dtype: graph.Int8, NonTrainable: true, Initializer: "zeros"})
	divisor := c.Param("kernel_scale", Weight{Shape: full, NonTrainable: true, Initializer: "ones"})
	var axes []int
	for i, r := range e.input {
		if !strings.ContainsRune(e.want, r) {
			axes = append(axes, e.ahead+i)
		}
	}
	return ops.Div(ops.Cast(kernel, c.compute), e.alongKernel(divisor)), rounded(x, axes...)
}

// alongKernel turns a scale with the axes of the output to the axes of the kernel.
func (e equation) alongKernel(scale *graph.Node) *graph.Node {
	var have, sizes []int // the axes of the scale that the kernel has, in the kernel's order; its shape along the kernel
	for _, r := range e.weight {
		if i := strings.IndexRune(e.want, r); i >= 0 {
			have, sizes = append(have, e.ahead+i), append(sizes, scale.Shape()[e.ahead+i])
		} else {
			sizes = append(sizes, 1)
		}
	}
	for i := range scale.Shape() {
		if !slices.Contains(have, i) {
			have = append(have, i)
		}
	}
	return ops.Reshape(ops.Transpose(scale, have...), sizes...)
}

func init() { register(&EinsumDense{}) }
