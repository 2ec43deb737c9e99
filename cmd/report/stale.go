package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"crossover/internal/study"
)

var chartInMarkdown = regexp.MustCompile(`\]\(` + chartsFolder + `/([^/()\s]+)\.svg\)`)

// stale are the charts that an earlier report in dir shows, going by its report.md, and that
// are not among files: left beside new ones they would be taken for charts of this study.
// What else lies in the folder is not the report's to remove.
func stale(dir string, files []study.File) (paths []string) {
	old, err := study.ReadFile(filepath.Join(dir, "report.md"))
	if err != nil { // no report yet
		return nil
	}
	written := map[string]bool{}
	for _, f := range files {
		written[f.Path] = true
	}
	for _, match := range chartInMarkdown.FindAllSubmatch(old, -1) {
		for _, ext := range []string{".svg", ".png"} {
			path := filepath.Join(dir, chartsFolder, string(match[1])+ext)
			if !written[path] {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// removeAll removes what is there of paths.
func removeAll(paths []string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
