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
	for _, op := range s.m.shown() {
		rows = append(rows, s.rows(s.m, op, 0)...)
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

// shown lists what the summary of a model shows: its layers, and the operations between them.
func (m *Model) shown() []any {
	if m.g != nil && m.seq == nil {
		return m.network().ordered()
	}
	var out []any
	for _, l := range m.Layers() {
		out = append(out, l)
	}
	return out
}

// rows are the row of a layer or operation of m, and those of what is inside it if that is to be shown.
func (s *summary) rows(m *Model, op any, level int) [][]string {
	prefix := ""
	if level > 0 {
		prefix = strings.Repeat("   ", level) + "└ "
	}
	var row []string
	l, isLayer := op.(layers.Layer)
	if isLayer {
		row = []string{prefix + m.layerName(l) + " (" + className(l) + ")", outputShape(m, l), paramCount(m, l)}
	} else {
		n := op.(*graph.Node)
		row = []string{prefix + opName(n) + " (" + opClass(n) + ")", shapeString(n.Shape()), "0"}
	}
	if !s.linear {
		row = append(row, s.connections(op, level))
	}
	if s.ShowTrainable {
		row = append(row, trainable(l))
	}
	out := [][]string{row}
	if inner, ok := l.(*Model); ok && s.ExpandNested {
		for _, sub := range inner.shown() {
			out = append(out, s.rows(inner, sub, level+1)...)
		}
	}
	return out
}

// opName is the name of an operation between layers, as files and summaries give it.
func opName(n *graph.Node) string { return strings.ReplaceAll(n.Name(), "/", "_") }

// opClass is Keras's class of an operation between layers, or ours if it has none.
func opClass(n *graph.Node) string {
	if s, err := encodeOp(n); err == nil {
		return s.ClassName
	}
	return n.Op().Name()
}

func trainable(l layers.Layer) string {
	switch {
	case l == nil || len(l.Params()) == 0:
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

// connections lists the outputs that the calls of a layer or operation read, as name[call][output].
func (s *summary) connections(op any, level int) string {
	if level > 0 {
		return "-"
	}
	var parts []string
	for _, u := range s.net.units {
		if u.op != op || s.net.inputs[u.node] {
			continue
		}
		in := u.node.Inputs()
		if u.call != nil {
			in = u.call.Inputs
		}
		for _, x := range in {
			if text := s.source(x); text != "" {
				parts = append(parts, text)
			}
		}
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ", ")
}

// source names the output of a layer that a node is; "" for a constant.
func (s *summary) source(n *graph.Node) string {
	u := s.net.visit(n)
	if u == nil {
		return ""
	}
	if s.net.inputs[u.node] {
		return nodeName(u.node) + "[0][0]"
	}
	index := 0
	for _, other := range s.net.units {
		if other == u {
			break
		}
		if other.op == u.op {
			index++
		}
	}
	l, ok := u.op.(layers.Layer)
	if !ok {
		return opName(u.node) + "[0][0]"
	}
	return fmt.Sprintf("%s[%d][%d]", s.m.layerName(l), index, outputIndex(n))
}

// outputIndex is which output of a call a node is; names and masks are looked through.
func outputIndex(n *graph.Node) int {
	for {
		switch op := n.Op().(type) {
		case graph.LayerOut:
			if op.Call.Layer != nil && op.Call.Parent == nil {
				return op.I
			}
		case graph.NamedOp, graph.MaskedOp:
		default:
			return 0
		}
		n = n.In(0)
	}
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
		n, bytes = n+k, bytes+k*stored(p.Spec().Dtype)
	}
	return n, bytes
}

// stored is the size of an element in a file; in memory those of 16 bits take 4 bytes.
func stored(d graph.Dtype) int {
	if d == graph.Float16 || d == graph.BFloat16 {
		return 2
	}
	return d.Size()
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
