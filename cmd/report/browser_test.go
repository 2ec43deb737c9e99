package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// TestBrowser opens the page in a browser, wide and narrow, light and dark: it sorts,
// switches goal and situation, follows a link into a fold, and looks for what the
// console has to say and for what is cut off.
func TestBrowser(t *testing.T) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium here: apt-get install chromium")
	}
	_, out := runReport(t, rich(t, 6))
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		// A browser that is killed leaves its socket; it goes with the test.
		chromedp.UserDataDir(t.TempDir()), chromedp.Env("TMPDIR="+t.TempDir()))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	var mu sync.Mutex
	var said []string
	chromedp.ListenTarget(ctx, func(e any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case *runtime.EventExceptionThrown:
			said = append(said, e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			said = append(said, "console."+string(e.Type))
		case *log.EventEntryAdded:
			said = append(said, e.Entry.Text)
		}
	})
	const firstColumn = `[...document.querySelectorAll(".situation:not([hidden]) tbody")][0]
		? [...[...document.querySelectorAll(".situation:not([hidden]) tbody")][0].rows].map(r => r.cells[1].textContent.trim()).join("|") : ""`
	const shownGoals = `[...document.querySelectorAll("[data-of=goal]")].filter(e => !e.hidden).map(e => e.dataset.value).join()`
	const shownSituations = `[...document.querySelectorAll(".situation")].filter(e => !e.hidden && e.open).map(e => e.dataset.value).join()`
	const overflow = `document.documentElement.scrollWidth - innerWidth`
	const unnamed = `[...document.querySelectorAll("svg")].filter(e => !e.getAttribute("aria-label")).length
		+ [...document.querySelectorAll("select,input")].filter(e => !e.labels.length).length`
	page := "file://" + filepath.Join(out, "report.html")
	for _, width := range []int64{1440, 390} {
		for _, scheme := range []string{"light", "dark"} {
			var before, ascending, descending, goalBefore, goalAfter, situation, linked string
			var wide, nameless int
			err := chromedp.Run(ctx,
				log.Enable(), runtime.Enable(),
				chromedp.EmulateViewport(width, 900),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
				chromedp.Navigate(page),
				chromedp.Evaluate(firstColumn, &before),
				chromedp.Evaluate(`document.querySelectorAll(".situation:not([hidden]) th button")[1].click()`, nil),
				chromedp.Evaluate(firstColumn, &ascending),
				chromedp.Evaluate(`document.querySelectorAll(".situation:not([hidden]) th button")[1].click()`, nil),
				chromedp.Evaluate(firstColumn, &descending),
				chromedp.Evaluate(shownGoals, &goalBefore),
				chromedp.Click(`input[value=cpu]`),
				chromedp.Evaluate(shownGoals, &goalAfter),
				chromedp.SetValue(`select[data-switch]`, "pipe-rate"),
				chromedp.Evaluate(`document.querySelector("select[data-switch]").dispatchEvent(new Event("change", {bubbles: true}))`, nil),
				chromedp.Evaluate(shownSituations, &situation),
				chromedp.Evaluate(`location.hash = "#pipe-ping-dots"; reveal(); String(document.getElementById("pipe-ping-dots").offsetHeight > 0)`, &linked),
				chromedp.Evaluate(overflow, &wide),
				chromedp.Evaluate(unnamed, &nameless),
			)
			if err != nil {
				t.Fatalf("%d px, %s: %v", width, scheme, err)
			}
			if before == ascending || ascending == descending || !strings.HasPrefix(ascending, "51") {
				t.Errorf("%d px: sorting gives\n%s, then\n%s, then\n%s", width, before, ascending, descending)
			}
			if goalBefore != "throughput" || goalAfter != "cpu" {
				t.Errorf("%d px: goal %s, after the switch %s", width, goalBefore, goalAfter)
			}
			if situation != "pipe-rate" || linked != "true" {
				t.Errorf("%d px: situation %s, linked %s", width, situation, linked)
			}
			if wide > 0 {
				var culprits string
				chromedp.Run(ctx, chromedp.Evaluate(`[...document.body.querySelectorAll("*")].filter(e => !e.parentElement.closest(".scroll") && e.getBoundingClientRect().right > innerWidth).map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40)).join("; ")`, &culprits))
				t.Errorf("%d px: the page is %d px wider than the window: %s", width, wide, culprits)
			}
			if nameless > 0 {
				t.Errorf("%d elements have no name for a screen reader", nameless)
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(said) > 0 {
		t.Errorf("the browser says: %s", strings.Join(said, "; "))
	}
}
