package kernels

func init() {
	if simd != "off" {
		useNEON(table32)
		fillWords, uniform32, fill32 = wordsSIMD, uniformNEON, fillNEON
		moments32 = momentsSIMD
		depthRow32 = depthRowFast
		choice32 = Choice[uint32]{selectVVNEON, selectVSNEON, selectSVNEON, selectSSNEON}
	}
}

// useNEON replaces the loops that there is assembly for. What is an IEEE operation keeps its bits; functions stay within 4 units
// in the last place, and sums of products are rounded once.
func useNEON(t *vecTable[float32]) {
	for name, f := range map[string]func(dst, src []float32){
		"neg": negNEON, "abs": absNEON, "square": squareNEON, "sqrt": sqrtNEON, "rsqrt": rsqrtNEON, "reciprocal": reciprocalNEON,
		"relu": reluNEON, "exp": expNEON, "tanh": tanhNEON, "sigmoid": sigmoidNEON, "log": logNEON, "erf": erfNEON,
	} {
		t.unary[name] = f
	}
	for name, r := range map[string]Rows[float32, float32]{
		"add": {addVVNEON, addVSNEON, addSVNEON}, "sub": {subVVNEON, subVSNEON, subSVNEON}, "mul": {mulVVNEON, mulVSNEON, mulSVNEON},
		"div": {divVVNEON, divVSNEON, divSVNEON}, "maximum": {maxVVNEON, maxVSNEON, maxSVNEON}, "minimum": {minVVNEON, minVSNEON, minSVNEON},
	} {
		t.binary[name] = t.binary[name].hot(r.VV, r.VS, r.SV)
	}
	for name, r := range compareNEON {
		t.compare[name] = t.compare[name].hot(r.VV, r.VS, r.SV)
	}
	t.mulAdd, t.axpy = mulAddNEON, axpyNEON
	t.fromBool, t.fromInt32, t.nonZero = fromBoolNEON, fromInt32NEON, nonZeroNEON
	t.wins = wins32
	t.maxRow, t.minRow, t.sumRow = maxRow32, minRow32, sumRow32
	t.addCols, t.addRows, t.inner, t.expSum = addCols32, addRows32, inner32, expSumRow32
	useRules(t.rules, map[string]fields{
		"adam": adamNEON, "adam_w": adamWNEON, "sgd": sgdNEON, "momentum": momentumNEON, "nesterov": nesterovNEON, "rms_prop": rmsPropNEON,
	}, adamRestNEON)
}

// compareNEON turns a number on the left around.
var compareNEON = map[string]Rows[float32, bool]{
	"equal":         {equalVVNEON, equalVSNEON, func(dst []bool, a float32, b []float32) { equalVSNEON(dst, b, a) }},
	"not_equal":     {notEqualVVNEON, notEqualVSNEON, func(dst []bool, a float32, b []float32) { notEqualVSNEON(dst, b, a) }},
	"less":          {lessVVNEON, lessVSNEON, func(dst []bool, a float32, b []float32) { greaterVSNEON(dst, b, a) }},
	"less_equal":    {lessEqualVVNEON, lessEqualVSNEON, func(dst []bool, a float32, b []float32) { greaterEqualVSNEON(dst, b, a) }},
	"greater":       {greaterVVNEON, greaterVSNEON, func(dst []bool, a float32, b []float32) { lessVSNEON(dst, b, a) }},
	"greater_equal": {greaterEqualVVNEON, greaterEqualVSNEON, func(dst []bool, a float32, b []float32) { lessEqualVSNEON(dst, b, a) }},
}

func maxRowSIMD(x []float32) float32                          { return maxRowNEON(x) }
func minRowSIMD(x []float32) float32                          { return minRowNEON(x) }
func winnersSIMD(at []int32, best, x []float32, pixel uint32) { winnersNEON(at, best, x, pixel) }
func sumRowSIMD(x []float32) float64                          { return sumRowNEON(x) }
func innerSIMD(a, b []float32) float64                        { return innerNEON(a, b) }
func addColsSIMD(acc []float64, x []float32)                  { addColsNEON(acc, x) }
func addRowsSIMD(acc []float64, x []float32, rows, step int)  { addRowsNEON(acc, x, rows, step) }
func expSumSIMD(dst, x []float32, shift float32) float64      { return expSumNEON(dst, x, shift) }
func philoxSIMD(dst []uint32, first uint32, counter, key *[2]uint32) {
	philoxNEON(dst, first, counter, key)
}
func squareRowsSIMD(sum, squares []float64, x []float32, rows, step int) {
	squareRowsNEON(sum, squares, x, rows, step)
}

func depthRowSIMD(y, x, w, bias *float32, taps, weights *int, count, pixels, step, channels, vecs int, floor float32) {
	depthRowNEON(y, x, w, bias, taps, weights, count, pixels, step, channels, vecs, floor)
}
