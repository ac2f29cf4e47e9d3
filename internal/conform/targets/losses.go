package targets

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/losses"
)

// runLoss runs a loss object, reduced, or a loss function, whose values are not.
func runLoss(c *cases.Case) error {
	e := newEval()
	t, p, err := e.targets(c.Args)
	if err != nil {
		return err
	}
	l, err := objectOf[losses.Loss](c, "loss")
	if err != nil {
		return err
	}
	if c.Target.Kind == "function" {
		y, err := e.lossFunction(c, l, t, p)
		if err != nil {
			return err
		}
		return e.check(c, graph.Nodes{y})
	}
	args := cases.NewArgs(c.Target.Name, c.Args)
	args.Get("y_true")
	args.Get("y_pred")
	weight, err := e.node(args.Get("sample_weight"))
	if err != nil {
		return err
	}
	if err := args.Err(); err != nil {
		return err
	}
	if weight == nil {
		return e.check(c, graph.Nodes{losses.Apply(l, t, p)})
	}
	return e.check(c, graph.Nodes{losses.Apply(l, t, p, weight)})
}

func (e *eval) lossFunction(c *cases.Case, l losses.Loss, t, p *graph.Node) (*graph.Node, error) {
	circle, ok := l.(losses.Circle)
	if !ok || c.Args.Get("ref_labels").IsNull() {
		return l.Call(t, p), nil
	}
	labels, err := e.node(c.Args.Get("ref_labels"))
	if err != nil {
		return nil, err
	}
	embeddings, err := e.node(c.Args.Get("ref_embeddings"))
	if err != nil {
		return nil, err
	}
	return circle.Against(t, p, labels, embeddings), nil
}

// targets feeds the arguments y_true and y_pred.
func (e *eval) targets(args *cases.Value) (t, p *graph.Node, err error) {
	if t, err = e.node(args.Get("y_true")); err != nil {
		return nil, nil, err
	}
	p, err = e.node(args.Get("y_pred"))
	return t, p, err
}

// objectOf decodes the object of a case, or, for a function, the class of the same name with the arguments that are not
// tensors as its settings.
func objectOf[T any](c *cases.Case, kind string) (T, error) {
	var zero T
	tree := plain(c.Config)
	if c.Target.Kind == "function" {
		settings := map[string]any{}
		for i, key := range c.Args.Keys() {
			if v := c.Args.Items()[i]; v.Kind() != cases.Array && key != "y_true" && key != "y_pred" {
				settings[key] = plain(v)
			}
		}
		tree = map[string]any{"class_name": c.Target.Name, "config": settings}
	}
	o, err := (&config.Decoder{}).Decode(tree, kind)
	if err != nil {
		return zero, err
	}
	t, ok := o.(T)
	if !ok {
		return zero, fmt.Errorf("%s %s is a %T", kind, c.Target.Name, o)
	}
	return t, nil
}

// plain turns a value without tensors into what a JSON decoder makes of it.
func plain(v *cases.Value) any {
	switch v.Kind() {
	case cases.Bool:
		b, _ := v.Bool()
		return b
	case cases.Int, cases.Float:
		f, _ := v.Float()
		return f
	case cases.String, cases.Dtype:
		s, _ := v.Str()
		return s
	case cases.List, cases.Tuple:
		out := make([]any, len(v.Items()))
		for i, item := range v.Items() {
			out[i] = plain(item)
		}
		return out
	case cases.Dict, cases.Keras:
		out := map[string]any{}
		for i, key := range v.Keys() {
			out[key] = plain(v.Items()[i])
		}
		return out
	}
	return nil
}
