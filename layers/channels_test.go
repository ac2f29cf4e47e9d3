package layers_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// TestChannelsFirst compares each layer that knows data formats with itself on transposed input.
func TestChannelsFirst(t *testing.T) {
	line, image, volume := graph.Shape{2, 5, 4}, graph.Shape{2, 5, 6, 4}, graph.Shape{1, 3, 5, 4, 4}
	for _, test := range []struct {
		in   graph.Shape
		make func(f DataFormat) Layer
	}{
		{line, func(f DataFormat) Layer {
			return &Conv1D{Filters: 3, KernelSize: 2, Strides: 2, Padding: Same, DataFormat: f}
		}},
		{image, func(f DataFormat) Layer {
			return &Conv2D{Filters: 6, KernelSize: [2]int{3, 2}, Groups: 2, DilationRate: [2]int{1, 2}, DataFormat: f}
		}},
		{volume, func(f DataFormat) Layer { return &Conv3D{Filters: 2, KernelSize: [3]int{2, 3, 1}, DataFormat: f} }},
		{line, func(f DataFormat) Layer {
			return &Conv1DTranspose{Filters: 3, KernelSize: 3, Strides: 2, DataFormat: f}
		}},
		{image, func(f DataFormat) Layer {
			return &Conv2DTranspose{Filters: 2, KernelSize: [2]int{3, 2}, Strides: [2]int{1, 2}, Padding: Same, DataFormat: f}
		}},
		{volume, func(f DataFormat) Layer {
			return &Conv3DTranspose{Filters: 2, KernelSize: [3]int{2, 2, 1}, DataFormat: f}
		}},
		{line, func(f DataFormat) Layer { return &DepthwiseConv1D{KernelSize: 2, DepthMultiplier: 2, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &DepthwiseConv2D{KernelSize: [2]int{2, 3}, DataFormat: f} }},
		{line, func(f DataFormat) Layer { return &SeparableConv1D{Filters: 3, KernelSize: 2, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &SeparableConv2D{Filters: 3, KernelSize: [2]int{2, 1}, DataFormat: f} }},
		{line, func(f DataFormat) Layer { return &MaxPooling1D{DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &MaxPooling2D{PoolSize: [2]int{2, 3}, Padding: Same, DataFormat: f} }},
		{volume, func(f DataFormat) Layer { return &MaxPooling3D{DataFormat: f} }},
		{line, func(f DataFormat) Layer { return &AveragePooling1D{Padding: Same, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &AveragePooling2D{Strides: [2]int{1, 2}, DataFormat: f} }},
		{volume, func(f DataFormat) Layer { return &AveragePooling3D{Padding: Same, DataFormat: f} }},
		{line, func(f DataFormat) Layer { return &GlobalMaxPooling1D{KeepDims: true, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &GlobalMaxPooling2D{DataFormat: f} }},
		{volume, func(f DataFormat) Layer { return &GlobalMaxPooling3D{KeepDims: true, DataFormat: f} }},
		{line, func(f DataFormat) Layer { return &GlobalAveragePooling1D{DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &GlobalAveragePooling2D{KeepDims: true, DataFormat: f} }},
		{volume, func(f DataFormat) Layer { return &GlobalAveragePooling3D{DataFormat: f} }},
		{line, func(f DataFormat) Layer { return &AdaptiveAveragePooling1D{OutputSize: 3, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &AdaptiveAveragePooling2D{OutputSize: [2]int{2, 4}, DataFormat: f} }},
		{volume, func(f DataFormat) Layer { return &AdaptiveAveragePooling3D{OutputSize: [3]int{2, 3, 1}, DataFormat: f} }},
		{line, func(f DataFormat) Layer { return &AdaptiveMaxPooling1D{OutputSize: 3, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &AdaptiveMaxPooling2D{OutputSize: [2]int{3, 4}, DataFormat: f} }},
		{volume, func(f DataFormat) Layer { return &AdaptiveMaxPooling3D{OutputSize: [3]int{2, 3, 1}, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &ZeroPadding2D{Padding: [2][2]int{{1, 2}, {0, 3}}, DataFormat: f} }},
		{volume, func(f DataFormat) Layer {
			return &ZeroPadding3D{Padding: [3][2]int{{1, 0}, {0, 2}, {3, 0}}, DataFormat: f}
		}},
		{image, func(f DataFormat) Layer { return &Cropping2D{Cropping: [2][2]int{{1, 2}, {0, 3}}, DataFormat: f} }},
		{volume, func(f DataFormat) Layer {
			return &Cropping3D{Cropping: [3][2]int{{1, 0}, {0, 2}, {1, 1}}, DataFormat: f}
		}},
		{image, func(f DataFormat) Layer {
			return &UpSampling2D{Size: [2]int{2, 3}, Interpolation: "bilinear", DataFormat: f}
		}},
		{volume, func(f DataFormat) Layer { return &UpSampling3D{Size: [3]int{1, 2, 3}, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &Resizing{Height: 7, Width: 3, DataFormat: f} }},
		{image, func(f DataFormat) Layer { return &CenterCrop{Height: 3, Width: 2, DataFormat: f} }},
	} {
		l, m := test.make(ChannelsLast), test.make(ChannelsFirst)
		t.Run(ClassName(l), func(t *testing.T) {
			g := graph.New("test")
			x := g.Input("x", test.in)
			a := Call(l, x)
			b := Call(m, toFirst(x))
			if b.Shape().Rank() == x.Shape().Rank() {
				b = ops.MoveAxis(b, []int{1}, []int{-1})
			}
			if err := g.Err(); err != nil {
				t.Fatal(err)
			}
			if !a.Shape().Equal(b.Shape()) {
				t.Fatalf("channels_first gives %v, channels_last %v", b.Shape(), a.Shape())
			}
			for i, p := range l.Params() {
				if err := m.Params()[i].SetValue(p.Value()); err != nil {
					t.Fatal(err)
				}
			}
			got := evaluate(t, graph.Nodes{x}, graph.Nodes{a, b}, false, array.Dense(ramp(test.in.Size()), test.in))
			if !equal(got[0], got[1]) {
				t.Errorf("channels_first computes %v, channels_last %v", got[1], got[0])
			}
		})
	}
}

func toFirst(x *graph.Node) *graph.Node { return ops.MoveAxis(x, []int{-1}, []int{1}) }

// ramp are n different numbers around 0, in no order.
func ramp(n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32((i*37+11)%n)/float32(n)*4 - 2
	}
	return v
}
