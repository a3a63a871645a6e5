"use strict";
// What moves on the pages. Every page can be read without it; offsets are code points, as everywhere in the data set.

const bar = document.getElementById("bar");
const texts = [...document.querySelectorAll(".text")];
const once = (make) => { let value; return () => (value ??= make()); };
const island = once(() => JSON.parse(document.getElementById("island").textContent));

// A quote, its cue and its speaker are one group; so are the two sides of a disagreement.
const groupOf = (ref) => ref.replace(/-(cue|speaker)$/, "").replace(/^.*-(x\d+)$/, "$1");
const refsOf = (run) => (run.dataset.m || "").split(" ").filter(Boolean);
const groups = once(() => {
  const found = new Map();
  for (const run of document.querySelectorAll(".r[data-m]")) {
    for (const ref of refsOf(run)) {
      const key = groupOf(ref);
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(run);
    }
  }
  return found;
});
const OUTCOMES = { lost: "lost: body that the system left out", wrong: "wrongly kept: boilerplate that the system took for body" };
const BOUNDARIES = {};
for (const [way, does] of [["opens", "body begins"], ["closes", "body ends"]]) {
  Object.assign(BOUNDARIES, { [`hit-${way}`]: `found: ${does}`, [`missed-${way}`]: `missed: ${does}`, [`invented-${way}`]: `invented: ${does}` });
  Object.assign(BOUNDARIES, { [`meant-${way}`]: `displaced: ${does} here`, [`said-${way}`]: `displaced: ${does}, put here` });
}
const infoOf = (ref) => island().marks[ref];
const shown = (ref) => !document.body.classList.contains(`off-${["cue", "speaker"].includes(infoOf(ref)[0]) ? "quote" : infoOf(ref)[0]}-${infoOf(ref)[1]}`);

// Over a run: its cue and speaker marks, else the innermost quote; its entity; its disagreement or error.
function chosen(run) {
  const refs = refsOf(run).filter((ref) => infoOf(ref) && shown(ref));
  const of = (...layers) => refs.filter((ref) => layers.includes(infoOf(ref)[0]));
  const parts = of("cue", "speaker");
  const marks = [...(parts.length ? parts : of("quote").slice(-1)), ...of("entity"), ...of("dispute", "outcome", "boundary")];
  return marks.length ? marks : of("segment");
}

let lit = [];
function light(refs) {
  for (const run of lit) run.classList.remove("lit");
  lit = refs.flatMap((ref) => groups().get(groupOf(ref)) || []);
  for (const run of lit) run.classList.add("lit");
}

const surfaceOf = (ref) => (groups().get(groupOf(ref)) || []).filter((run) => refsOf(run).includes(ref)).map((run) => run.textContent).join("").trim();
function shortened(text) {
  const letters = [...text];
  return letters.length > 90 ? `${letters.slice(0, 45).join("")} … ${letters.slice(-45).join("")}` : text;
}
function arabic(text) {
  const node = document.createElement("bdi");
  Object.assign(node, { lang: "ar", dir: "rtl", textContent: shortened(text) });
  return node;
}
function said(ref) {
  const [layer, name, start, end, id] = infoOf(ref);
  const line = document.createElement("p");
  const own = { boundary: "", outcome: "", dispute: `≠${ref.split("-x")[1]} of ` }[layer] ?? `${ref} ${layer} `;
  const words = (BOUNDARIES[name] || OUTCOMES[name] || name).replaceAll("_", " ");
  line.append(`${own}${words}, ${layer === "boundary" ? `at character ${start}` : `characters ${start}–${end}`}: `, arabic(surfaceOf(ref)));
  if (layer === "entity") line.append(...named(id));
  if (["quote", "cue", "speaker"].includes(layer)) {
    const quote = ref.replace(/-(cue|speaker)$/, "");
    for (const part of ["quote", "cue", "speaker"]) {
      const other = part === "quote" ? quote : `${quote}-${part}`;
      if (part !== layer && infoOf(other)) line.append(` · ${part} `, arabic(surfaceOf(other)));
    }
    line.append(...named(infoOf(quote)[4]));
  }
  return line;
}
function named(id) {
  const names = id && island().names[id];
  return !id ? [] : names ? [` · ${names[1]} (`, arabic(names[0]), ")"] : [` · ${id}`];
}
function show(run) {
  const refs = run ? chosen(run) : [];
  light(refs);
  bar.replaceChildren(...refs.map(said));
}

