package initializers

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// STFT makes the kernel of a one-dimensional convolution that computes one part of the short-time Fourier transform.
// The weight is (frame length, 1, FFT length/2 + 1). https://keras.io/api/layers/initializers/#stft-class
type STFT struct {
	Side     string `default:"real"`                // or "imag"
	Window   string `default:"hann" null:"none"`    // or "hamming", "blackman", "bartlett", "boxcar"; "none" for no window and no scaling
	Scaling  string `default:"density" null:"none"` // the window is scaled to norm 1; or "spectrum": to sum 1; "none"
	Periodic bool   // the window is periodic, not symmetric
}

// cosines are windows that are sums of cosines, by their coefficients.
var cosines = map[string][]float64{
	"hann": {0.5, 0.5}, "hamming": {0.54, 0.46}, "blackman": {0.42, 0.5, 0.08}, "boxcar": {1},
}

// Check refuses settings that do not exist and other shapes.
func (s STFT) Check(shape graph.Shape) error {
	s = config.Resolve(s)
	switch {
	case len(shape) != 3 || shape[1] != 1 || shape[2] < 2:
		return fmt.Errorf("the kernel of a Fourier transform is (frame length, 1, FFT length/2 + 1)")
	case s.Side != "real" && s.Side != "imag":
		return fmt.Errorf("unknown Side %q: use real or imag", s.Side)
	case cosines[s.Window] == nil && s.Window != "bartlett" && s.Window != "none":
		return fmt.Errorf("unknown Window %q: use hann, hamming, blackman, bartlett, boxcar or none", s.Window)
	case s.Scaling != "density" && s.Scaling != "spectrum" && s.Scaling != "none":
		return fmt.Errorf("unknown Scaling %q: use density, spectrum or none", s.Scaling)
	}
	return nil
}

// Init fills w.
func (s STFT) Init(w []float64, shape graph.Shape, _ *rand.Rand) {
	s = config.Resolve(s)
	frame, bins := shape[0], shape[2]
	window := s.window(frame)
	for t := range frame {
		for k := range bins {
			angle := -2 * math.Pi * float64(t) * float64(k) / float64(2*(bins-1))
			if s.Side == "real" {
				w[t*bins+k] = math.Cos(angle) * window[t]
			} else {
				w[t*bins+k] = math.Sin(angle) * window[t]
			}
		}
	}
}

// window is the scaled window of n samples.
func (s STFT) window(n int) []float64 {
	w := make([]float64, n)
	if s.Window == "none" {
		fill(w, 1)
		return w
	}
	period := float64(n - 1)
	if s.Periodic {
		period = float64(n)
	}
	period = max(period, 1)
	var sum, squares float64
	for t := range w {
		at := float64(t) / period
		if s.Window == "bartlett" {
			w[t] = 1 - math.Abs(2*at-1)
		}
		sign := 1.0
		for i, c := range cosines[s.Window] {
			w[t] += sign * c * math.Cos(2*math.Pi*float64(i)*at)
			sign = -sign
		}
		sum, squares = sum+math.Abs(w[t]), squares+w[t]*w[t]
	}
	scale := 1.0
	switch s.Scaling {
	case "density":
		scale = math.Sqrt(squares)
	case "spectrum":
		scale = sum
	}
	for t := range w {
		w[t] /= scale
	}
	return w
}

func init() { registry.Add("STFT", STFT{}, "STFTInitializer") }
