package functional

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/saving"
)

// Save writes the whole model to a .keras file that Keras loads too: architecture, weights, and if the model is compiled its
// settings and the optimizer's state. The file is replaced only when all of it is written. Nodes without a Keras form
// (gradients as outputs) are an error.
func (m *Model) Save(path string) error {
	if m.g == nil {
		return fmt.Errorf("saving %s: the model is not built: call Build, or give it an Input", path)
	}
	if !strings.HasSuffix(path, ".keras") {
		return fmt.Errorf("saving %s: a whole model is saved as .keras; SaveWeights writes .weights.h5", path)
	}
	o, err := m.serialize()
	if err != nil {
		return fmt.Errorf("saving %s: %w", path, err)
	}
	tree := struct {
		config.Object
		Compile map[string]any `json:"compile_config,omitempty"`
	}{Object: o}
	if tree.Compile, err = m.compileConfig(); err != nil {
		return fmt.Errorf("saving %s: %w", path, err)
	}
	entries := append(m.entries(), m.optimizerEntries()...)
	return saving.WriteFile(path, func(w io.Writer) error { return saving.WriteArchive(w, tree, entries) })
}

// SaveWeights writes the weights to a .weights.h5 file, as Keras does.
func (m *Model) SaveWeights(path string) error {
	if err := m.weightsPath("saving", path); err != nil {
		return err
	}
	return saving.WriteFile(path, func(w io.Writer) error { return saving.WriteWeights(w, m.entries()) })
}

// LoadWeights reads the weights of a .weights.h5 file. If they do not fit, the model stays as it is.
func (m *Model) LoadWeights(path string) error {
	if err := m.weightsPath("loading", path); err != nil {
		return err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if saving.IsLegacy(b) {
		f, err := saving.ReadLegacy(b)
		if err == nil {
			err = f.ReadWeights(m.legacyEntries(), false)
		}
		if err != nil {
			return fmt.Errorf("loading %s: %w", path, err)
		}
		return nil
	}
	if err := saving.ReadWeights(b, m.entries(), false); err != nil {
		return fmt.Errorf("loading %s: %w", path, err)
	}
	return nil
}

func (m *Model) weightsPath(doing, path string) error {
	switch {
	case m.g == nil:
		return fmt.Errorf("%s %s: the model is not built: call Build, or give it an Input", doing, path)
	case !strings.HasSuffix(path, ".weights.h5") && (doing != "loading" || !strings.HasSuffix(path, ".h5")):
		return fmt.Errorf("%s %s: weights are kept in files named *.weights.h5", doing, path)
	}
	return nil
}

// SaveState writes everything that a training continues from: weights, seeds, the optimizer's state.
func (m *Model) SaveState(path string) error {
	entries := append(m.entries(), m.optimizerEntries()...)
	return saving.WriteFile(path, func(w io.Writer) error { return saving.WriteWeights(w, entries) })
}

// LoadState reads what SaveState wrote into a model that was built and compiled alike.
func (m *Model) LoadState(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := saving.ReadWeights(b, append(m.entries(), m.optimizerEntries()...), false); err != nil {
		return fmt.Errorf("loading %s: %w", path, err)
	}
	return nil
}

// Load reads a .keras file of Keras or of Save. Classes of one's own must be registered, or given in the options. A
// compiled model comes back compiled, with its optimizer's state; a Sequential comes back as one and saves as one.
func Load(file string, o ...saving.Options) (*Model, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return load(b, file, o)
}

// LoadFS is Load from a file system, such as one that is embedded.
func LoadFS(fsys fs.FS, file string, o ...saving.Options) (*Model, error) {
	b, err := fs.ReadFile(fsys, path.Clean(file))
	if err != nil {
		return nil, err
	}
	return load(b, file, o)
}

func load(b []byte, file string, o []saving.Options) (*Model, error) {
	var opt saving.Options
	switch len(o) {
	case 0:
	case 1:
		opt = o[0]
	default:
		return nil, fmt.Errorf("loading %s: got %d saving.Options, want at most one", file, len(o))
	}
	m, err := read(b, opt)
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", file, err)
	}
	return m, nil
}

func read(b []byte, opt saving.Options) (*Model, error) {
	if saving.IsHDF5(b) {
		return readLegacy(b, opt)
	}
	a, err := saving.ReadArchive(b)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(a.Config, &tree); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	m, err := decodeModel(tree, opt.CustomObjects)
	if err != nil {
		return nil, err
	}
	m.loaded = true
	if m.g == nil {
		return m, nil
	}
	entries := m.entries()
	if c, ok := tree["compile_config"].(map[string]any); ok && len(c) > 0 && !opt.NoCompile {
		if err := m.compileFrom(c, opt.CustomObjects); err != nil {
			return nil, fmt.Errorf("compile_config: %w", err)
		}
		for _, e := range m.optimizerEntries() {
			e.Optional = true
			entries = append(entries, e)
		}
	}
	return m, saving.ReadWeights(a.Weights, entries, opt.SkipMismatch)
}

// entries lists the weights of the model by their places in a file.
func (m *Model) entries() []saving.Entry {
	var out []saving.Entry
	seen := map[layers.Part]bool{}
	m.addEntries(&out, "", seen)
	return out
}

func (m *Model) addEntries(out *[]saving.Entry, prefix string, seen map[layers.Part]bool) {
	list := m.Layers()
	count := map[string]int{}
	for _, l := range list {
		name := config.Snake(layers.ClassName(l))
		if inner, ok := l.(*Model); ok {
			name = "functional"
			if inner.seq != nil {
				name = "sequential"
			}
		}
		if layers.ClassName(l) == "GroupQueryAttention" || layers.ClassName(l) == "GroupedQueryAttention" {
			name = "grouped_query_attention"
		}
		at := name
		if k := count[name]; k > 0 {
			at = fmt.Sprintf("%s_%d", name, k)
		}
		count[name]++
		if !seen[l] { // a shared layer is stored at its first place
			seen[l] = true
			addPart(out, l, prefix+"layers/"+at, m.layerName(l), seen)
		}
	}
}

// addPart lists a layer, or a cell inside one, with what is inside it.
func addPart(out *[]saving.Entry, p layers.Part, path, name string, seen map[layers.Part]bool) {
	if inner, ok := p.(*Model); ok {
		*out = append(*out, saving.Entry{Path: path + "/vars", Name: name})
		inner.addEntries(out, path+"/", seen)
		return
	}
	*out = append(*out, saving.Entry{Path: path + "/vars", Name: name, Params: layers.OwnParams(p)})
	if seed := layers.OwnSeed(p); seed != nil {
		*out = append(*out, saving.Entry{Path: path + "/seed_generator/vars", Name: "seed_generator", Params: []*graph.Param{seed}, Seed: true, Optional: true})
	}
	for _, sub := range layers.Subs(p) {
		addPart(out, sub.Part, path+"/"+layers.FileName(p, sub), sub.Name, seen)
	}
}

// optimizerEntries lists the optimizer's state.
func (m *Model) optimizerEntries() []saving.Entry {
	opt := m.Optimizer()
	if opt == nil {
		return nil
	}
	if err := optimizers.Build(opt, m.TrainableParams()); err != nil {
		return nil
	}
	return []saving.Entry{{Path: "optimizer/vars", Params: optimizers.Variables(opt)}}
}
