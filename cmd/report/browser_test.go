package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
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
	ctx, stop := browser(t, path)
	defer stop()

	where := "at the start"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", where, err)
		}
	}
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		must(chromedp.Do(ctx, actions...))
	}
	// ask returns what an expression is, as text.
	ask := func(expression string) string {
		t.Helper()
		answer, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+expression+")"))
		must(err)
		return answer
	}
	const firstColumn = `[...document.querySelectorAll(".situation:not([hidden]) tbody")][0]
		? [...[...document.querySelectorAll(".situation:not([hidden]) tbody")][0].rows].map(r => r.cells[1].textContent.trim()).join("|") : ""`
	const sort = `document.querySelectorAll(".situation:not([hidden]) th button")[1].click()`
	const shownGoals = `[...document.querySelectorAll("[data-of=goal]")].filter(e => !e.hidden).map(e => e.dataset.value).join()`
	const shownSituations = `[...document.querySelectorAll(".situation")].filter(e => !e.hidden && e.open).map(e => e.dataset.value).join()`
	const beyond = `[...document.body.querySelectorAll("*")].filter(e => !e.parentElement.closest(".scroll") && e.getBoundingClientRect().right > innerWidth)
		.map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40)).join("; ")`
	const unnamed = `[...document.querySelectorAll("svg")].filter(e => !e.getAttribute("aria-label")).length
		+ [...document.querySelectorAll("select,input")].filter(e => !e.labels.length).length`
	const cut = `[...document.querySelectorAll("details, [hidden]")].forEach(e => { e.open = true; e.hidden = false }),
		[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim().slice(0, 60)).join("; ")`
	const small = `[...document.querySelectorAll(".marks th:not(:first-child) button")].filter(e => e.checkVisibility() && e.getBoundingClientRect().width < 24).length`
	const drawnDark = `getComputedStyle(document.querySelector("figure svg")).filter.includes("invert")`
	page := "file://" + filepath.Join(out, "report.html")
	console := chromedp.Console(ctx)
	for _, width := range []int64{1440, 390} {
		for _, scheme := range []string{"light", "dark"} {
			where = fmt.Sprintf("%d px, %s", width, scheme)
			do(chromedp.EmulateViewport(width, 900))
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			must(err)
			do(chromedp.Navigate(page))

			before := ask(firstColumn)
			ask(sort)
			ascending := ask(firstColumn)
			ask(sort)
			descending := ask(firstColumn)
			if before == ascending || ascending == descending || !strings.HasPrefix(ascending, "51") {
				t.Errorf("%s: sorting gives\n%s, then\n%s, then\n%s", where, before, ascending, descending)
			}

			goalBefore := ask(shownGoals)
			do(chromedp.Click("input[value=cpu]"))
			if after := ask(shownGoals); goalBefore != "throughput" || after != "cpu" {
				t.Errorf("%s: goal %s, after the switch %s", where, goalBefore, after)
			}

			do(chromedp.SetValue("select[data-switch]", "pipe-rate"))
			ask(`document.querySelector("select[data-switch]").dispatchEvent(new Event("change", {bubbles: true}))`)
			if situation := ask(shownSituations); situation != "pipe-rate" {
				t.Errorf("%s: situation %s", where, situation)
			}

			ask(`location.hash = "#pipe-ping-dots"`)
			ask("reveal()")
			if ask(`document.getElementById("pipe-ping-dots").offsetHeight > 0`) != "true" {
				t.Errorf("%s: a link into a fold does not open it", where)
			}

			if ask("document.documentElement.scrollWidth > innerWidth") == "true" {
				t.Errorf("%s: the page is wider than the window: %s", where, ask(beyond))
			}
			if dark := ask(drawnDark) == "true"; dark != (scheme == "dark") {
				t.Errorf("%s: charts drawn dark: %t", where, dark)
			}
			if n := ask(unnamed); n != "0" {
				t.Errorf("%s: %s elements have no name for a screen reader", where, n)
			}
			if n := ask(small); n != "0" {
				t.Errorf("%s: %s headings of marks are too narrow for a finger", where, n)
			}
			if tables := ask("(" + cut + ")"); width > 1000 && tables != "" {
				t.Errorf("%s: no room for all columns of %s", where, tables)
			}
		}
	}
	name := strings.Repeat("name_without_end_", 6)
	_, long := runReport(t, lines(t, "x.txt", slices.Concat([]string{"cpu: " + name}, series8("Benchmark"+name+"/"+name, "ns/op", 1), series8("Benchmark"+name+"/b/"+name, "ns/op", 2), series8("Benchmark"+name+"/b", name, 2))...))
	do(chromedp.Navigate("file://" + filepath.Join(long, "report.html")))
	ask("(" + cut + ")")
	if ask("document.documentElement.scrollWidth > innerWidth") == "true" {
		t.Errorf("long names make the page wider than the window: %s", ask(beyond))
	}
	const end = "nothing more"
	ask(`console.log("` + end + `")`)
	for message, err := range console {
		must(err)
		if message.Text == end {
			break
		}
		t.Errorf("the browser says: %v", message)
	}
}

// browser starts one, and again if it ends at once, as it does now and then on a busy machine.
// Each start has a context of its own: in one that has seen a browser end, chromedp starts
// another and panics when that ends too.
func browser(t *testing.T, path string) (ctx context.Context, stop func()) {
	t.Helper()
	for try := 1; ; try++ {
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
			// A browser that is killed leaves its socket; it goes with the test.
			chromedp.UserDataDir(t.TempDir()), chromedp.Env("TMPDIR="+t.TempDir()))
		ctx, limit := context.WithTimeout(t.Context(), 2*time.Minute)
		ctx, free := chromedp.NewExecAllocator(ctx, options...)
		ctx, end := chromedp.NewContext(ctx)
		stop := func() { end(); free(); limit() }
		err := chromedp.Do(ctx)
		if err == nil {
			return ctx, stop
		}
		stop()
		if try == 3 {
			t.Fatalf("starting %s: %v", path, err)
		}
		t.Logf("starting %s: %v", path, err)
	}
}
