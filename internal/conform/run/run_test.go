package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/internal/npz"
)

// suite writes cases whose target's name says what their runner does.
func suite(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, id := range []string{"ops/pass", "ops/differs", "ops/differs-2", "ops/panic", "ops/unsupported", "ops/error", "ops/slow", "layers/Dense"} {
		dir := filepath.Join(root, id)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(filepath.Base(id), "-")
		text := fmt.Sprintf(`{"id":%q,"category":%q,"target":{"kind":"function","name":%q}}`, filepath.Base(id), filepath.Dir(id), name)
		if err := os.WriteFile(filepath.Join(dir, "case.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(root, "ops/unreadable"), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

// runners returns the runners of the suite; close release to end the slow case.
func runners(release chan struct{}) Runners {
	return Runners{"ops": func(c *cases.Case) error {
		switch c.Target.Name {
		case "differs":
			one := &npz.Array{Dtype: "int32", Shape: []int{}, Data: []int32{1}}
			two := &npz.Array{Dtype: "int32", Shape: []int{}, Data: []int32{2}}
			return fmt.Errorf("call: %w", errors.Join(compare.Arrays("y0", one, two, 0)))
		case "panic":
			var nothing []int
			return fmt.Errorf("%d", nothing[len(c.ID)])
		case "unsupported":
			return cases.ErrUnsupported{What: "ops.fft"}
		case "error":
			return errors.New("step 12 failed\nbecause")
		case "slow":
			<-release
		}
		return nil
	}}
}

func TestAll(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	refs, err := cases.Find(suite(t))
	if err != nil {
		t.Fatal(err)
	}
	results := All(refs, runners(release), Options{Workers: 2, Timeout: 200 * time.Millisecond})
	want := map[string]Result{
		"Dense":       {Kind: Unsupported, Reason: "category layers"},
		"pass":        {Passed: true},
		"differs":     {Kind: Differs, Reason: compare.Integer, Message: "call: y0"},
		"differs-2":   {Kind: Differs, Reason: compare.Integer},
		"panic":       {Kind: Panicked, Reason: "panic: runtime error: index out of range", Message: "run_test.go:"},
		"unsupported": {Kind: Unsupported, Reason: "ops.fft"},
		"error":       {Kind: Failed, Reason: "step # failed", Message: "because"},
		"slow":        {Kind: TimedOut, Reason: "timeout", Message: "200ms"},
		"unreadable":  {Kind: Unreadable, Reason: "open ", Message: "case.json"},
	}
	if len(results) != len(want) {
		t.Fatalf("%d results, want %d", len(results), len(want))
	}
	for i, r := range results {
		w := want[r.ID]
		if r.ID != refs[i].ID || r.Passed != w.Passed || r.Kind != w.Kind || !strings.HasPrefix(r.Reason, w.Reason) || !strings.Contains(r.Message, w.Message) {
			t.Errorf("%s: got %+v, want %+v", refs[i].ID, r, w)
		}
	}
}

func TestReport(t *testing.T) {
	results := []Result{
		{Category: "ops", ID: "a", Passed: true},
		{Category: "ops", ID: "b", Kind: Differs, Reason: "value differs", Message: "y0 is wrong"},
		{Category: "layers", ID: "c", Kind: Differs, Reason: "value differs", Message: "y1 is wrong"},
		{Category: "layers", ID: "d", Kind: Unsupported, Reason: "x", Message: "unsupported: x"},
	}
	r := Summarize("dir", results, 1.25)
	var b bytes.Buffer
	if err := r.WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	want := "layers 0/2\nops 1/2\ntotal 1/4 in 1.2 s\n\n2 differs: value differs\n    ops/b: y0 is wrong\n\n1 unsupported: x\n    layers/d: unsupported: x\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := r.WriteText(&b, true); err != nil || !strings.Contains(b.String(), "layers/c: y1 is wrong") {
		t.Errorf("verbose, error %v:\n%s", err, b.String())
	}
	if err := r.WriteText(broken{}, false); err == nil {
		t.Error("a failing writer gives no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestMain(t *testing.T) {
	release := make(chan struct{})
	close(release)
	root := suite(t)
	call := func(args ...string) (code int, stdout, stderr string) {
		var out, errs bytes.Buffer
		code = Main(runners(release), args, &out, &errs)
		return code, out.String(), errs.String()
	}
	if code, out, _ := call(root); code != 1 || !strings.HasPrefix(out, "layers 0/1\nops 2/8\ntotal 2/9 in ") {
		t.Errorf("code %d and\n%s\nwant 1 and ops 2/8", code, out)
	}
	if code, out, _ := call("-category", "ops,other", "-run", "ops/pass|ops/slow", root); code != 0 || !strings.HasPrefix(out, "ops 2/2\n") {
		t.Errorf("passing cases only: code %d and\n%s", code, out)
	}
	code, out, _ := call("-json", filepath.Join(root, "ops"))
	var report Report
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 1 {
		t.Fatalf("code %d, error %v", code, err)
	}
	if report.Passed != 2 || report.Total != 8 || len(report.Failures) != 6 || report.Categories[0].Unsupported != 1 || report.Reasons[0].Text != compare.Integer {
		t.Errorf("got report %+v", report)
	}
	for want, args := range map[string][]string{
		"usage":       {},
		"not defined": {"-x", root},
		"no such":     {filepath.Join(root, "nowhere")},
		"no case":     {"-category", "fit", root},
		"-run":        {"-run", "(", root},
	} {
		if code, _, errs := call(args...); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%v: code %d and %q, want 2 and %q", args, code, errs, want)
		}
	}
	if code, _, errs := call("-h"); code != 0 || !strings.Contains(errs, "usage") {
		t.Errorf("-h: code %d and %q", code, errs)
	}
}

func TestMarkdown(t *testing.T) {
	r := Summarize("dir", []Result{
		{Category: "ops", ID: "add-1", Passed: true},
		{Category: "ops", ID: "where-2", Kind: Differs, Reason: "a|b"},
		{Category: "ops", ID: "where-3", Kind: Differs, Reason: "a|b"},
		{Category: "shapes", ID: "ops-fft", Kind: Unsupported, Reason: "ops.fft"},
	}, 1)
	var b bytes.Buffer
	if err := r.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| ops | 1 | 3 | 0 | 2 |\n", "| shapes | 0 | 1 | 1 | 0 |\n", "| **all** | **1** | **4** | **1** | **2** |\n",
		"| 2 | differs | a\\|b | ops/where |\n", "| 1 | unsupported | ops.fft | shapes/ops-fft |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, b.String())
		}
	}
	if err := r.WriteMarkdown(broken{}); err == nil {
		t.Error("an error of the writer is lost")
	}
}