// One stop of the tab key a text; inside it the arrow keys go from mark to mark, left being onwards.
const stopsOf = (text) => [...text.querySelectorAll(".r[tabindex]")].filter((run) => run.offsetParent && chosen(run).some((ref) => infoOf(ref)[0] !== "segment"));
function enter(run) {
  run.closest(".text").querySelector('.r[tabindex="0"]')?.setAttribute("tabindex", "-1");
  run.setAttribute("tabindex", "0");
  run.focus();
}
function step(event) {
  const run = event.target.closest?.(".r[tabindex]");
  if (!run || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.key === "Escape") return run.blur(), show(null);
  if (event.key === "Enter") return name(chosen(run)[0], run);
  const stops = stopsOf(run.closest(".text"));
  const at = stops.indexOf(run);
  const to = { ArrowLeft: at + 1, ArrowDown: at + 1, ArrowRight: at - 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (stops[to]) enter(stops[to]);
}
// The address names the mark, the page does not move.
function name(ref, run) {
  const id = run.parentElement.closest("[id]")?.id;
  if (ref) history.replaceState(null, "", `#${document.getElementById(ref) ? ref : id}`);
}

// A fragment names a mark, or characters such as 120-144.
function go() {
  const fragment = decodeURIComponent(location.hash.slice(1));
  const range = /^(\d+)-(\d+)$/.exec(fragment);
  CSS.highlights?.delete("place");
  if (range) return goToCharacters(Number(range[1]), Number(range[2]));
  const run = infoOf(fragment) && document.getElementById(fragment)?.querySelector(".r");
  if (!run) return;
  run.scrollIntoView({ block: "center" });
  if (run.hasAttribute("tabindex")) run.setAttribute("tabindex", "0"), run.focus({ preventScroll: true });
  light([fragment]);
  bar.replaceChildren(said(fragment));
}
function goToCharacters(start, end) {
  const ranges = rangesOf(start, end);
  if (!ranges.length) return;
  if (window.Highlight) CSS.highlights.set("place", new Highlight(...ranges));
  ranges[0].startContainer.parentElement.scrollIntoView({ block: "center" });
  const line = document.createElement("p");
  line.append(`characters ${start}–${end}: `, arabic(ranges.join("")));
  bar.replaceChildren(line);
}
// The ranges, one a text node, that hold the characters of the text from start to end.
function rangesOf(start, end) {
  const runs = texts[0]?.querySelectorAll(".r") || [];
  const beginOf = (at) => Number(runs[at].dataset.s);
  let low = 0, high = runs.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (beginOf(middle) <= start) low = middle; else high = middle;
  }
  const found = [];
  for (let at = low; at < runs.length && beginOf(at) < end; at++) {
    let place = beginOf(at);
    const walker = document.createTreeWalker(runs[at], NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const letters = [...node.data];
      const before = letters.slice(0, Math.max(0, start - place)).join("").length;
      const until = letters.slice(0, Math.max(0, end - place)).join("").length;
      place += letters.length;
      if (before >= until) continue;
      const range = document.createRange();
      range.setStart(node, before);
      range.setEnd(node, until);
      found.push(range);
    }
  }
  return found;
}

function switches() {
  for (const box of document.querySelectorAll("[data-off], [data-on]")) {
    const apply = () => {
      if (box.dataset.off) document.body.classList.toggle(`off-${box.dataset.off}`, !box.checked);
      else document.body.classList.toggle(box.dataset.on, box.checked);
      if (box.dataset.on === "whitespace") markSpaces(box.checked);
    };
    box.addEventListener("change", apply);
    apply();
  }
}
// Plain spaces are marked by ranges: no element may come between the letters.
function markSpaces(on) {
  CSS.highlights?.delete("space");
  if (!on || !window.Highlight) return;
  const ranges = [];
  for (const text of texts) {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest(".r") ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT));
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const match of node.data.matchAll(/ /g)) ranges.push(new StaticRange({ startContainer: node, startOffset: match.index, endContainer: node, endOffset: match.index + 1 }));
    }
  }
  const highlight = new Highlight();
  for (const range of ranges) highlight.add(range);
  CSS.highlights.set("space", highlight);
}

