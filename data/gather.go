package data

import "reflect"

// alike makes a slice of the type of src with n elements.
func alike(src any, n int) any {
	return reflect.MakeSlice(reflect.TypeOf(src), n, n).Interface()
}

// gather copies rows of n elements of src to dst, slices of one type.
func gather(dst, src any, rows []int, n int) {
	switch dst := dst.(type) {
	case []float32:
		copyRows(dst, src.([]float32), rows, n)
	case []float64:
		copyRows(dst, src.([]float64), rows, n)
	case []int:
		copyRows(dst, src.([]int), rows, n)
	case []int32:
		copyRows(dst, src.([]int32), rows, n)
	case []int64:
		copyRows(dst, src.([]int64), rows, n)
	case []uint8:
		copyRows(dst, src.([]uint8), rows, n)
	case []bool:
		copyRows(dst, src.([]bool), rows, n)
	case []string:
		copyRows(dst, src.([]string), rows, n)
	default:
		from, to := reflect.ValueOf(src), reflect.ValueOf(dst)
		for i, r := range rows {
			reflect.Copy(to.Slice(i*n, (i+1)*n), from.Slice(r*n, (r+1)*n))
		}
	}
}

func copyRows[T any](dst, src []T, rows []int, n int) {
	if n == 1 {
		for i, r := range rows {
			dst[i] = src[r]
		}
		return
	}
	for i, r := range rows {
		copy(dst[i*n:(i+1)*n], src[r*n:(r+1)*n])
	}
}

// window is src[from:to] of a slice of any type, with the capacity cut so that an append cannot reach the rest.
func window(src any, from, to int) any {
	return reflect.ValueOf(src).Slice3(from, to, to).Interface()
}
