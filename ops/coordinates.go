package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// MapCoordinates reads x, of known shape, at places given by coordinates: one tensor for each axis of x, all of one shape, which
// the result has in the dtype of x. Order 0 takes the nearest element, order 1 interpolates linearly. What lies outside depends on
// the mode: "constant" is value, "nearest" the edge, "wrap" the other side, "mirror" mirrors at the middle of the edge's element and
// "reflect" at its border. https://keras.io/api/ops/image/#mapcoordinates-function
func MapCoordinates(x *graph.Node, coordinates graph.Nodes, order int, mode string, value float64) *graph.Node {
	const name = "map_coordinates"
	if !ready(x) || !ready(coordinates...) {
		return refuse(name, append(graph.Nodes{x}, coordinates...)...)
	}
	fix := outside[mode]
	if !x.Shape().Known() || len(coordinates) != x.Shape().Rank() || len(coordinates) == 0 || order != 0 && order != 1 || fix == nil && mode != "constant" {
		return x.Graph().Fail(name, fmt.Errorf("%d coordinates, order %d and mode %q for %v: want a known shape, one coordinate for each axis, order 0 or 1, and constant, nearest, wrap, mirror or reflect",
			len(coordinates), order, mode, x.Spec()), x)
	}
	corners := []corner{{}} // every combination of the places beside a coordinate, with its weight
	for axis, at := range coordinates {
		var next []corner
		for _, side := range sides(floated(at), order) {
			n := x.Shape()[axis]
			inside := LogicalAnd(GreaterEqual(side.place, 0), Less(side.place, n))
			place := Clip(side.place, 0, float64(n-1))
			if fix != nil {
				place, inside = fix(side.place, n), nil
			}
			for _, c := range corners {
				next = append(next, c.with(place, n, inside, side.weight))
			}
		}
		corners = next
	}
	flat := Ravel(x)
	var y *graph.Node
	for _, c := range corners {
		v := Take(flat, c.place, 0)
		if c.inside != nil {
			v = Where(c.inside, v, x.Graph().Scalar(x.Dtype(), value))
		}
		if c.weight != nil {
			v = Mul(v, c.weight)
		}
		if y == nil {
			y = v
		} else {
			y = Add(y, v)
		}
	}
	if !x.Dtype().IsFloat() && ready(y) && y.Dtype().IsFloat() {
		y = Mul(Sign(y), Floor(Add(Abs(y), 0.5))) // halves away from 0
	}
	return Cast(y, x.Dtype())
}

// outside gives the place in [0, n) that stands for any place.
var outside = map[string]func(i *graph.Node, n int) *graph.Node{
	"nearest": func(i *graph.Node, n int) *graph.Node { return Clip(i, 0, float64(n-1)) },
	"wrap":    func(i *graph.Node, n int) *graph.Node { return Mod(i, n) },
	"mirror":  mirrored,
	"reflect": func(i *graph.Node, n int) *graph.Node {
		return FloorDivide(Sub(mirrored(Add(Mul(i, 2), 1), 2*n+1), 1), 2)
	},
}

func mirrored(i *graph.Node, n int) *graph.Node {
	if n == 1 {
		return ZerosLike(i)
	}
	return Abs(Sub(Mod(Add(i, n-1), 2*(n-1)), n-1))
}

// corner is one of the elements that a result is made of; nil means everywhere, and 1.
type corner struct{ place, inside, weight *graph.Node }

func (c corner) with(place *graph.Node, n int, inside, weight *graph.Node) corner {
	if c.place != nil {
		place = Add(Mul(c.place, n), place)
	}
	join := func(a, b *graph.Node, f func(a, b *graph.Node) *graph.Node) *graph.Node {
		if a == nil || b == nil {
			return b
		}
		return f(a, b)
	}
	if weight = join(c.weight, weight, Mul); weight == nil {
		weight = c.weight
	}
	return corner{place, join(c.inside, inside, LogicalAnd), weight}
}

