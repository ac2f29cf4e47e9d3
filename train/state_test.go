package train_test

import (
	"path/filepath"
	"testing"

	"github.com/gorgonin/gorgonin/train"
)

func TestState(t *testing.T) {
	a, b := classifier(t, 3, 3), classifier(t, 3, 3)
	if _, err := a.Fit(ctx, rows(20, 3, 3), quiet(train.FitOptions{})); err != nil {
		t.Fatal(err)
	}
	sa, err := a.State()
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string) {
		sb, err := b.State()
		if err != nil {
			t.Fatal(err)
		}
		for i, same := range []bool{equal(sa.Weights, sb.Weights), equal(sa.Optimizer, sb.Optimizer), equal(sa.Seeds, sb.Seeds)} {
			if !same {
				t.Errorf("part %d of the state changed in %s", i, what)
			}
		}
	}
	if len(sa.Seeds) != 1 || len(sa.Optimizer) != 10 {
		t.Errorf("%d seeds, %d optimizer variables", len(sa.Seeds), len(sa.Optimizer))
	}
	if err := b.SetState(sa); err != nil {
		t.Fatal(err)
	}
	check("SetState")
	b = classifier(t, 3, 3)
	path := filepath.Join(t.TempDir(), "state.h5")
	if err := a.SaveState(path); err != nil {
		t.Fatal(err)
	}
	if err := b.LoadState(path); err != nil {
		t.Fatal(err)
	}
	check("the file")
	has(t, slope(t, train.Config{}).SetState(sa), "4 weights", "1")
	has(t, classifier(t, 2, 3).SetState(sa), "shape (2, 8)")
}
