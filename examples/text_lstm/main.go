// Text_lstm reads sentences of any length with an LSTM and says whether the verb agrees with its subject: "the dogs near the
// old tree bark" does, "the dogs near the old tree barks" does not. Sentences come from a small grammar, are padded to one
// length, and a mask made by the embedding hides the padding, so that it changes no answer.
//
//	go run ./examples/text_lstm [-epochs 12]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func main() {
	epochs := flag.Int("epochs", 12, "passes over the sentences")
	flag.Parse()
	if _, err := run(context.Background(), os.Stdout, *epochs); err != nil {
		log.Fatal(err)
	}
}

var (
	nouns        = []string{"dog", "bird", "child", "horse", "friend"} // the plural of number i is plurals[i]
	plurals      = []string{"dogs", "birds", "children", "horses", "friends"}
	verbs        = []string{"barks", "sings", "plays", "runs", "sleeps"}
	pluralVerbs  = []string{"bark", "sing", "play", "run", "sleep"}
	adjectives   = []string{"old", "young", "small", "happy"}
	prepositions = []string{"near", "behind", "with"}
)

// vocabulary numbers the words from 1; 0 is padding.
var vocabulary = func() map[string]int {
	v := map[string]int{}
	for _, words := range [][]string{{"the"}, nouns, plurals, verbs, pluralVerbs, adjectives, prepositions} {
		for _, word := range words {
			v[word] = len(v) + 1
		}
	}
	return v
}()

func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

// phrase is "the old dog" or "the birds".
func phrase(r *rand.Rand, plural bool) []string {
	words := []string{"the"}
	for r.IntN(3) == 0 {
		words = append(words, pick(r, adjectives))
	}
	if plural {
		return append(words, pick(r, plurals))
	}
	return append(words, pick(r, nouns))
}

// sentence draws one: a subject, up to two other things that may mislead, and a verb that agrees or does not.
func sentence(r *rand.Rand) (words []string, agrees bool) {
	plural := r.IntN(2) == 0
	words = phrase(r, plural)
	for range r.IntN(3) {
		words = append(append(words, pick(r, prepositions)), phrase(r, r.IntN(2) == 0)...)
	}
	agrees = r.IntN(2) == 0
	if plural == agrees {
		return append(words, pick(r, pluralVerbs)), agrees
	}
	return append(words, pick(r, verbs)), agrees
}

// encode turns words into their numbers.
func encode(words []string) []int {
	numbers := make([]int, len(words))
	for i, word := range words {
		numbers[i] = vocabulary[word]
	}
	return numbers
}

// corpus draws n sentences, padded to the longest.
func corpus(n int, seed uint64) (data.Arrays, error) {
	r := rand.New(rand.NewPCG(seed, 0))
	var texts [][]int
	var labels []float32
	for range n {
		words, agrees := sentence(r)
		label := float32(0)
		if agrees {
			label = 1
		}
		texts, labels = append(texts, encode(words)), append(labels, label)
	}
	x, err := data.PadSequences(texts, data.PadOptions{PadPost: true})
	return data.Arrays{X: x, Y: labels}, err
}

// result is what a run found.
type result struct {
	accuracy float64 // on sentences that were not trained with
	padding  float64 // how far padding moved a score
}

func run(ctx context.Context, w io.Writer, epochs int) (r result, err error) {
	model, err := sequential.New(
		&layers.Input{Shape: []int{graph.None}, Dtype: graph.Int32}, // any number of words
		&layers.Embedding{InputDim: len(vocabulary) + 1, OutputDim: 12, MaskZero: true},
		&layers.LSTM{Units: 24},
		&layers.Dense{Units: 1, Activation: "sigmoid"},
	)
	if err != nil {
		return r, err
	}
	err = model.Compile(train.Config{Optimizer: &optimizers.Adam{LearningRate: 0.01}, Loss: "binary_crossentropy", Metrics: "accuracy"})
	if err != nil {
		return r, err
	}
	trainSet, err := corpus(2000, 1)
	if err != nil {
		return r, err
	}
	testSet, err := corpus(500, 2)
	if err != nil {
		return r, err
	}
	if _, err := model.Fit(ctx, trainSet, train.FitOptions{Epochs: epochs, ValidationData: testSet, Output: w}); err != nil {
		return r, err
	}
	logs, err := model.Evaluate(ctx, testSet)
	if err != nil {
		return r, err
	}
	r.accuracy = logs["accuracy"]
	r.padding, err = read(ctx, w, model)
	return r, err
}

// read scores sentences with and without padding, and returns the largest difference.
func read(ctx context.Context, w io.Writer, model *sequential.Model) (largest float64, err error) {
	fmt.Fprintln(w, "\nagreement, alone and with ten words of padding:")
	for _, text := range []string{
		"the dog barks", "the dog bark", "the dogs near the old horse bark", "the dogs near the old horse barks",
		"the young child with the small happy birds sings",
	} {
		words := encode(strings.Fields(text))
		var scores [2]float64
		for i, padding := range []int{0, 10} {
			y, err := model.Predict(ctx, [][]int{append(words[:len(words):len(words)], make([]int, padding)...)})
			if err != nil {
				return 0, err
			}
			scores[i] = data.Float64s(y)[0]
		}
		fmt.Fprintf(w, "  %.4f  %.4f  %s\n", scores[0], scores[1], text)
		largest = max(largest, scores[0]-scores[1], scores[1]-scores[0])
	}
	return largest, nil
}
