package config_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"

	_ "github.com/gorgonin/gorgonin/activations"
	_ "github.com/gorgonin/gorgonin/constraints"
	_ "github.com/gorgonin/gorgonin/initializers"
	_ "github.com/gorgonin/gorgonin/layers"
	_ "github.com/gorgonin/gorgonin/losses"
	_ "github.com/gorgonin/gorgonin/metrics"
	_ "github.com/gorgonin/gorgonin/optimizers"
	_ "github.com/gorgonin/gorgonin/optimizers/schedules"
	_ "github.com/gorgonin/gorgonin/regularizers"
)

// write gives an object the form that a file holds, as text and read back.
func write(v any) (text string, tree any, err error) {
	o, err := config.Encode(v)
	if err != nil {
		return "", nil, err
	}
	b, err := json.Marshal(o)
	if err != nil {
		return "", nil, err
	}
	return string(b), tree, json.Unmarshal(b, &tree)
}

// fixpoint writes v, reads it and writes it again.
func fixpoint(t *testing.T, kind string, v any) (tree any) {
	t.Helper()
	first, tree, err := write(v)
	if err != nil {
		t.Error(err)
		return nil
	}
	back, err := (&config.Decoder{}).Decode(tree, kind)
	if err != nil {
		t.Errorf("%v; the configuration is %s", err, first)
		return nil
	}
	second, _, err := write(back)
	if err != nil || second != first {
		t.Errorf("the configuration changes from\n%s to\n%s %v", first, second, err)
	}
	if reflect.TypeOf(back) != reflect.TypeOf(v) {
		t.Errorf("a %T is read back as a %T", v, back)
	}
	return tree
}

// prototypes are the registered classes without those that are nothing without another object.
func prototypes() []config.Prototype {
	return slices.DeleteFunc(config.Prototypes(), func(p config.Prototype) bool { return p.Class == "MultiOptimizer" || p.Class == "OptimizerMap" })
}

func TestEveryClassSurvivesJSON(t *testing.T) {
	kinds := map[string]int{}
	for _, p := range prototypes() {
		kinds[p.Kind]++
		t.Run(p.Kind+" "+p.Class, func(t *testing.T) { fixpoint(t, p.Kind, p.Value) })
	}
	for kind, atLeast := range map[string]int{
		"layer": 100, "loss": 22, "metric": 40, "optimizer": 12, "schedule": 6, "initializer": 12, "regularizer": 4, "constraint": 4,
	} {
		if kinds[kind] < atLeast {
			t.Errorf("%d classes of kind %s are registered, want at least %d", kinds[kind], kind, atLeast)
		}
	}
}

// TestEverySettingSurvivesJSON sets the fields of every class one by one to something that is not the default: the
// written configuration must show it, and reading it back must give it again.
func TestEverySettingSurvivesJSON(t *testing.T) {
	for _, p := range prototypes() {
		_, plain, err := write(p.Value)
		if err != nil {
			continue // the other test reports it
		}
		t.Run(p.Kind+" "+p.Class, func(t *testing.T) {
			for i := range config.Settings(pointer(p.Value)) {
				v := pointer(p.Value)
				f := config.Settings(v)[i]
				if !fill(f.Value, f.Go) {
					continue
				}
				o := v
				if reflect.TypeOf(p.Value).Kind() != reflect.Pointer {
					o = reflect.ValueOf(v).Elem().Interface()
				}
				changed := fixpoint(t, p.Kind, o)
				if p.Class == "Discretization" && f.Go == "Frozen" {
					continue // as in Keras, whose Discretization does not write it
				}
				if changed != nil && reflect.DeepEqual(changed, plain) {
					t.Errorf("%s = %v leaves the configuration as it was: %v", f.Go, f.Value, changed)
				}
			}
		})
	}
}

// pointer returns a pointer to a copy.
func pointer(v any) any {
	r := reflect.Indirect(reflect.ValueOf(v))
	p := reflect.New(r.Type())
	p.Elem().Set(r)
	return p.Interface()
}

// names are objects of each kind that are nobody's default.
var names = map[string]string{
	"initializer": "he_normal", "regularizer": "l1", "constraint": "non_neg", "activation": "softsign", "loss": "huber",
	"optimizer": "lion", "metric": "hinge", "schedule": "CosineDecay",
}

// fill sets a field to something that no default is; false if there is nothing to set.
func fill(v reflect.Value, goName string) bool {
	switch v.Kind() {
	case reflect.Float64:
		v.SetFloat(0.4375)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString("another")
	case reflect.Slice:
		s := reflect.MakeSlice(v.Type(), 1, 1)
		if !fill(s.Index(0), goName) {
			return false
		}
		v.Set(s)
	case reflect.Array:
		for i := range v.Len() {
			if !fill(v.Index(i), goName) {
				return false
			}
		}
	case reflect.Pointer:
		if k := v.Type().Elem().Kind(); k == reflect.Struct {
			return false
		}
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem(), goName)
	case reflect.Interface:
		if v.NumMethod() > 0 {
			return false
		}
		v.Set(reflect.ValueOf("another"))
		if name := names[config.FamilyOf(goName)]; name != "" {
			v.Set(reflect.ValueOf(name))
		}
	default:
		return false
	}
	return true
}

// Zero and ZeroInt in fields with a default are written as 0 and stay so.
func TestZerosSurviveJSON(t *testing.T) {
	count := 0
	for _, p := range prototypes() {
		for i, f := range config.Settings(pointer(config.Resolve(p.Value))) {
			v := pointer(p.Value)
			field := config.Settings(v)[i]
			switch {
			case f.Value.Kind() == reflect.Float64 && f.Value.Float() != 0:
				field.Value.SetFloat(graph.Zero)
			case f.Value.Kind() == reflect.Int && f.Value.Int() != 0:
				field.Value.SetInt(config.ZeroInt)
			default:
				continue
			}
			count++
			o := v
			if reflect.TypeOf(p.Value).Kind() != reflect.Pointer {
				o = reflect.ValueOf(v).Elem().Interface()
			}
			t.Run(p.Kind+" "+p.Class+" "+f.Go, func(t *testing.T) {
				tree, _ := fixpoint(t, p.Kind, o).(map[string]any)
				c, _ := tree["config"].(map[string]any)
				if x := c[f.Name]; x != 0.0 && !reflect.DeepEqual(x, []any{0.0}) {
					t.Errorf("%s = 0 is written as %v", f.Name, x)
				}
			})
		}
	}
	if count < 100 {
		t.Errorf("only %d fields have a default that is not 0", count)
	}
}
