package callbacks

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/train"
)

// Mode says which values of a log are better.
type Mode string

// The modes. The zero value is ModeAuto: by the name of the log.
const (
	ModeAuto Mode = "auto"
	ModeMin  Mode = "min"
	ModeMax  Mode = "max"
)

// monitor watches one log.
type monitor struct {
	callback, name string
	maximize       bool
	delta          float64
	best           float64 // NaN before the first value
	validation     bool    // some epochs end in a validation
}

// watch begins to watch a log, val_loss by default.
func watch(callback, name string, mode Mode, delta float64, p *train.Phase) (monitor, error) {
	if name == "" {
		name = "val_loss"
	}
	m := monitor{callback: callback, name: name, delta: math.Abs(delta), best: math.NaN(), validation: p.Validation}
	switch mode {
	case ModeMin:
	case ModeMax:
		m.maximize = true
	case "", ModeAuto:
		var known bool
		if m.maximize, known = train.Direction(name); !known {
			return m, fmt.Errorf("%s: the name %q does not tell whether larger values are better: set Mode to \"min\" or \"max\"", callback, name)
		}
	default:
		return m, fmt.Errorf("%s: unknown Mode %q: use \"auto\", \"min\" or \"max\"", callback, mode)
	}
	return m, nil
}

// value is the log of this epoch; ok is false after an epoch without validation for a value of validation.
func (m *monitor) value(logs train.Logs) (v float64, ok bool, err error) {
	if v, ok := logs[m.name]; ok {
		return v, true, nil
	}
	if m.validation && strings.HasPrefix(m.name, "val_") && !validated(logs) {
		return 0, false, nil
	}
	hint := ""
	if close := config.Closest(m.name, logs.Keys()); len(close) > 0 {
		hint = "; did you mean " + strings.Join(close, " or ") + "?"
	}
	if strings.HasPrefix(m.name, "val_") && !m.validation {
		hint = "; for those of validation give Fit a ValidationSplit or ValidationData"
	}
	return 0, false, fmt.Errorf("%s: there is no log %q to monitor: there are %s%s", m.callback, m.name, strings.Join(logs.Keys(), ", "), hint)
}

// validated reports whether the logs are of an epoch with validation.
func validated(logs train.Logs) bool {
	for k := range logs {
		if strings.HasPrefix(k, "val_") {
			return true
		}
	}
	return false
}

// better reports whether v is an improvement on a reference, by more than the delta; anything is on NaN.
func (m *monitor) better(v, reference float64) bool {
	switch {
	case math.IsNaN(reference):
		return true
	case m.maximize:
		return v-m.delta > reference
	}
	return v+m.delta < reference
}

// say writes a message, to os.Stdout if w is nil.
func say(w io.Writer, format string, args ...any) {
	if w == nil {
		w = os.Stdout
	}
	fmt.Fprintf(w, format+"\n", args...)
}