// Names of marks that would lie on each other are moved on, leftwards; done for a line when it comes into sight.
function spread(line) {
  const names = [...line.querySelectorAll(".ls > span")];
  for (const name of names) name.style.transform = "";
  const boxes = names.map((name) => ({ name, box: name.getBoundingClientRect() })).filter(({ box }) => box.width);
  boxes.sort((a, b) => (Math.abs(a.box.top - b.box.top) > 12 ? a.box.top - b.box.top : b.box.right - a.box.right));
  let before = null;
  const edge = line.getBoundingClientRect().left;
  for (const { name, box } of boxes) {
    const free = before && Math.abs(before.top - box.top) <= 12 ? before.left : Infinity;
    const over = Math.min(Math.max(0, box.right - free), box.left - edge);  // less than nothing where it would leave the card
    if (over) name.style.transform = `translateX(${-over}px)`;
    before = { top: box.top, left: box.left - over };
  }
}
function spreadAll() {
  if (!window.IntersectionObserver) return;
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => { for (const { target, isIntersecting } of entries) if (isIntersecting) seen.add(target), spread(target); }, { rootMargin: "600px" });
  for (const line of document.querySelectorAll(".line")) watch.observe(line);
  const again = () => { for (const line of seen) spread(line); };
  addEventListener("resize", again);
  document.fonts?.ready.then(again);
}

function texted() {
  for (const text of texts) {
    text.querySelector(".r[tabindex]")?.setAttribute("tabindex", "0");
    text.addEventListener("mouseover", (event) => { const run = event.target.closest(".r"); if (run && !text.contains(document.activeElement)) show(run); });
    text.addEventListener("mouseleave", () => { if (!text.contains(document.activeElement)) show(null); });
    text.addEventListener("focusin", (event) => { const run = event.target.closest(".r"); if (run) show(run); });
    text.addEventListener("focusout", () => show(null));
    text.addEventListener("keydown", step);
  }
  switches();
  spreadAll();
  // After load: the browser's own way to a fragment takes the focus away.
  addEventListener("load", () => setTimeout(go));
  addEventListener("hashchange", go);
}

// The list: filters stand in the address, counts of each choice take the other filters into account.
function list(form) {
  const rows = [...document.querySelectorAll("#list tbody tr")];
  const selects = [...form.querySelectorAll("select")];
  const fits = (row, select) => !select.value || row.dataset[select.name].split(" ").includes(select.value);
  const folded = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const speaks = (row) => form.words.value.toLowerCase().split(/\s+/).every((word) => folded.get(row).includes(word));
  function apply() {
    const seen = rows.filter((row) => speaks(row) && selects.every((select) => fits(row, select)));
    const visible = new Set(seen);
    for (const row of rows) row.hidden = !visible.has(row);
    for (const select of selects) count(select, rows.filter((row) => speaks(row) && selects.every((other) => other === select || fits(row, other))));
    total(seen, rows.length);
    const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", `#${chosen}`);
  }
  function read() {
    const chosen = new URLSearchParams(location.hash.slice(1));
    for (const field of form.elements) if (field.name) field.value = chosen.get(field.name) || "";
    apply();
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  addEventListener("hashchange", read);
  document.querySelectorAll("#list thead th").forEach((head, column) => head.querySelector("button").addEventListener("click", () => sort(head, column, rows)));
  read();
}
function count(select, rows) {
  const numbers = new Map();
  for (const row of rows) for (const value of row.dataset[select.name].split(" ")) numbers.set(value, (numbers.get(value) || 0) + 1);
  for (const option of select.options) option.textContent = option.value ? `${option.value} (${numbers.get(option.value) || 0})` : `any (${rows.length})`;
}
const numberIn = (row, column) => Number(row.cells[column].textContent.replaceAll(",", ""));
function total(seen, all) {
  const heads = [...document.querySelectorAll("#list thead th")].map((head) => head.textContent.trim());
  const sums = ["characters", "segments", "boundaries", "quotes", "entities"].map((word) => {
    const sum = seen.reduce((so, row) => so + numberIn(row, heads.indexOf(word)), 0);
    return `${sum.toLocaleString("en")} ${word}`;
  });
  document.getElementById("total").textContent = `${seen.length} of ${all} documents: ${sums.join(", ")}`;
}
function sort(head, column, rows) {
  const up = head.getAttribute("aria-sort") !== "ascending";
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const numeric = head.classList.contains("num");
  const value = (row) => (numeric ? (Number.isNaN(numberIn(row, column)) ? -1 : numberIn(row, column)) : row.cells[column].textContent);
  const order = (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
  document.querySelector("#list tbody").append(...[...rows].sort((a, b) => (up ? order(a, b) : order(b, a))));
}

const filters = document.getElementById("filters");
if (filters) list(filters);
if (texts.length) texted();
