"use strict";
// Without this script all is there: folded, unsorted, every goal.

// Tables are sorted by a click on a heading, or by Enter on it.
for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells];
  if (table.tBodies[0].rows.length < 2) continue;
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sort(table.tBodies[0], column, descending ? -1 : 1);
    });
  });
}

// key is what a cell is sorted by: its data-key, the number that it begins with, or
// its text. Cells without a value come last, whichever way.
function key(cell) {
  if (!cell) return "";
  if (cell.dataset.key) return Number(cell.dataset.key);
  const text = cell.textContent.trim();
  const number = /^[<+±-]?[0-9][0-9.,]*/.exec(text);
  return number ? parseFloat(number[0].replace(/[<+±,]/g, "")) : text;
}

function sort(body, column, direction) {
  const empty = (k) => k === "" || k === "–";
  const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
  rows.sort(([a], [b]) => {
    if (empty(a) || empty(b)) return empty(a) - empty(b);
    if (typeof a === "number" && typeof b === "number") return direction * (a - b);
    return direction * String(a).localeCompare(String(b), "en", { numeric: true });
  });
  body.append(...rows.map(([, row]) => row));
}

// A switch shows the one of its blocks that has its value.
for (const control of document.querySelectorAll("[data-switch]")) {
  const blocks = document.querySelectorAll(`[data-of="${CSS.escape(control.dataset.switch)}"]`);
  const show = (value) => {
    for (const block of blocks) {
      block.hidden = value !== "" && block.dataset.value !== value;
      if (block.tagName === "DETAILS") block.open = value !== "" && !block.hidden;
    }
  };
  const chosen = () => (control.querySelector("input:checked") || control).value;
  control.addEventListener("change", () => show(chosen()));
  show(chosen());
}

// A link into a folded or hidden block opens it.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let e = target; e; e = e.parentElement) {
    if (e.dataset && e.dataset.of) e.hidden = false;
    if (e.tagName === "DETAILS") e.open = true;
  }
  if (target) target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

// Paper has no switches: what is folded is printed.
addEventListener("beforeprint", () => {
  for (const d of document.querySelectorAll("details:not([open])")) {
    d.open = true;
    d.dataset.opened = "";
  }
});
addEventListener("afterprint", () => {
  for (const d of document.querySelectorAll("details[data-opened]")) {
    d.open = false;
    delete d.dataset.opened;
  }
});
