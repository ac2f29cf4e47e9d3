package functional

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/table"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"golang.org/x/term"
)

// SummaryOptions choose what Summary shows.
type SummaryOptions struct {
	LineLength    int  // of the table in characters; 0: what fits the terminal, at most Keras's 88 or 108
	ExpandNested  bool // show the layers of inner models below them
	ShowTrainable bool // a column that says which layers train
}

// Summary prints the table of layers that Keras prints: name and class, shape of the output, number of parameters, and for a
// model that is no straight line what each layer is connected to; then the totals.
func (m *Model) Summary(w io.Writer, o ...SummaryOptions) error {
	if len(o) > 1 {
		return fmt.Errorf("Summary takes one SummaryOptions, got %d", len(o))
	}
	s := summary{m: m}
	if len(o) == 1 {
		s.SummaryOptions = o[0]
	}
	return s.write(w)
}

type summary struct {
	SummaryOptions
	m      *Model
	net    *network
	linear bool
}

func (s *summary) write(w io.Writer) error {
	s.linear = true
	if s.m.g != nil && s.m.seq == nil {
		s.net = s.m.network()
		s.linear = s.net.linear()
	}
	header := []table.Column{{Title: "Layer (type)"}, {Title: "Output Shape"}, {Title: "Param #", Align: table.Right}}
	positions, length := []float64{0.45, 0.80, 1}, 88
	if !s.linear {
		header = append(header, table.Column{Title: "Connected to"})
		positions, length = []float64{0.3, 0.56, 0.74, 1}, 108
	}
	if s.ShowTrainable {
		length += 12
		for i := range positions {
			positions[i] *= 0.9
		}
		positions = append(positions, 1)
		header = append(header, table.Column{Title: "Trainable", Align: table.Center})
	}
	length = min(length, columns(w)-4)
	if s.LineLength > 0 {
		length = s.LineLength
	}
	current := 0
	for i, p := range positions {
		header[i].Width = int(p*float64(length)) - current
		current += header[i].Width
		if header[i].Width < 4 {
			return fmt.Errorf("a line of %d characters is too short for a summary", length)
		}
	}
	var rows [][]string
	for _, l := range s.m.Layers() {
		rows = append(rows, s.rows(s.m, l, 0)...)
	}
	text := fmt.Sprintf("Model: %q\n", s.m.name) + table.Render(header, rows, length) + s.totals()
	_, err := io.WriteString(w, text)
	return err
}

// network maps the model's layers with the Input layers it lists.
func (m *Model) network() *network {
	cut := map[*graph.Node]layers.Layer{}
	for i, n := range m.inputs {
		for _, l := range m.list {
			if in, ok := l.(*layers.Input); ok && in.Name == m.inNames[i] {
				cut[n] = l
			}
		}
	}
	return mapNetwork(m.inputs, m.outputs, cut)
}

// linear reports whether the network is a straight line without shared layers.
func (w *network) linear() bool {
	atDepth := map[int]int{}
	seen := map[any]bool{}
	for _, u := range w.units {
		if atDepth[u.depth]++; atDepth[u.depth] > 1 || len(u.parents) > 1 || seen[u.op] {
			return false
		}
		seen[u.op] = true
	}
	return true
}

// columns is the width of a terminal; 80 elsewhere.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}

// rows are the row of a layer of m, and those of the layers inside it if they are to be shown.
func (s *summary) rows(m *Model, l layers.Layer, level int) [][]string {
	prefix := ""
	if level > 0 {
		prefix = strings.Repeat("   ", level) + "└ "
	}
	row := []string{prefix + m.layerName(l) + " (" + layers.ClassName(l) + ")", outputShape(m, l), paramCount(m, l)}
	if !s.linear {
		row = append(row, s.connections(l, level))
	}
	if s.ShowTrainable {
		row = append(row, trainable(l))
	}
	out := [][]string{row}
	if inner, ok := l.(*Model); ok && s.ExpandNested {
		for _, sub := range inner.Layers() {
			out = append(out, s.rows(inner, sub, level+1)...)
		}
	}
	return out
}

