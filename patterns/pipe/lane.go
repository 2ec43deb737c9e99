package pipe

// lane carries messages one way, inside of a process or in shared memory.
type lane interface {
	send(message []byte) error
	receive(buf []byte) ([]byte, error)
	shut() // no send will follow
	giveUp()
}

// laneEnd is an end of a pipe made of two lanes.
type laneEnd struct{ out, in lane }

// twoLanes makes a pipe of one lane each way.
func twoLanes(make func() lane) (a, b End, err error) {
	there, back := make(), make()
	return laneEnd{there, back}, laneEnd{back, there}, nil
}

func (e laneEnd) Send(message []byte) error          { return e.out.send(message) }
func (e laneEnd) Receive(buf []byte) ([]byte, error) { return e.in.receive(buf) }
func (e laneEnd) Close()                             { e.out.shut() }
func (e laneEnd) Release() error                     { return nil }

func (e laneEnd) Break() {
	e.out.giveUp()
	e.in.giveUp()
}
