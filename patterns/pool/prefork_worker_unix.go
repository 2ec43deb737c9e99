//go:build unix

package pool

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"time"

	"crossover/patterns/role"
)

// processWorker is a worker process seen by its minder.
type processWorker struct {
	handle  *role.Handle[none]
	done    int // tasks it was given
	tasks   *os.File
	answers *os.File
	buffer  *bufio.Writer
	out     *gob.Encoder
	in      *gob.Decoder
}

func startWorker[In, Out any](f *Func[In, Out], o Options, gate *role.Gate) (*processWorker, error) {
	theirTasks, tasks, err := role.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirTasks.Close()
	answers, theirAnswers, err := role.Pipe()
	if err != nil {
		return nil, errors.Join(err, tasks.Close())
	}
	defer theirAnswers.Close()
	h, err := f.worker.Start(context.Background(), gate,
		role.Options{As: role.Process, GOMAXPROCS: o.GOMAXPROCS}, &link{theirTasks, theirAnswers}, none{})
	if err != nil {
		return nil, errors.Join(err, tasks.Close(), answers.Close())
	}
	w := &processWorker{handle: h, tasks: tasks, answers: answers, buffer: bufio.NewWriter(tasks)}
	w.out = gob.NewEncoder(w.buffer)
	w.in = gob.NewDecoder(bufio.NewReader(answers))
	return w, nil
}

// ask sends an assignment and waits for the answer.
func (w *processWorker) ask(assignment, answer any) error {
	if err := w.out.Encode(assignment); err != nil {
		return fmt.Errorf("assigning tasks: %w", err)
	}
	if err := w.buffer.Flush(); err != nil {
		return fmt.Errorf("assigning tasks: %w", err)
	}
	if err := w.in.Decode(answer); err != nil {
		return fmt.Errorf("reading results: %w", err)
	}
	return nil
}

// patience is how long a worker whose tasks have ended may take to end too.
const patience = 5 * time.Second

// end lets the worker see the end of its tasks, joins it and returns how it
// ended. One that does not end by itself is forced.
func (w *processWorker) end() error {
	w.tasks.Close()
	w.answers.Close()
	late := time.AfterFunc(patience, func() { w.handle.Stop(patience) })
	defer late.Stop()
	_, err := w.handle.Join()
	return err
}
