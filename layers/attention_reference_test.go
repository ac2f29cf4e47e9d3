package layers_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/layers"
)

// attend is the softmax of the scores over the sources that are kept, and the mean of the values under it.
func attend(scores [][]float64, keep func(target, source int) bool, values []vec) (out []vec, weights [][]float64) {
	for i, row := range scores {
		w := make([]float64, len(row))
		total, top := 0.0, math.Inf(-1)
		for j, s := range row {
			if keep(i, j) {
				top = max(top, s)
			}
		}
		for j, s := range row {
			if keep(i, j) {
				w[j] = math.Exp(s - top)
				total += w[j]
			}
		}
		y := make(vec, len(values[0]))
		for j := range w {
			w[j] /= total
			for k := range y {
				y[k] += w[j] * values[j][k]
			}
		}
		out, weights = append(out, y), append(weights, w)
	}
	return out, weights
}

func dot(a, b vec) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// TestAttentionFollowsItsFormula compares both simple attentions with their formulas, with and without masks.
func TestAttentionFollowsItsFormula(t *testing.T) {
	const targets, sources, size, width = 3, 4, 2, 3
	const scale, concat = 0.7, -1.3
	for name, c := range map[string]struct {
		layer layers.Layer
		w     []any
		score func(q, k vec) float64
	}{
		"dot":         {&layers.Attention{}, nil, dot},
		"dot, scaled": {&layers.Attention{UseScale: true}, []any{float32(scale)}, func(q, k vec) float64 { return scale * dot(q, k) }},
		"concat": {&layers.Attention{ScoreMode: "concat", UseScale: true}, []any{float32(scale), float32(concat)}, func(q, k vec) (sum float64) {
			for i := range q {
				sum += math.Tanh(scale * (q[i] + k[i]))
			}
			return concat * sum
		}},
		"additive": {&layers.AdditiveAttention{}, []any{[]float32{0.5, -2}}, func(q, k vec) float64 {
			return 0.5*math.Tanh(q[0]+k[0]) - 2*math.Tanh(q[1]+k[1])
		}},
		"additive, no scale": {&layers.AdditiveAttention{NoScale: true}, nil, func(q, k vec) float64 {
			return math.Tanh(q[0]+k[0]) + math.Tanh(q[1]+k[1])
		}},
	} {
		for _, masked := range []bool{false, true} {
			for _, causal := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, masked %v, causal %v", name, masked, causal), func(t *testing.T) {
					g := graph.New("test")
					in := graph.Nodes{g.Input("q", graph.Shape{1, targets, size}), g.Input("v", graph.Shape{1, sources, width}), g.Input("k", graph.Shape{1, sources, size}),
						g.Input("mask", graph.Shape{1, sources}, graph.Bool)}
					a := layers.Args{Query: in[0], Value: in[1], Key: in[2], UseCausalMask: causal, ReturnAttentionScores: true}
					if masked {
						a.ValueMask = in[3]
					}
					out := layers.CallArgs(c.layer, a)
					if err := g.Err(); err != nil {
						t.Fatal(err)
					}
					for i, v := range c.w {
						if err := c.layer.Params()[i].SetValue(v); err != nil {
							t.Fatal(err)
						}
					}
					mask := []bool{true, false, true, true}
					q, v, k := ramp(targets*size), ramp(sources*width), ramp(sources*size)
					got := run(t, in, out, array.Dense(q, []int{1, targets, size}), array.Dense(v, []int{1, sources, width}),
						array.Dense(k, []int{1, sources, size}), array.Dense(mask, []int{1, sources}))
					scores := make([][]float64, targets)
					for i, query := range rows(q, 0, targets, size) {
						for _, key := range rows(k, 0, sources, size) {
							scores[i] = append(scores[i], c.score(query, key))
						}
					}
					want, weights := attend(scores, func(i, j int) bool { return (!masked || mask[j]) && (!causal || j <= i) }, rows(v, 0, sources, width))
					if !close(got[0], flatten(want)) || !close(got[1], flatten(weights)) {
						t.Errorf("got %.4f weighted %.4f, by the formula %.4f weighted %.4f", got[0], got[1], want, weights)
					}
				})
			}
		}
	}
}

