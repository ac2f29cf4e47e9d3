//go:build unix

package kernels

import (
	"fmt"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

// BenchmarkLSTM reports GFLOP/s of the recurrent products of float32 sequences, gates included, on one thread.
func BenchmarkLSTM(b *testing.B) {
	for _, s := range []RecurrentShape{{Batch: 32, Steps: 80, Units: 128}, {Batch: 32, Steps: 64, Units: 64}, {Batch: 128, Steps: 80, Units: 128}, {Batch: 1, Steps: 80, Units: 128}} {
		n, r := s.Batch*s.Steps, newRand()
		draw := func(n int) []float32 { return values[float32](r, n) }
		wide := func() []float32 { return draw(4 * n * s.Units) }
		seq := func() []float32 { return draw(n * s.Units) }
		state := func() []float32 { return draw(s.Batch * s.Units) }
		kernel := draw(4 * s.Units * s.Units)
		for _, c := range []struct {
			name string
			make func() ([]par.Loop, error)
		}{
			{"predict", func() ([]par.Loop, error) {
				return LSTM(&LSTMForward[float32]{RecurrentShape: s, Z: wide(), Kernel: kernel, H0: state(), C0: state(), H: state()})
			}},
			{"train", func() ([]par.Loop, error) {
				return LSTM(&LSTMForward[float32]{RecurrentShape: s, Z: wide(), Kernel: kernel, H0: state(), C0: state(), H: state(), Gates: wide(), Hs: seq(), Cs: seq()})
			}},
			{"gradient", func() ([]par.Loop, error) {
				return LSTMGrad(&LSTMBackward[float32]{RecurrentShape: s, Kernel: kernel, Gates: wide(), Cs: seq(), DH: state(), DC: state(), DZ: wide()})
			}},
		} {
			loops, err := c.make()
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%dx%dx%d/%s", s.Batch, s.Steps, s.Units, c.name), func(b *testing.B) {
				reportBest(b, 8*float64(n*s.Units*s.Units), loops)
			})
		}
	}
}