// sides are the places, int32, beside a coordinate along one axis.
func sides(at *graph.Node, order int) []corner {
	if order == 0 {
		away := Mul(Sign(at), Floor(Add(Abs(at), 0.5)))
		return []corner{{place: Cast(away, graph.Int32)}}
	}
	low := Floor(at)
	up := Sub(at, low)
	place := Cast(low, graph.Int32)
	return []corner{{place: place, weight: Sub(1, up)}, {place: Add(place, 1), weight: up}}
}

// ScaleAndTranslate samples images, of known sizes along the spatial axes: place i along axes[k] of the image comes to place
// i scale[k] + translation[k] of the result, which has the given sizes there. Method is "linear", "cubic" (Keys, 1981), "lanczos3" or
// "lanczos5"; antialias widens the kernel where the scale is below 1. https://keras.io/api/ops/image/#scaleandtranslate-function
func ScaleAndTranslate(images, scale, translation *graph.Node, axes, sizes []int, method string, antialias bool) *graph.Node {
	const name = "scale_and_translate"
	if !ready(images, scale, translation) {
		return refuse(name, images, scale, translation)
	}
	kernel := samplers[method]
	if kernel == nil || len(axes) != len(sizes) || scale.Shape().Rank() != 1 || translation.Shape().Rank() != 1 {
		return images.Graph().Fail(name, fmt.Errorf("method %q, %d axes, %d sizes, scale %v and translation %v: want linear, cubic, lanczos3 or lanczos5, a size for each axis, and vectors",
			method, len(axes), len(sizes), scale.Spec(), translation.Spec()), images)
	}
	y := floated(images)
	for k, axis := range axes {
		n, _, bad := known(name, images, axis)
		if bad != nil {
			return bad
		}
		w := sampling(Index(floated(scale), 0, k), Index(floated(translation), 0, k), n, sizes[k], kernel, antialias)
		y = MoveAxis(TensordotAxes(y, w, []int{axis}, []int{0}), []int{-1}, []int{axis})
	}
	return Cast(y, images.Dtype())
}

// sampling are the weights: (n, size) with which n elements make size ones.
func sampling(scale, shift *graph.Node, n, size int, kernel func(x *graph.Node) *graph.Node, antialias bool) *graph.Node {
	g, d := scale.Graph(), scale.Dtype()
	inverse := Reciprocal(scale)
	width := g.Scalar(d, 1)
	if antialias {
		width = Maximum(inverse, 1)
	}
	at := Sub(Mul(Sub(vector(g, d, size, func(i int) float64 { return float64(i) + 0.5 }), shift), inverse), 0.5)
	from := ExpandDims(vector(g, d, n, func(i int) float64 { return float64(i) }), 1)
	w := kernel(Div(Abs(Sub(at, from)), width))
	total := SumKeepDims(w, 0)
	const least = 1000 * 0x1p-23
	w = Where(Greater(Abs(total), least), Div(w, Where(Equal(total, 0), 1.0, total)), 0.0)
	return Where(LogicalAnd(GreaterEqual(at, -0.5), LessEqual(at, float64(n)-0.5)), w, 0.0)
}

// samplers are the kernels, of a distance.
var samplers = map[string]func(x *graph.Node) *graph.Node{
	"linear":   func(x *graph.Node) *graph.Node { return Maximum(Sub(1, x), 0) },
	"bilinear": func(x *graph.Node) *graph.Node { return Maximum(Sub(1, x), 0) },
	"cubic":    cubicOf, "bicubic": cubicOf,
	"lanczos3": func(x *graph.Node) *graph.Node { return lanczosOf(x, 3) },
	"lanczos5": func(x *graph.Node) *graph.Node { return lanczosOf(x, 5) },
}

func cubicOf(x *graph.Node) *graph.Node {
	near := Add(Mul(Mul(Sub(Mul(x, 1.5), 2.5), x), x), 1)
	far := Add(Mul(Sub(Mul(Add(Mul(x, -0.5), 2.5), x), 4), x), 2)
	return Where(GreaterEqual(x, 2), 0.0, Where(GreaterEqual(x, 1), far, near))
}

func lanczosOf(x *graph.Node, radius float64) *graph.Node {
	return Where(Greater(x, radius), 0.0, Mul(Sinc(x), Sinc(Div(x, radius))))
}
