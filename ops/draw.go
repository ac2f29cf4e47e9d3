package ops

import (
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// RandomUniformLike is a tensor of the shape of x, and its dtype if that is floating point, of random numbers in [0, 1). The numbers
// follow from the seed of the compiled function and the state of the layer they are drawn in, or of the graph; every run advances the
// state. https://keras.io/api/random/random_ops/#uniform-function
func RandomUniformLike(x *graph.Node) *graph.Node { return like("uniform", x) }

// RandomNormalLike is a tensor of the shape of x, and its dtype if that is floating point, of random numbers of mean 0 and standard
// deviation 1, drawn as by [RandomUniformLike]. https://keras.io/api/random/random_ops/#normal-function
func RandomNormalLike(x *graph.Node) *graph.Node { return like("normal", x) }

func like(kind string, x *graph.Node) *graph.Node { return drawLike(kind, floated(x), false) }

// drawLike draws numbers of the shape and dtype of x.
func drawLike(kind string, x *graph.Node, trainOnly bool) *graph.Node {
	return stateful(x, func() *graph.Node {
		if !ready(x) {
			return graph.FailCall("random_"+kind, fmt.Errorf("the input is nil"), x)
		}
		return random(kind, x, x.Shape(), x.Dtype(), trainOnly)
	})
}

// RandomNormalInTraining is [RandomNormalLike] for noise that is used in training only: the state stands still in all other functions.
func RandomNormalInTraining(x *graph.Node) *graph.Node { return drawLike("normal", floated(x), true) }

// RandomUniformInTraining is [RandomUniformLike] for noise that is used in training only: the state stands still in all other functions.
func RandomUniformInTraining(x *graph.Node) *graph.Node {
	return drawLike("uniform", floated(x), true)
}

// RandomUniform is a tensor of known shape in g of random numbers in [lo, hi), drawn as by [RandomUniformLike]; the default dtype is
// float32. https://keras.io/api/random/random_ops/#uniform-function
func RandomUniform(g *graph.Graph, shape graph.Shape, lo, hi float64, d ...graph.Dtype) *graph.Node {
	return Add(Mul(draw("uniform", g, shape, dtypeOr(graph.Float32, d)), hi-lo), lo)
}

// RandomNormal is a tensor of known shape in g of random numbers of the given mean and standard deviation, drawn as by
// [RandomUniformLike]; the default dtype is float32. https://keras.io/api/random/random_ops/#normal-function
func RandomNormal(g *graph.Graph, shape graph.Shape, mean, stddev float64, d ...graph.Dtype) *graph.Node {
	return Add(Mul(draw("normal", g, shape, dtypeOr(graph.Float32, d)), stddev), mean)
}

// TruncatedNormal is [RandomNormal] drawn again beyond 2 standard deviations from the mean.
// https://keras.io/api/random/random_ops/#truncatednormal-function
func TruncatedNormal(g *graph.Graph, shape graph.Shape, mean, stddev float64, d ...graph.Dtype) *graph.Node {
	return Add(Mul(draw("truncated_normal", g, shape, dtypeOr(graph.Float32, d)), stddev), mean)
}

// draw draws numbers in a known shape.
func draw(kind string, g *graph.Graph, shape graph.Shape, d graph.Dtype) *graph.Node {
	if !shape.Known() {
		return g.Fail("random_"+kind, fmt.Errorf("shape %v is not known: use RandomUniformLike or RandomNormalLike", shape))
	}
	return drawLike(kind, Zeros(g, shape, d), false)
}

// RandInt is a tensor of known shape in g of random integers in [lo, hi), drawn as by [RandomUniformLike]; the default dtype is int32.
// https://keras.io/api/random/random_ops/#randint-function
func RandInt(g *graph.Graph, shape graph.Shape, lo, hi int, d ...graph.Dtype) *graph.Node {
	if lo >= hi || hi-lo > 1<<32 {
		return g.Fail("random_int", fmt.Errorf("from %d up to %d: there must be between 1 and 2^32 numbers", lo, hi))
	}
	u := draw("uniform", g, shape, graph.Float64)
	return Cast(Add(Floor(Mul(u, float64(hi-lo))), float64(lo)), dtypeOr(graph.Int32, d))
}

// Bernoulli is one with probability p, else zero, elementwise in the shape and dtype of p.
func Bernoulli(p *graph.Node) *graph.Node {
	p = floated(p)
	if !ready(p) {
		return p
	}
	return Cast(Less(RandomUniformLike(p), p), p.Dtype())
}

// Categorical draws n classes for each row of logits: (batch, classes), unnormalised log-probabilities: (batch, n), int32.
// https://keras.io/api/random/random_ops/#categorical-function
func Categorical(logits *graph.Node, n int) *graph.Node {
	logits = floated(logits)
	if !ready(logits) || logits.Shape().Rank() != 2 || n < 1 {
		return graph.FailCall("categorical", fmt.Errorf("want logits of shape (batch, classes) and at least 1 draw, not %d", n), logits)
	}
	// The largest of logits with Gumbel noise falls on a class with its probability.
	rows := BroadcastTo(ExpandDims(logits, 1), graph.None, n, graph.None)
	u := Maximum(RandomUniformLike(rows), math.SmallestNonzeroFloat32*(1<<23))
	return Argmax(Sub(rows, Log(Neg(Log(u)))), -1)
}

// Shuffle puts the elements of x along axis (0 without one) in random order, drawn as by [RandomUniformLike].
// https://keras.io/api/random/random_ops/#shuffle-function
func Shuffle(x *graph.Node, axis ...int) *graph.Node {
	if !ready(x) || len(axis) > 1 {
		return graph.FailCall("shuffle", fmt.Errorf("the input is nil, or there is more than one axis"), x)
	}
	a, bad := oneAxis("shuffle", x, append(axis, 0)[0])
	if bad != nil {
		return bad
	}
	keys := RandomUniformLike(ZerosFrom(x, graph.Float64, []int{graph.None}, []int{a}))
	return Take(x, Argsort(keys, 0), a)
}

// Dropout drops elements of x at the given rate, in [0, 1], in functions that train: they become 0 and the others are divided by
// 1 - rate. In all other functions it is x. A noise shape broadcasts to that of x and drops elements together along its axes of 1;
// graph.None or -1 stands for the size that x has. https://keras.io/api/random/random_ops/#dropout-function
func Dropout(x *graph.Node, rate float64, noiseShape ...int) *graph.Node {
	if !ready(x) || !(rate >= 0 && rate <= 1) {
		return graph.FailCall("dropout", fmt.Errorf("the rate is %v, want at least 0 and at most 1", rate), x)
	}
	x = floated(x)
	if rate == 0 {
		return x
	}
	return stateful(x, func() *graph.Node {
		dims := slices.Clone(noiseShape)
		if len(dims) == 0 {
			dims = x.Shape().Clone()
		}
		if len(dims) != x.Shape().Rank() {
			return x.Graph().Fail("dropout", fmt.Errorf("the noise shape %v has %d axes, x of shape %v has %d", dims, len(dims), x.Shape(), x.Shape().Rank()), x)
		}
		d := x.Dtype()
		if d != graph.Float64 {
			d = graph.Float32
		}
		keep := GreaterEqual(random("uniform", x, dims, d, true), rate)
		scale := 0.0
		if rate < 1 {
			scale = 1 / (1 - rate)
		}
		dropped := Where(keep, Mul(x, scale), 0)
		return InTraining(dropped, x)
	})
}
