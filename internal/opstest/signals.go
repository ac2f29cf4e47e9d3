package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// parts is a sample of real and imaginary parts, of which both results count.
func parts(name string, shape []int, f func(re, im *graph.Node) (a, b *graph.Node)) {
	register(Sample{
		Name: name, In: []Arg{{Shape: shape, None: []int{0}}, {Shape: shape, None: []int{0}}},
		Build: func(in graph.Nodes) *graph.Node {
			a, b := f(in[0], in[1])
			return ops.Concatenate(graph.Nodes{a, b}, -1)
		},
	})
}

func init() {
	parts("fft", []int{2, 6}, ops.FFT)
	parts("fft_long", []int{1, 34}, ops.FFT)
	parts("ifft2", []int{2, 3, 4}, ops.IFFT2)
	parts("istft", []int{2, 3, 5}, func(re, im *graph.Node) (a, b *graph.Node) {
		o := ops.STFTOptions{SequenceLength: 6, SequenceStride: 3, FFTLength: 8}
		y := ops.ISTFT(re, im, o)
		o.NoCenter = true
		return y, ops.ISTFT(re, im, o)
	})
	register(
		Sample{Name: "rfft", In: []Arg{{Shape: []int{2, 5}, None: []int{0}}}, Build: func(in graph.Nodes) *graph.Node {
			re, im := ops.RFFT(in[0], 8)
			return ops.Concatenate(graph.Nodes{re, im}, -1)
		}},
		Sample{Name: "stft", In: []Arg{{Shape: []int{2, 9}}, {Shape: []int{4}}}, Build: func(in graph.Nodes) *graph.Node {
			re, im := ops.STFT(in[0], ops.STFTOptions{SequenceLength: 4, SequenceStride: 3, FFTLength: 6, WindowValues: in[1]})
			return ops.Concatenate(graph.Nodes{re, im}, -1)
		}},
		Sample{Name: "map_coordinates", In: []Arg{{Shape: []int{3, 4}}, {Shape: []int{5}, Lo: 0.1, Hi: 0.9}, {Shape: []int{5}, Lo: 1.1, Hi: 1.9}},
			Build: func(in graph.Nodes) *graph.Node { return ops.MapCoordinates(in[0], in[1:], 1, "constant", 0) }},
		Sample{Name: "map_coordinates_reflect", In: []Arg{{Shape: []int{3, 4}}, {Shape: []int{5}, Lo: -1.9, Hi: -1.1}, {Shape: []int{5}, Lo: 4.1, Hi: 4.9}},
			Build: func(in graph.Nodes) *graph.Node { return ops.MapCoordinates(in[0], in[1:], 1, "reflect", 0) }},
		Sample{Name: "scale_and_translate", In: []Arg{{Shape: []int{5, 4, 2}}, {Shape: []int{1}, Lo: 0.7, Hi: 0.75}, {Shape: []int{1}, Lo: 0.1, Hi: 0.15}},
			Build: func(in graph.Nodes) *graph.Node {
				return ops.ScaleAndTranslate(in[0], in[1], in[2], []int{0}, []int{3}, "cubic", true)
			}},
		Sample{Name: "linspace_between", In: []Arg{{Shape: []int{2, 3}, None: []int{0}}, {Shape: []int{3}}},
			Build: func(in graph.Nodes) *graph.Node { return ops.LinspaceBetween(in[0], in[1], 4, true) }},
		Sample{Name: "logspace_between", In: []Arg{{Shape: []int{3}}},
			Build: func(in graph.Nodes) *graph.Node { return ops.LogspaceBetween(in[0], 2, 3, false, 10) }},
		Sample{Name: "geomspace_between", In: []Arg{{Shape: []int{3}, Lo: 1, Hi: 2}, {Shape: []int{3}, Lo: 3, Hi: 4}},
			Build: func(in graph.Nodes) *graph.Node { return ops.GeomspaceBetween(in[0], in[1], 3, true) }},
	)
	images()
}

func images() {
	colour := []Arg{{Shape: []int{2, 2, 3}, Lo: 0.1, Hi: 0.9}}
	register(
		Sample{Name: "rgb_to_grayscale", In: colour, Build: func(in graph.Nodes) *graph.Node { return ops.RGBToGrayscale(in[0]) }},
		Sample{Name: "rgb_to_hsv", In: colour, Build: func(in graph.Nodes) *graph.Node { return ops.RGBToHSV(in[0]) }},
		Sample{Name: "hsv_to_rgb", In: colour, Build: func(in graph.Nodes) *graph.Node { return ops.HSVToRGB(in[0]) }},
		Sample{Name: "sobel_edges", In: []Arg{{Shape: []int{2, 3, 4, 2}, None: []int{0}}}, Build: func(in graph.Nodes) *graph.Node { return ops.SobelEdges(in[0]) }},
		Sample{Name: "extract_patches", In: []Arg{{Shape: []int{2, 4, 5, 2}, None: []int{0}}}, Build: func(in graph.Nodes) *graph.Node {
			return ops.ExtractPatches(in[0], []int{2}, ops.ConvOptions{Padding: "same"})
		}},
		Sample{Name: "gaussian_blur", In: []Arg{{Shape: []int{3, 4, 2}}}, Build: func(in graph.Nodes) *graph.Node {
			return ops.GaussianBlur(in[0], [2]int{3, 2}, [2]float64{1, 0.5})
		}},
	)
	each1(-12, 12, "", false, unary{"i0": func(x *graph.Node) *graph.Node { return ops.Mul(ops.I0(x), 1e-3) }})
	each1(-3, 3, "", true, unary{"angle": ops.Angle, "isreal": ops.IsReal})
	each1(0.5, 3, "", false, unary{"fabs": ops.Fabs})
	each2(-3, 3, "", true, binary{"nextafter": ops.NextAfter[*graph.Node, *graph.Node]})
	each2(-30, 30, graph.Int32, true, binary{"gcd": ops.Gcd[*graph.Node, *graph.Node], "lcm": ops.Lcm[*graph.Node, *graph.Node]})
}
