package layers

import (
	"fmt"
	"strconv"

	"github.com/gorgonin/gorgonin/internal/config"
)

// intList reads a setting that is a number, also as the text of a default, or a list of numbers; nil gives def.
func intList(v any, def ...int) ([]int, error) {
	switch v := v.(type) {
	case nil:
		return def, nil
	case string:
		n, err := strconv.Atoi(v)
		if err != nil {
			return nil, fmt.Errorf("%q is neither an int nor a []int", v)
		}
		return []int{n}, nil
	case []int:
		return v, nil
	case []any:
		out := make([]int, len(v))
		for i, x := range v {
			n, ok := config.Number(x)
			if !ok {
				return nil, fmt.Errorf("element %d is a %T, want a number", i, x)
			}
			out[i] = int(n)
		}
		return out, nil
	}
	if n, ok := config.Number(v); ok {
		return []int{int(n)}, nil
	}
	return nil, fmt.Errorf("a %T is neither an int nor a []int", v)
}
