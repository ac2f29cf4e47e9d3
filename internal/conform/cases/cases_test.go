package cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/internal/npz"
)

// write makes a folder with case.json and, if there are arrays, data.npz.
func write(t *testing.T, dir, text string, data map[string]*npz.Array) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "case.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if data != nil {
		var b bytes.Buffer
		if err := npz.Write(&b, data, true); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "data.npz"), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func arrays() map[string]*npz.Array {
	return map[string]*npz.Array{
		"x0":  {Dtype: "float32", Shape: []int{2}, Data: []float32{1, 2}},
		"m0":  {Dtype: "bool", Shape: []int{2}, Data: []bool{true, false}},
		"w0":  {Dtype: "float32", Shape: []int{2, 1}, Data: []float32{3, 4}},
		"gw0": {Dtype: "float32", Shape: []int{2, 1}, Data: []float32{5, 6}},
	}
}

const dense = `{"format":1,"id":"Dense-1","category":"layers","target":{"kind":"layer","name":"Dense","module":"m"},
"config":{"class_name":"Dense","config":{"units":1,"rate":0.50,"b":null,"a":[true,"x"]}},
"args":[{"$array":"x0","shape":[2],"dtype":"float32","keras_mask":{"$array":"m0","shape":[2],"dtype":"bool"}}],
"kwargs":{"training":true},"weights":[{"array":"w0","path":"dense/kernel","name":"kernel","shape":[2,1],"dtype":"float32","trainable":true}],
"grads":{"w0":"gw0"},"grads_dropped":["gx0"],"post":{},"tags":["t"],"tolerance":{"forward":0.5},"image_data_format":"channels_first"}`

func TestLoad(t *testing.T) {
	c, err := Load(write(t, t.TempDir(), dense, arrays()))
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != "Dense-1" || c.Category != "layers" || c.Target != (Target{"layer", "Dense", "m"}) || !c.ChannelsFirst {
		t.Errorf("got id %q, category %q, target %v, channels first %v", c.ID, c.Category, c.Target, c.ChannelsFirst)
	}
	if c.Tol("forward") != 0.5 || c.Tol("grad") != 1e-4 || c.Tol("logs") != 1e-5 {
		t.Errorf("tolerances %v %v %v, want 0.5 1e-4 1e-5", c.Tol("forward"), c.Tol("grad"), c.Tol("logs"))
	}
	if !c.Dropped("x0") || c.Dropped("w0") || !c.Tagged("t") || c.Tagged("u") || !c.Has("w0") || c.Has("w1") {
		t.Error("dropped, tags or arrays are not those of the file")
	}
	want := Weight{"w0", "dense/kernel", "kernel", arrays()["w0"], []int{2, 1}, true}
	if len(c.Weights) != 1 || !reflect.DeepEqual(c.Weights[0], want) {
		t.Errorf("weights %v, want %v", c.Weights, want)
	}
	grads, err := c.Gradients()
	if err != nil || !reflect.DeepEqual(grads, map[string]*npz.Array{"w0": arrays()["gw0"]}) {
		t.Errorf("gradients %v, error %v", grads, err)
	}
	x := c.Args.Items()[0]
	mask, err := x.Mask().Array()
	if err != nil || x.Name() != "x0" || !reflect.DeepEqual(mask, arrays()["m0"]) {
		t.Errorf("argument %v with mask %v, error %v", x, mask, err)
	}
	text, err := json.Marshal(c.Config)
	if want := `{"class_name":"Dense","config":{"units":1,"rate":0.50,"b":null,"a":[true,"x"]}}`; err != nil || string(text) != want {
		t.Errorf("config %s, error %v, want %s", text, err, want)
	}
	any := map[string]any{"units": 1, "rate": 0.5, "b": nil, "a": []any{true, "x"}}
	if got := c.Config.Get("config").Any(); !reflect.DeepEqual(got, any) {
		t.Errorf("Any gives %v, want %v", got, any)
	}
}

