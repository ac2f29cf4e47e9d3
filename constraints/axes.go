package constraints

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/internal/config"
)

// axesOf reads an axis, or a list of them: Go's ints or JSON's numbers.
func axesOf(v any) ([]int, error) {
	switch x := v.(type) {
	case []int:
		return x, nil
	case []any:
		var axes []int
		for _, e := range x {
			a, err := axesOf(e)
			if err != nil {
				return nil, err
			}
			axes = append(axes, a...)
		}
		return axes, nil
	}
	if n, ok := config.Number(v); ok && n == math.Trunc(n) {
		return []int{int(n)}, nil
	}
	return nil, fmt.Errorf("got %v (%T), want an int or []int", v, v)
}
