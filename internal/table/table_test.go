package table

import (
	"strings"
	"testing"
)

func TestRenderAsKeras(t *testing.T) {
	columns := []Column{{Title: "Layer (type)", Width: 34}, {Title: "Output Shape", Width: 26}, {Title: "Param #", Width: 16, Align: Right}}
	got := Render(columns, [][]string{{"dense (Dense)", "(None, 64)", "6,464"}, {"dense_1 (Dense)", "(None, 10)", "650"}}, 76)
	want := `
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ dense (Dense)                   │ (None, 64)             │         6,464 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_1 (Dense)                 │ (None, 10)             │           650 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
`
	if got != strings.TrimLeft(want, "\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"short", 8, "short"},
		{"two words here", 9, "two words|here"},
		{"abcdefghijkl", 5, "abcd…"},
		{"a abcdefgh", 4, "a|abc…"},
		{"", 4, ""},
	} {
		if got := strings.Join(wrap(c.in, c.width), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}
