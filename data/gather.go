package data

import "reflect"

// gather copies the blocks of n elements that begin at the given places of src, a slice of any type, into a new slice of
// the same type.
func gather(src any, starts []int, n int) any {
	switch src := src.(type) {
	case []float32:
		return blocks(src, starts, n)
	case []float64:
		return blocks(src, starts, n)
	case []int:
		return blocks(src, starts, n)
	case []int32:
		return blocks(src, starts, n)
	case []uint8:
		return blocks(src, starts, n)
	case []string:
		return blocks(src, starts, n)
	}
	from := reflect.ValueOf(src)
	to := reflect.MakeSlice(from.Type(), len(starts)*n, len(starts)*n)
	for i, s := range starts {
		reflect.Copy(to.Slice(i*n, (i+1)*n), from.Slice(s, s+n))
	}
	return to.Interface()
}

func blocks[T any](src []T, starts []int, n int) []T {
	dst := make([]T, 0, len(starts)*n)
	for _, s := range starts {
		dst = append(dst, src[s:s+n]...)
	}
	return dst
}

// window is src[from:to] of a slice of any type, with the capacity cut so that an append cannot reach the rest.
func window(src any, from, to int) any {
	return reflect.ValueOf(src).Slice3(from, to, to).Interface()
}
