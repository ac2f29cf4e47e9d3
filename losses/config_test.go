package losses_test

import (
	"encoding/json"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/losses"
)

func TestConfigsAreKeras(t *testing.T) {
	for _, c := range []struct {
		loss losses.Loss
		want string
	}{
		{losses.BinaryCrossentropy{FromLogits: true}, `{"axis":-1,"from_logits":true,"label_smoothing":0.0,"name":"binary_crossentropy","reduction":"sum_over_batch_size"}`},
		{losses.Huber{Delta: 2, Reduction: losses.None}, `{"delta":2.0,"name":"huber_loss","reduction":"none"}`},
		{losses.Circle{}, `{"gamma":80.0,"margin":0.4,"name":"circle","reduction":"sum_over_batch_size","remove_diagonal":true}`},
		{losses.Dice{Axis: []int{1, 2}}, `{"axis":[1,2],"name":"dice","reduction":"sum_over_batch_size"}`},
	} {
		o, err := config.Encode(c.loss)
		if err != nil {
			t.Fatal(err)
		}
		object := o.(config.Object)
		text, err := json.Marshal(object.Config)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != c.want || object.Module != "keras.losses" {
			t.Errorf("%T is written as %v %s, want %s", c.loss, object.Module, text, c.want)
		}
	}
}

func TestConfigsAreRead(t *testing.T) {
	var d config.Decoder
	o, err := d.Decode(map[string]any{"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy", "config": map[string]any{
		"from_logits": true, "ignore_class": 0.0, "axis": -1.0, "reduction": nil, "name": "s",
	}}, "loss")
	if err != nil {
		t.Fatal(err)
	}
	l := o.(losses.SparseCategoricalCrossentropy)
	if !l.FromLogits || l.IgnoreClass == nil || *l.IgnoreClass != 0 || l.Reduction != losses.None {
		t.Errorf("read as %+v", l)
	}
}

func TestEveryNameIsALoss(t *testing.T) {
	for _, name := range losses.Names() {
		if l, err := losses.Get(name); err != nil || l == nil {
			t.Errorf("Get(%q) gives %v, %v", name, l, err)
		}
	}
	if l, err := losses.Get(nil); l != nil || err != nil {
		t.Errorf("Get(nil) gives %v, %v", l, err)
	}
	if _, err := losses.Get(3); err == nil {
		t.Error("Get(3) gives no error")
	}
	if _, err := losses.Get(func(a, b *graph.Node) *graph.Node { return a }); err != nil {
		t.Errorf("Get of a function: %v", err)
	}
}