func flatten[V ~[]float64](rows []V) []float64 {
	var out []float64
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}

// heads projects each row by a weight (size, heads, dim): the rows of one head.
func heads(xs []vec, w, b vec, n, dim, head int) []vec {
	out := make([]vec, len(xs))
	for i, x := range xs {
		out[i] = x.times(w, n*dim).plus(b)[head*dim:][:dim]
	}
	return out
}

// TestMultiHeadAttentionFollowsItsFormula computes each head by itself; queries share keys and values in groups.
func TestMultiHeadAttentionFollowsItsFormula(t *testing.T) {
	const targets, sources, size, dim = 3, 4, 6, 2
	for name, c := range map[string]struct {
		layer          layers.Layer
		queries, keyed int
	}{
		"MultiHeadAttention":   {&layers.MultiHeadAttention{NumHeads: 3, KeyDim: dim}, 3, 3},
		"GroupQueryAttention":  {&layers.GroupQueryAttention{HeadDim: dim, NumQueryHeads: 4, NumKeyValueHeads: 2}, 4, 2},
		"one group of queries": {&layers.GroupQueryAttention{HeadDim: dim, NumQueryHeads: 3, NumKeyValueHeads: 1}, 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			g := graph.New("test")
			in := graph.Nodes{g.Input("q", graph.Shape{1, targets, size}), g.Input("v", graph.Shape{1, sources, size}), g.Input("mask", graph.Shape{1, targets, sources}, graph.Bool)}
			out := layers.CallArgs(c.layer, layers.Args{Query: in[0], Value: in[1], AttentionMask: in[2], ReturnAttentionScores: true})
			if err := g.Err(); err != nil {
				t.Fatal(err)
			}
			w := weightsByPart(t, c.layer)
			mask := []bool{true, false, true, true, true, true, true, false, false, true, true, true}
			q, v := ramp(targets*size), ramp(sources*size)
			got := run(t, in, out, array.Dense(q, []int{1, targets, size}), array.Dense(v, []int{1, sources, size}), array.Dense(mask, []int{1, targets, sources}))
			xs, vs := rows(q, 0, targets, size), rows(v, 0, sources, size)
			joined := make([]vec, targets)
			var weights []float64
			for h := range c.queries {
				group := h / (c.queries / c.keyed)
				query := heads(xs, w["query"][0], w["query"][1], c.queries, dim, h)
				key, value := heads(vs, w["key"][0], w["key"][1], c.keyed, dim, group), heads(vs, w["value"][0], w["value"][1], c.keyed, dim, group)
				scores := make([][]float64, targets)
				for i := range query {
					for _, k := range key {
						scores[i] = append(scores[i], dot(query[i], k)/math.Sqrt(dim))
					}
				}
				y, p := attend(scores, func(i, j int) bool { return mask[i*sources+j] }, value)
				for i := range y {
					joined[i] = append(joined[i], y[i]...)
				}
				weights = append(weights, flatten(p)...)
			}
			var want []float64
			for _, x := range joined {
				want = append(want, x.times(w["attention_output"][0], size).plus(w["attention_output"][1])...)
			}
			if !close(got[0], want) || !close(got[1], weights) {
				t.Errorf("got\n%.4f weighted\n%.4f, by the formula\n%.4f weighted\n%.4f", got[0], got[1], want, weights)
			}
		})
	}
}

// weightsByPart draws the weights anew and lists kernel and bias of each inner layer.
func weightsByPart(t *testing.T, l layers.Layer) map[string][]vec {
	t.Helper()
	all := randomize(t, l)
	out := map[string][]vec{}
	for _, sub := range layers.Subs(l) {
		n := len(sub.Part.Params())
		out[sub.Name], all = all[:n], all[n:]
	}
	return out
}
