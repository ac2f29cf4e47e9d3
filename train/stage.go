package train

import (
	"context"
	"errors"
	"sync"

	"github.com/gorgonin/gorgonin/metrics"
)

// stage is training or testing with totals of its own.
type stage struct {
	t        *Trainer
	training bool
	of       *stage // for one of testing: the stage of training of the same Compile

	mu       sync.Mutex
	accs     map[string]*metrics.Accumulator
	programs map[string]*program
	key      []byte   // that was looked up last
	last     *program // that ran last
}

// newStage makes an idle stage under the settings as they are.
func (t *Trainer) newStage(training bool) *stage {
	return &stage{t: t, training: training, of: t.train, accs: map[string]*metrics.Accumulator{}, programs: map[string]*program{}}
}

// step trains or tests on a batch.
func (s *stage) step(ctx context.Context, b *batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = s.t.structure(s.key[:0], b)
	p := s.programs[string(s.key)]
	if p == nil {
		var err error
		if p, err = s.t.build(b, s.accs, s.training); err != nil {
			return err
		}
		s.programs[string(s.key)] = p
	}
	s.last = p
	return p.run(ctx, b)
}

// logs are the results so far, empty before the first step.
func (s *stage) logs() Logs {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		return Logs{}
	}
	return s.last.logs()
}

// reset forgets the results.
func (s *stage) reset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = nil
	var errs []error
	for _, a := range s.accs {
		errs = append(errs, a.Reset())
	}
	return errors.Join(errs...)
}
