package kernels

//go:generate go -C gen/amd64 run ./vec -out ../../vec_avx2_amd64.s -stubs ../../vec_avx2_amd64.go -pkg kernels

func init() {
	if simd != "off" && hasAVX2() {
		useAVX2(table32)
		fillWords, uniform32, fill32 = wordsSIMD, uniformAVX2, fillAVX2
		choice32 = Choice[uint32]{selectVVAVX2, selectVSAVX2, selectSVAVX2, selectSSAVX2}
	}
}

// useAVX2 replaces the loops that there is assembly for. What is an IEEE operation keeps its bits; functions stay within 4 units
// in the last place, and sums of products are rounded once.
func useAVX2(t *vecTable[float32]) {
	for name, f := range map[string]func(dst, src []float32){
		"neg": negAVX2, "abs": absAVX2, "square": squareAVX2, "sqrt": sqrtAVX2, "rsqrt": rsqrtAVX2, "reciprocal": reciprocalAVX2,
		"relu": reluAVX2, "exp": expAVX2, "tanh": tanhAVX2, "sigmoid": sigmoidAVX2, "log": logAVX2, "erf": erfAVX2,
	} {
		t.unary[name] = f
	}
	for name, r := range map[string]Rows[float32, float32]{
		"add": {addVVAVX2, addVSAVX2, addSVAVX2}, "sub": {subVVAVX2, subVSAVX2, subSVAVX2}, "mul": {mulVVAVX2, mulVSAVX2, mulSVAVX2},
		"div": {divVVAVX2, divVSAVX2, divSVAVX2}, "maximum": {maxVVAVX2, maxVSAVX2, maxSVAVX2}, "minimum": {minVVAVX2, minVSAVX2, minSVAVX2},
	} {
		t.binary[name] = t.binary[name].hot(r.VV, r.VS, r.SV)
	}
	for name, r := range compareAVX2 {
		t.compare[name] = t.compare[name].hot(r.VV, r.VS, r.SV)
	}
	t.mulAdd, t.axpy = mulAddAVX2, axpyAVX2
	t.fromBool, t.fromInt32, t.nonZero = fromBoolAVX2, fromInt32AVX2, nonZeroAVX2
	t.wins = wins32
	t.maxRow, t.minRow, t.sumRow = maxRow32, minRow32, sumRow32
	t.addCols, t.addRows, t.inner, t.expSum = addCols32, addRows32, inner32, expSumRow32
	useRules(t.rules, map[string]fields{
		"adam": adamAVX2, "adam_w": adamWAVX2, "sgd": sgdAVX2, "momentum": momentumAVX2, "nesterov": nesterovAVX2, "rms_prop": rmsPropAVX2,
	}, adamRestAVX2)
}

// compareAVX2 turns a number on the left around.
var compareAVX2 = map[string]Rows[float32, bool]{
	"equal":         {equalVVAVX2, equalVSAVX2, func(dst []bool, a float32, b []float32) { equalVSAVX2(dst, b, a) }},
	"not_equal":     {notEqualVVAVX2, notEqualVSAVX2, func(dst []bool, a float32, b []float32) { notEqualVSAVX2(dst, b, a) }},
	"less":          {lessVVAVX2, lessVSAVX2, func(dst []bool, a float32, b []float32) { greaterVSAVX2(dst, b, a) }},
	"less_equal":    {lessEqualVVAVX2, lessEqualVSAVX2, func(dst []bool, a float32, b []float32) { greaterEqualVSAVX2(dst, b, a) }},
	"greater":       {greaterVVAVX2, greaterVSAVX2, func(dst []bool, a float32, b []float32) { lessVSAVX2(dst, b, a) }},
	"greater_equal": {greaterEqualVVAVX2, greaterEqualVSAVX2, func(dst []bool, a float32, b []float32) { lessEqualVSAVX2(dst, b, a) }},
}

func maxRowSIMD(x []float32) float32 {
	var lanes [8]float32
	maxRowAVX2(x, &lanes)
	return maxRow(lanes[:])
}

func minRowSIMD(x []float32) float32 {
	var lanes [8]float32
	minRowAVX2(x, &lanes)
	return minRow(lanes[:])
}

func winnersSIMD(at []int32, best, x []float32, pixel uint32) { winnersAVX2(at, best, x, pixel) }
func sumRowSIMD(x []float32) float64                          { return sumRowAVX2(x) }
func innerSIMD(a, b []float32) float64                        { return innerAVX2(a, b) }
func addColsSIMD(acc []float64, x []float32)                  { addColsAVX2(acc, x) }
func addRowsSIMD(acc []float64, x []float32, rows, step int)  { addRowsAVX2(acc, x, rows, step) }
func expSumSIMD(dst, x []float32, shift float32) float64      { return expSumAVX2(dst, x, shift) }
func philoxSIMD(dst []uint32, first uint32, counter, key *[2]uint32) {
	philoxAVX2(dst, first, counter, key)
}
