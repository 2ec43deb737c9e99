package pipe_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"log"

	"crossover/patterns/pipe"
)

// What pipes_example.py does: one party sends the numbers from 0 to 9 down a
// pipe, another squares them into a second one, and main prints what comes out.
func Example() {
	v := variant("chan")
	numbersIn, numbersOut, err := v.New()
	if err != nil {
		log.Fatal(err)
	}
	squaresIn, squaresOut, err := v.New()
	if err != nil {
		log.Fatal(err)
	}

	go func() {
		if err := createItems(numbersIn); err != nil {
			log.Fatal(err)
		}
	}()
	go func() {
		if err := multiplyItems(numbersOut, squaresIn); err != nil {
			log.Fatal(err)
		}
	}()
	if err := printItems(squaresOut); err != nil {
		log.Fatal(err)
	}
	for _, e := range []pipe.End{numbersIn, numbersOut, squaresIn, squaresOut} {
		if err := e.Release(); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// 0
	// 1
	// 4
	// 9
	// 16
	// 25
	// 36
	// 49
	// 64
	// 81
}

func createItems(to pipe.End) error {
	for i := range uint64(10) {
		if err := to.Send(binary.LittleEndian.AppendUint64(nil, i)); err != nil {
			return fmt.Errorf("sending item %d: %w", i, err)
		}
	}
	to.Close()
	return nil
}

func multiplyItems(from, to pipe.End) error {
	var buf []byte
	var err error
	for {
		if buf, err = from.Receive(buf); err != nil {
			break
		}
		item := binary.LittleEndian.Uint64(buf)
		binary.LittleEndian.PutUint64(buf, item*item)
		if err := to.Send(buf); err != nil {
			return fmt.Errorf("sending the square of %d: %w", item, err)
		}
	}
	if err != io.EOF {
		return err
	}
	to.Close()
	return nil
}

func printItems(from pipe.End) error {
	var buf []byte
	var err error
	for {
		if buf, err = from.Receive(buf); err != nil {
			break
		}
		fmt.Println(binary.LittleEndian.Uint64(buf))
	}
	if err != io.EOF {
		return err
	}
	return nil
}

// variant finds a row of the table by its name.
func variant(name string) pipe.Variant {
	for _, v := range pipe.Variants() {
		if v.Name == name {
			return v
		}
	}
	panic("no pipe variant " + name)
}
