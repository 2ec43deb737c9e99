//go:build !linux

package main

// limitFileSize is for tests that run on Linux only.
func limitFileSize(string) {}
