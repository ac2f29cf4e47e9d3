package data_test

import (
	"fmt"
	"iter"
	"log"
	"strings"

	"github.com/gorgonin/gorgonin/data"
)

func Example() {
	set := data.Arrays{
		X: [][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 2}},
		Y: []int{0, 1, 1, 0, 0},
	}
	for batch, err := range set.Batches(data.Options{BatchSize: 2}) {
		if err != nil {
			log.Fatal(err)
		}
		y, err := data.Tensor(batch.Y)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(y.Shape(), data.Ints(y))
	}
	// Output:
	// (2) [0 1]
	// (2) [1 0]
	// (1) [0]
}

func ExampleTensor() {
	t, err := data.Tensor([][][]float32{{{1}, {2}}, {{3}, {4}}, {{5}, {6}}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t.Shape(), t.Dtype())
	_, err = data.Tensor([][]int{{1, 2}, {3}})
	fmt.Println(err)
	// Output:
	// (3, 2, 1) float32
	// data: ragged array: shape (1) at [1], but (2) at [0]: give every element one shape (PadSequences pads sequences)
}

func ExampleOf() {
	t, err := data.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t.Shape(), data.Argmax(t))
	// Output: (2, 3) [2 2]
}

func ExampleFunc() {
	// Squares, made anew for each epoch.
	squares := data.Func(func(o data.Options) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			for i := range 2 {
				x := float32(10*o.Epoch + i)
				if !yield(data.Batch{X: []float32{x}, Y: []float32{x * x}}, nil) {
					return
				}
			}
		}
	})
	for batch := range squares.Batches(data.Options{Epoch: 1}) {
		fmt.Println(batch.X, batch.Y)
	}
	// Output:
	// [10] [100]
	// [11] [121]
}

func ExampleKFold() {
	set := data.Arrays{X: []float32{0, 1, 2, 3, 4, 5, 6}}
	for train, test := range data.KFold(set, 3, 0) {
		a, err := train.Len()
		if err != nil {
			log.Fatal(err)
		}
		b, err := test.Len()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(a, b)
	}
	// Output:
	// 5 2
	// 5 2
	// 4 3
}

func ExampleArrays_Split() {
	train, test, err := data.Arrays{X: make([]float32, 100)}.Split(0.8)
	if err != nil {
		log.Fatal(err)
	}
	a, _ := train.Len()
	b, _ := test.Len()
	fmt.Println(a, b)
	// Output: 80 20
}

func ExampleToCategorical() {
	y, err := data.ToCategorical([]int{2, 0}, 3)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Shape(), data.Float32s(y))
	// Output: (2, 3) [0 0 1 1 0 0]
}

func ExamplePadSequences() {
	texts := [][]int{{5, 6}, {7, 8, 9, 10}}
	before, err := data.PadSequences(texts)
	if err != nil {
		log.Fatal(err)
	}
	after, err := data.PadSequences(texts, data.PadOptions{MaxLen: 3, PadPost: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Ints(before))
	fmt.Println(data.Ints(after))
	// Output:
	// [0 0 5 6 7 8 9 10]
	// [5 6 0 8 9 10]
}

func ExampleReadCSV() {
	file := strings.NewReader("rooms,area,price\n3,70,200\n4,95,310\n")
	houses, err := data.ReadCSV(file, data.CSVOptions{Y: []string{"price"}})
	if err != nil {
		log.Fatal(err)
	}
	x, err := data.Tensor(houses.X)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Shape(), data.Float32s(x))
	// Output: (2, 2) [3 70 4 95]
}

func ExampleTimeseries() {
	temperature := []float32{10, 11, 12, 13, 14, 15}
	tomorrow := temperature[3:] // the day after each window of three
	windows := data.Timeseries(temperature, tomorrow, data.TimeseriesOptions{SequenceLength: 3})
	for batch, err := range windows.Batches(data.Options{BatchSize: 2}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(batch.X, batch.Y)
	}
	// Output:
	// ⎡10  11  12⎤
	// ⎣11  12  13⎦
	//  [13  14]
	// R[12  13  14] [15]
}
