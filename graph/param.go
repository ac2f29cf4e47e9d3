package graph

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/gorgonin/gorgonin/internal/array"
	"gorgonia.org/tensor"
)

// Param is a tensor that outlives graphs and runs: a weight, a moving average, an optimizer's slot, a seed. One Param
// may be read in many graphs.
type Param struct {
	id     uint64
	c      ParamConfig
	spec   Spec
	frozen atomic.Bool
	seed   uint64

	once  sync.Mutex // guards the first allocation of value
	value any        // allocated once and then changed in place: compiled programs keep the slice

	step sync.Mutex   // held by a run that updates the parameter, from start to end
	data sync.RWMutex // read-held while a run computes, write-held while values change
}

// ParamConfig describes a parameter that is filled on first need.
type ParamConfig struct {
	Name         string // within its layer: "kernel"
	Path         string // "dense/kernel"
	Spec         Spec
	NonTrainable bool
	// Init returns the first values for a seed, in any numeric slice; nil for zeros.
	Init func(seed uint64) (any, error)
	// Regularizer returns a scalar to be added to the loss, Constraint the value to keep after an update; may be nil.
	Regularizer, Constraint func(w *Node) *Node
}

var paramIDs atomic.Uint64

// MakeParam makes a parameter whose values are drawn on first need, so that loading a file skips the drawing.
func MakeParam(c ParamConfig) (*Param, error) {
	if c.Path == "" {
		c.Path = c.Name
	}
	switch {
	case c.Name == "":
		return nil, fmt.Errorf("a parameter needs a name")
	case !c.Spec.Dtype.Valid():
		return nil, fmt.Errorf("parameter %s has the unknown dtype %q", c.Path, c.Spec.Dtype)
	case !c.Spec.Shape.Known():
		return nil, fmt.Errorf("parameter %s has the shape %v: a weight's size cannot depend on an axis that is known only at run time; give the input's axis a size", c.Path, c.Spec.Shape)
	}
	if err := c.Spec.Shape.check(); err != nil {
		return nil, fmt.Errorf("parameter %s: %w", c.Path, err)
	}
	return &Param{id: paramIDs.Add(1), c: c, spec: c.Spec.Clone()}, nil
}

// NewParam makes a trainable parameter with the given value: a number, a tensor, or nested slices. Go's int becomes
// int32 and a single float64 becomes float32.
func NewParam(name string, value any) (*Param, error) {
	n := New("param").Const(value)
	if n.err != nil {
		return nil, fmt.Errorf("parameter %s: %w", name, n.err)
	}
	values := n.op.(ConstOp).Values()
	return MakeParam(ParamConfig{Name: name, Spec: n.spec, Init: func(uint64) (any, error) { return values, nil }})
}

// Name is the parameter's name within its layer, "kernel".
func (p *Param) Name() string { return p.c.Name }

// Path is the name with the layer's path before it, "dense/kernel".
func (p *Param) Path() string { return p.c.Path }

// SetPath changes the path, when the layer that owns the parameter gets its name.
func (p *Param) SetPath(path string) { p.c.Path = path }

// ID numbers the parameters of the process in the order they were made: the order in which their locks are taken.
func (p *Param) ID() uint64 { return p.id }

// Spec is the parameter's dtype and shape.
func (p *Param) Spec() Spec { return p.spec.Clone() }

// Trainable reports whether an optimizer changes the parameter: it was made trainable and is not frozen.
func (p *Param) Trainable() bool { return !p.c.NonTrainable && !p.frozen.Load() }

// NonTrainable reports whether the parameter was made to be changed by updates only (a moving average, a seed).
func (p *Param) NonTrainable() bool { return p.c.NonTrainable }

// SetFrozen keeps the parameter out of training at the next Compile, or lets it in again.
func (p *Param) SetFrozen(frozen bool) { p.frozen.Store(frozen) }

// Regularizer is the penalty on the parameter, nil for none.
func (p *Param) Regularizer() func(w *Node) *Node { return p.c.Regularizer }

// Constraint maps the parameter to its allowed values after an update, nil for none.
func (p *Param) Constraint() func(w *Node) *Node { return p.c.Constraint }

// Locks are the two locks of the parameter. Step is held from start to end by a run that updates it; data is read-held
// while a run computes and write-held while the value changes. Several are taken in ascending order of ID.
func (p *Param) Locks() (step *sync.Mutex, data *sync.RWMutex) { return &p.step, &p.data }

// Values is the memory of the parameter, in the slice type of [MakeValues]. It stays at its place for the parameter's life; whoever
// reads or writes it holds the data lock.
func (p *Param) Values() (any, error) {
	p.once.Lock()
	defer p.once.Unlock()
	if p.value != nil {
		return p.value, nil
	}
	v, err := p.draw(p.seed)
	if err != nil {
		return nil, err
	}
	p.value = v
	return v, nil
}

// draw runs the initializer.
func (p *Param) draw(seed uint64) (any, error) {
	v := MakeValues(p.spec.Dtype, p.spec.Shape.Size())
	if p.c.Init == nil {
		return v, nil
	}
	w, err := p.c.Init(seed)
	if err != nil {
		return nil, fmt.Errorf("initializing %s: %w", p.Path(), err)
	}
	if array.Len(w) != array.Len(v) {
		return nil, fmt.Errorf("initializing %s: %d values for shape %v", p.Path(), array.Len(w), p.spec.Shape)
	}
	return v, array.Copy(v, w)
}

// Init draws the values again, from the given seed.
func (p *Param) Init(seed uint64) error {
	p.once.Lock()
	p.seed = seed
	drawn := p.value != nil
	p.once.Unlock()
	if !drawn {
		return nil // the first need draws from the seed just set
	}
	v, err := p.draw(seed)
	if err != nil {
		return err
	}
	return p.store(v)
}

// store copies values of the right length in.
func (p *Param) store(v any) error {
	p.once.Lock()
	if p.value == nil {
		p.value = MakeValues(p.spec.Dtype, p.spec.Shape.Size())
	}
	p.once.Unlock()
	p.step.Lock()
	defer p.step.Unlock()
	p.data.Lock()
	defer p.data.Unlock()
	return array.Copy(p.value, v)
}

// Value returns a copy of the parameter. A parameter that cannot be initialized reads as zeros; Compile reports why.
func (p *Param) Value() *tensor.Dense {
	v, err := p.Values()
	if err != nil {
		return array.Dense(MakeValues(p.spec.Dtype, p.spec.Shape.Size()), p.spec.Shape)
	}
	p.data.RLock()
	defer p.data.RUnlock()
	return array.Dense(array.Clone(v), p.spec.Shape)
}

// SetValue replaces the value by a tensor, a number or nested slices of the parameter's shape, cast to its dtype. On an
// error the parameter stays as it is.
func (p *Param) SetValue(v any) error {
	values, shape, err := array.From(v)
	if err != nil {
		return fmt.Errorf("setting %s: %w", p.Path(), err)
	}
	if !p.spec.Shape.Equal(shape) {
		return fmt.Errorf("setting %s: the value has the shape %v, the parameter has %v", p.Path(), Shape(shape), p.spec.Shape)
	}
	if array.DtypeOf(values) == "string" {
		return fmt.Errorf("setting %s: strings for a parameter of %s", p.Path(), p.spec.Dtype)
	}
	return p.store(values)
}

// String is the path and the spec.
func (p *Param) String() string { return p.Path() + " " + p.spec.String() }
