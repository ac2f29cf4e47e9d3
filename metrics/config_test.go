package metrics_test

import (
	"encoding/json"
	"testing"

	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/metrics"
)

func TestConfigsAreKeras(t *testing.T) {
	for _, c := range []struct {
		metric metrics.Metric
		want   string
	}{
		{metrics.Precision{TopK: 2, ClassID: new(0)}, `{"class_id":0,"dtype":"float32","name":"precision","thresholds":null,"top_k":2}`},
		{metrics.AUC{}, `{"curve":"ROC","dtype":"float32","from_logits":false,"label_weights":null,"multi_label":false,"name":"auc","num_labels":null,"num_thresholds":200,"summation_method":"interpolation"}`},
		{metrics.R2Score{ClassAggregation: "none"}, `{"class_aggregation":null,"dtype":"float32","name":"r2_score","num_regressors":0}`},
		{metrics.MeanIoU{NumClasses: 3}, `{"axis":-1,"dtype":"int64","ignore_class":null,"name":"mean_io_u","num_classes":3,"sparse_y_pred":true,"sparse_y_true":true}`},
		{metrics.F1Score{}, `{"average":null,"dtype":"float32","name":"f1_score","threshold":null}`},
	} {
		o, err := config.Encode(c.metric)
		if err != nil {
			t.Fatal(err)
		}
		object := o.(config.Object)
		text, err := json.Marshal(object.Config)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != c.want || object.Module != "keras.metrics" {
			t.Errorf("%T is written as %v %s, want %s", c.metric, object.Module, text, c.want)
		}
		back, err := (&config.Decoder{}).Decode(map[string]any{"module": "keras.metrics", "class_name": object.ClassName, "config": decoded(t, text)}, "metric")
		if err != nil {
			t.Fatal(err)
		}
		again, err := config.Fields(back)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := json.Marshal(again); err != nil || string(text) != c.want {
			t.Errorf("%T read back is %s, %v", c.metric, text, err)
		}
	}
}

func decoded(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}