func TestLoadErrors(t *testing.T) {
	base := t.TempDir()
	tests := map[string]struct {
		dir  string
		want string
	}{
		"no case.json": {filepath.Join(base, "none"), "no such file"},
		"no data.npz":  {write(t, filepath.Join(base, "a"), dense, nil), "there is no data.npz"},
		"no array": {write(t, filepath.Join(base, "b"), dense, map[string]*npz.Array{"m0": arrays()["m0"]}),
			`data.npz has no array "x0"`},
		"no model file": {write(t, filepath.Join(base, "c"), `{"file":"model.keras"}`, nil), "model.keras"},
		"files":         {write(t, filepath.Join(base, "d"), `{"files":["a.h5"]}`, nil), "a.h5"},
		"bad json":      {write(t, filepath.Join(base, "e"), `{"id":`, nil), "EOF"},
		"wrong type":    {write(t, filepath.Join(base, "f"), `{"id":1,"tolerance":{"forward":"x"}}`, nil), "want a number"},
		"wrong shape": {write(t, filepath.Join(base, "g"), `{"x":{"$array":"x0","shape":[3],"dtype":"float32"}}`, arrays()),
			"shape [2] in data.npz and [3]"},
		"wrong dtype": {write(t, filepath.Join(base, "h"), `{"x":{"$array":"x0","shape":[2],"dtype":"int32"}}`, arrays()),
			"float32 in data.npz"},
	}
	for name, test := range tests {
		if _, err := Load(test.dir); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"ops/add-1", "ops/add-2", "layers/Dense-1"} {
		write(t, filepath.Join(root, dir), `{}`, nil)
	}
	if err := os.MkdirAll(filepath.Join(root, "ops/broken"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "INDEX.tsv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		"":          "layers/Dense-1 ops/add-1 ops/add-2 ops/broken",
		"ops":       "ops/add-1 ops/add-2 ops/broken",
		"ops/add-2": "ops/add-2",
	} {
		refs, err := Find(filepath.Join(root, dir))
		var got []string
		for _, r := range refs {
			got = append(got, r.Category+"/"+r.ID)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("Find(%q) = %v, error %v, want %s", dir, got, err, want)
		}
	}
	for _, dir := range []string{"nowhere", "ops/broken"} {
		if refs, err := Find(filepath.Join(root, dir)); err == nil {
			t.Errorf("Find(%q) = %v, want an error", dir, refs)
		}
	}
}

func decode(t *testing.T, text string) *Value {
	t.Helper()
	v, err := Decode([]byte(text), arrays())
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestDecodeKinds(t *testing.T) {
	for text, want := range map[string]struct {
		kind  Kind
		print string
	}{
		`null`:                             {Null, "None"},
		`true`:                             {Bool, "true"},
		`-3`:                               {Int, "-3"},
		`3.0`:                              {Float, "3.0"},
		`1e5`:                              {Float, "1e5"},
		`{"$float":"-inf"}`:                {Float, "-inf"},
		`"a"`:                              {String, `"a"`},
		`[1,[2]]`:                          {List, "[1, [2]]"},
		`{"$tuple":[1,null]}`:              {Tuple, "(1, None)"},
		`{"b":1,"a":2}`:                    {Dict, "{b: 1, a: 2}"},
		`{"$dict":{"b":1}}`:                {Dict, "{b: 1}"},
		`{"$keras":{"class_name":"Adam"}}`: {Keras, `keras{class_name: "Adam"}`},
		`{"$slice":[null,5,null]}`:         {Slice, "slice(None, 5, None)"},
		`{"$ellipsis":true}`:               {Ellipsis, "..."},
		`{"$dtype":"float16"}`:             {Dtype, "float16"},
		`{"$dtype_of_tensor":"int8"}`:      {DtypeOf, "tensor int8[]"},
		`{"$strings":[["a"],["b"]],"shape":[2,1]}`:               {Strings, " string[2 1]"},
		`{"$spec":{"shape":[null,3],"dtype":"float32"}}`:         {Spec, "tensor float32[-1 3]"},
		`{"$array":"x0","shape":[2],"dtype":"float32"}`:          {Array, "x0 float32[2]"},
		`"` + strings.Repeat("é", 200) + `"`:                     {String, `"` + strings.Repeat("é", 116) + "..."},
		`{"shape":{"$tuple":[2]},"fill":{"$spec":{"shape":[]}}}`: {Dict, "{shape: (2), fill: tensor []}"},
	} {
		v := decode(t, text)
		if v.Kind() != want.kind || v.String() != want.print {
			t.Errorf("%s: got %s %s, want %s %s", text, v.Kind(), v, want.kind, want.print)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{"$nothing":1}`:                    "unknown node $nothing",
		`{"$float":"1"}`:                    "in $float",
		`{"$tuple":{}}`:                     "a list in a tuple node",
		`{"$slice":[1]}`:                    "start, stop and step",
		`{"$spec":{"dtype":"float32"}}`:     "a shape in $spec",
		`{"$spec":{"shape":["a"]}}`:         "ints and nulls",
		`{"$strings":[["a"],"b"]}`:          "one shape",
		`{"$strings":[1]}`:                  "want a string",
		`{"$array":"zz","shape":[]}`:        `no array "zz"`,
		`{"$array":1}`:                      "name of an array",
		`[1] 2`:                             "more follows",
		`[1`:                                "EOF",
		strings.Repeat("[", 2000):           "nested deeper",
		`{"$array":"x0","dtype":"float32"}`: "shape of array x0",
	} {
		if v, err := Decode([]byte(text), arrays()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: got %v and error %v, want an error with %q", text, v, err, want)
		}
	}
}

func TestAccessors(t *testing.T) {
	v := decode(t, `{"i":7,"f":1.5,"b":false,"s":"x","l":[1,2],"nan":{"$float":"nan"},"t":{"$tuple":["p","q"]},"big":99999999999999999999}`)
	if i, err := v.Get("i").Int(); err != nil || i != 7 {
		t.Errorf("Int: %v, %v", i, err)
	}
	if f, err := v.Get("i").Float(); err != nil || f != 7 {
		t.Errorf("Float of an int: %v, %v", f, err)
	}
	if f, err := v.Get("nan").Float(); err != nil || !math.IsNaN(f) {
		t.Errorf("Float of nan: %v, %v", f, err)
	}
	if b, err := v.Get("b").Bool(); err != nil || b {
		t.Errorf("Bool: %v, %v", b, err)
	}
	if l, err := v.Get("l").Ints(); err != nil || !slices.Equal(l, []int{1, 2}) {
		t.Errorf("Ints: %v, %v", l, err)
	}
	if l, err := v.Get("i").Ints(); err != nil || !slices.Equal(l, []int{7}) {
		t.Errorf("Ints of one: %v, %v", l, err)
	}
	if l, err := v.Get("t").Strs(); err != nil || !slices.Equal(l, []string{"p", "q"}) {
		t.Errorf("Strs: %v, %v", l, err)
	}
	if f, err := v.Get("big").Any(), error(nil); err != nil || f != 1e20 {
		t.Errorf("Any of a large int: %v", f)
	}
	if !v.Path("no", "where").IsNull() || v.Get("s").Get("x") != nil || v.Get("no").String() != "None" {
		t.Error("an absent value is not null")
	}
	for name, err := range map[string]error{
		"Int of 1.5":     second(v.Get("f").Int()),
		"Int of big":     second(v.Get("big").Int()),
		"Int of absent":  second(v.Get("no").Int()),
		"Float of s":     second(v.Get("s").Float()),
		"Bool of i":      second(v.Get("i").Bool()),
		"Str of l":       second(v.Get("l").Str()),
		"Ints of t":      second(v.Get("t").Ints()),
		"Array of l":     second(v.Get("l").Array()),
		"JSON of nan":    second(v.MarshalJSON()),
		"Tensor of dict": second(v.Tensor()),
	} {
		if err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%s: error %v, want one that says what is wanted", name, err)
		}
	}
	if _, _, err := v.Spec(); err == nil {
		t.Error("Spec of a dict: no error")
	}
}

func second[T any](_ T, err error) error { return err }

func TestTensor(t *testing.T) {
	for text, want := range map[string]*npz.Array{
		`3`:                {Dtype: "int32", Shape: []int{}, Data: []int32{3}},
		`[[1,2],[3,4.5]]`:  {Dtype: "float32", Shape: []int{2, 2}, Data: []float32{1, 2, 3, 4.5}},
		`{"$tuple":[1,2]}`: {Dtype: "int32", Shape: []int{2}, Data: []int32{1, 2}},
		`[0.5,1]`:          {Dtype: "float32", Shape: []int{2}, Data: []float32{0.5, 1}},
		`[true,false]`:     {Dtype: "bool", Shape: []int{2}, Data: []bool{true, false}},
		`["a"]`:            {Dtype: "string", Shape: []int{1}, Data: []string{"a"}},
		`[]`:               {Dtype: "float32", Shape: []int{0}, Data: []float32{}},
		`{"$strings":"A"}`: {Dtype: "string", Shape: []int{}, Data: []string{"A"}},
		`{"$array":"m0","shape":[2],"dtype":"bool"}`: arrays()["m0"],
	} {
		if got, err := decode(t, text).Tensor(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, error %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{`[1,[2]]`, `[1,true]`, `[null]`, `null`, `[99999999999]`, `{"$ellipsis":true}`} {
		if got, err := decode(t, text).Tensor(); err == nil {
			t.Errorf("%s: got %v, want an error", text, got)
		}
	}
}

func TestLeaves(t *testing.T) {
	v := decode(t, `{"z":[1,{"$tuple":[2,null]}],"a":{"$dict":{"k":3}},"n":[]}`)
	var got []string
	for _, leaf := range v.Leaves() {
		got = append(got, leaf.String())
	}
	if strings.Join(got, " ") != "3 1 2" {
		t.Errorf("leaves %v, want 3 1 2: keys sorted, depth first, without None", got)
	}
}

func TestArgs(t *testing.T) {
	a := NewArgs("ops.f", decode(t, `{"x":[1.5],"axis":-1,"keepdims":true,"p":2,"mode":"same","shape":{"$tuple":[1,2]},"initial":null}`))
	x := a.Tensor("x")
	if x == nil || x.Data.([]float32)[0] != 1.5 || a.Int("axis", 0) != -1 || !a.Bool("keepdims", false) || a.Float("p", 0) != 2 {
		t.Error("arguments are not those passed")
	}
	err := a.Err()
	var unsupported ErrUnsupported
	if !errors.As(err, &unsupported) || unsupported.What != "argument mode of ops.f" || strings.Contains(err.Error(), "initial") {
		t.Errorf("got error %v, want the arguments mode and shape as unsupported", err)
	}
	if a.Str("mode", "") != "same" || !slices.Equal(a.Ints("shape"), []int{1, 2}) || a.Int("absent", 9) != 9 || a.Tensor("initial") != nil {
		t.Error("arguments or defaults are wrong")
	}
	if err := a.Err(); err != nil {
		t.Errorf("everything was read, but %v", err)
	}
	if a.Int("mode", 4) != 4 || a.Err() == nil || !strings.Contains(a.Err().Error(), "argument mode of ops.f: want an int") {
		t.Errorf("a string read as an int gives %v", a.Err())
	}
}

func TestPseudoRandom(t *testing.T) {
	// Reference output of the published generator for the states 0 and 1234567's first step.
	for x, want := range map[uint64]uint64{0: 0xe220a8397b1dcdaf, 1234567: 6457827717110365317} {
		if got := SplitMix64(x); got != want {
			t.Errorf("SplitMix64(%d) = %d, want %d", x, got, want)
		}
	}
	// 0xe220a8397b1dcdaf >> 40 = 0xe220a8.
	if got, want := Unit(0, 0), float32(0xe220a8-8388608)/8388608; got != want {
		t.Errorf("Unit(0, 0) = %v, want %v", got, want)
	}
	c := Cotangent(3, 5)
	for k, v := range c {
		if v != Unit(uint64(k), 3) || v < -1 || v >= 1 || v == Unit(uint64(k), 2) {
			t.Errorf("cotangent 3 is %v", c)
		}
	}
}

func TestFillWeight(t *testing.T) {
	u := float64(Unit(1, 5))
	for _, test := range []struct {
		name  string
		shape []int
		want  float64
	}{
		{"moving_variance", []int{2}, 1 + 0.25*math.Abs(u)},
		{"variance", []int{2}, 1 + 0.25*math.Abs(u)},
		{"gamma", []int{2}, 1 + 0.25*u},
		{"beta", []int{2}, 0.1 * u},
		{"gamma", []int{2, 2}, u * math.Sqrt(3.0/2) * 2},
		{"kernel", []int{3, 2, 4, 5}, u * math.Sqrt(3.0/24) * 2},
		{"kernel", []int{3, 2, 4, 1}, u * math.Sqrt(3.0/6) * 2},
		{"depthwise_kernel", []int{3, 2, 4, 5}, u * math.Sqrt(3.0/6) * 2},
	} {
		got := FillWeight(5, test.name, test.shape, 2)
		if v := got.Data.([]float32)[1]; v != float32(test.want) || !slices.Equal(got.Shape, test.shape) {
			t.Errorf("%s%v: element 1 is %v, want %v", test.name, test.shape, v, float32(test.want))
		}
	}
}

func TestAppInput(t *testing.T) {
	x := AppInput(2, 255)
	values := x.Data.([]float32)
	first, second := (Unit(1, 900000)+1)*0.5*255, (Unit(13, 900000)+1)*0.5*0.25*255
	if !slices.Equal(x.Shape, []int{2, 2, 2, 3}) || len(values) != 24 || values[1] != first || values[13] != second {
		t.Errorf("got shape %v, elements %v and %v, want %v and %v", x.Shape, values[1], values[13], first, second)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(dense)
	f.Add(`{"$spec":{"shape":[null]}}`)
	f.Add(`[{"$tuple":[{"$slice":[1,2,3]},{"$ellipsis":true},{"$strings":["a"]},{"$float":"nan"}]}]`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Decode([]byte(text), arrays())
		if err != nil {
			return
		}
		if len(v.String()) > 4*120 {
			t.Errorf("%q prints as %q", text, v)
		}
		for _, leaf := range v.Leaves() {
			if leaf.IsSequence() || leaf.IsNull() {
				t.Errorf("leaf %v of %q", leaf, text)
			}
		}
		if _, err := v.Tensor(); err == nil && v.Kind() == Dict {
			t.Errorf("%q is a tensor", text)
		}
	})
}
