package role

import (
	"fmt"
	"reflect"
)

// CheckPlain refuses a type whose values mean nothing in another address space.
func CheckPlain[T any]() error {
	if !Plain[T]() {
		return fmt.Errorf("type %v holds pointers and cannot cross a process boundary", reflect.TypeFor[T]())
	}
	return nil
}

// Plain reports whether the memory of a value is all there is to it.
func Plain[T any]() bool { return plain(reflect.TypeFor[T]()) }

func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return true
	case reflect.Array:
		return t.Len() == 0 || plain(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !plain(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return false // pointers, slices, strings, maps, channels, funcs, interfaces; uintptr means nothing elsewhere either
}