func trainable(l layers.Layer) string {
	switch {
	case len(l.Params()) == 0:
		return "-"
	case l.Trainable():
		return "Y"
	}
	return "N"
}

// outputShape is the shape of the layer's last call in m, "?" before the first.
func outputShape(m *Model, l layers.Layer) string {
	if in, ok := l.(*layers.Input); ok {
		return shapeString(in.BatchShape())
	}
	if m.g == nil {
		return "?"
	}
	calls := Calls(m.g, l)
	if len(calls) == 0 {
		return "?"
	}
	outputs := calls[len(calls)-1].Outputs
	if len(outputs) == 1 {
		return shapeString(outputs[0].Shape())
	}
	parts := make([]string, len(outputs))
	for i, n := range outputs {
		parts[i] = shapeString(n.Shape())
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// shapeString writes a vector's shape without Python's comma, as Keras's table does.
func shapeString(s graph.Shape) string { return strings.Replace(s.String(), ",)", ")", 1) }

func paramCount(m *Model, l layers.Layer) string {
	n, _ := size(l.Params())
	if m.g == nil && n == 0 {
		return "0 (unbuilt)"
	}
	return thousands(n)
}

// connections lists the outputs that the layer's calls read, as name[call][output].
func (s *summary) connections(l layers.Layer, level int) string {
	if level > 0 {
		return "-"
	}
	var parts []string
	for _, u := range s.net.units {
		if u.op != any(l) || u.call == nil {
			continue
		}
		for _, x := range u.call.Inputs {
			parts = append(parts, s.source(x))
		}
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ", ")
}

// source names the output of a layer that a node is.
func (s *summary) source(n *graph.Node) string {
	if s.net.inputs[n] {
		return nodeName(n) + "[0][0]"
	}
	switch op := n.Op().(type) {
	case graph.NamedOp, graph.MaskedOp:
		return s.source(n.In(0))
	case graph.LayerOut:
		if op.Call.Layer == nil {
			return s.source(n.In(0))
		}
		index := 0
		for _, c := range Calls(s.m.g, op.Call.Layer.(layers.Layer)) {
			if c.Outputs[0] == op.Call.Outputs[0] {
				break
			}
			index++
		}
		return fmt.Sprintf("%s[%d][%d]", op.Call.Path, index, op.I)
	}
	return n.Name() + "[0][0]"
}

// totals are the lines below the table.
func (s *summary) totals() string {
	all, bytes := size(s.m.Params())
	tr, trBytes := size(s.m.TrainableParams())
	opt, optBytes := 0, 0
	if o := s.m.Optimizer(); o != nil {
		opt, optBytes = size(optimizers.Variables(o))
	}
	text := fmt.Sprintf(" Total params: %s (%s)\n", thousands(all+opt), memory(bytes+optBytes)) +
		fmt.Sprintf(" Trainable params: %s (%s)\n", thousands(tr), memory(trBytes)) +
		fmt.Sprintf(" Non-trainable params: %s (%s)\n", thousands(all-tr), memory(bytes-trBytes))
	if opt > 0 {
		text += fmt.Sprintf(" Optimizer params: %s (%s)\n", thousands(opt), memory(optBytes))
	}
	return text
}

// size counts elements and bytes.
func size(params []*graph.Param) (n, bytes int) {
	for _, p := range params {
		k := p.Spec().Shape.Size()
		n, bytes = n+k, bytes+k*p.Spec().Dtype.Size()
	}
	return n, bytes
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// memory writes a number of bytes as Keras does: "27.79 KB".
func memory(bytes int) string {
	v := float64(bytes)
	for _, unit := range []string{"B", "KB", "MB", "GB"} {
		if v < 1024 {
			return fmt.Sprintf("%.2f %s", v, unit)
		}
		v /= 1024
	}
	return fmt.Sprintf("%.2f TB", v)
}
