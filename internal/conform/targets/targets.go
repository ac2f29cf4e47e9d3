// Package targets runs recorded cases against gorgonin: one runner for each category, one file for each runner. eval.go
// turns the tensors of a case into nodes and nodes into arrays.
package targets

import "github.com/gorgonin/gorgonin/internal/conform/run"

// Runners are the runners of all categories.
var Runners = run.Runners{
	"dtypes":       runDtypes,
	"apps":         runApp,
	"fit":          runFit,
	"layers":       runLayer,
	"losses":       runLoss,
	"models":       runModel,
	"models_call":  runModelCall,
	"metrics":      runMetric,
	"activations":  runActivation,
	"constraints":  runConstraint,
	"initializers": runInitializer,
	"ops":          runOp,
	"optimizers":   runOptimizer,
	"regularizers": runRegularizer,
	"saveload":     runSaveLoad,
	"schedules":    runSchedule,
	"shapes":       runShapes,
	"stateful":     runStateful,
	"utils":        runUtil,
}
