// The page: puts store, review, drawing and input together, and says in words what happens.

import { listenToKeys, listenToPointer } from "./input.js";
import { KINDS, kindOf, levelsOf, mark, paint } from "./paint.js";
import { Review } from "./review.js";
import { Store } from "./store.js";

const DONE = {
  draw: "Drawn", delete: "Deleted", "move-root": "Root moved", split: "Split", join: "Joined", unsure: "Marked unsure",
  sure: "Marked sure", undo: "Undone", redo: "Done again",
};
const HINTS = {
  select: "Click a hair, or press N, to choose it. Drag to move the photo, turn the wheel to zoom.",
  draw: "Drag from root to tip, or click the root and then the tip. Keys: Enter at the root, Enter at the tip. Esc gives up.",
  "move-root": "Click where the hair leaves the skin.",
  split: "Click the chosen hair where it is to be split.",
  join: "Now choose the hair that goes on from this one, in the same photo.",
};
const SIDES = { single: "Photo", before: "Before", after: "After" };
const find = (id) => document.getElementById(id);

const STILL_MS = 120;

let dirty = true;
let viewMoved = 0;
let settling = null;
let offline = false;
const store = new Store({
  loaded: (state) => review.load(state),
  changed: (answer, edit) => review.change(answer, edit),
  waits: (edits) => review.waits(edits),
  refused: (edit, message) => say(`Not done: ${message}`, true),
  offline: (count) => setOffline(count),
  online: () => setOffline(null),
});
const review = new Review(store);

function setOffline(count) {
  if (count === null && !offline) return;
  offline = count !== null;
  find("trouble").hidden = !offline;
  const waiting = count ? ` ${count} not saved yet; kept in this browser and sent when it is back.` : "";
  if (offline) find("trouble").textContent = `The review has stopped. Start it again and open the address that it prints.${waiting}`;
}

function say(text, isBad = false) {
  find("say").textContent = text;
  const hint = find("hint");
  hint.textContent = text;
  hint.classList.toggle("bad", isBad);
}

function buildPane(pane) {
  const figure = document.createElement("figure");
  const canvas = document.createElement("canvas");
  const caption = document.createElement("figcaption");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `${SIDES[pane.photo.side]}: ${pane.photo.name}. Press ? for the keys.`);
  canvas.setAttribute("aria-describedby", "hint");
  figure.append(caption, canvas);
  find("panes").append(figure);
  const picture = new Image();
  picture.addEventListener("load", () => {
    pane.levels = levelsOf(picture);
    dirty = true;
  });
  picture.src = `photo/${pane.photo.side}.jpg`;
  Object.assign(pane, { figure, canvas, caption, levels: [], context: canvas.getContext("2d", { alpha: false }), size: { width: 0, height: 0 } });
  canvas.addEventListener("focus", () => review.setActive(pane.index));
  new ResizeObserver(() => resize(pane)).observe(canvas);
  listenToPointer(review, pane);
}

function resize(pane) {
  const { width, height } = pane.canvas.getBoundingClientRect();
  const first = !pane.size.width;
  const wasFit = review.view.zoom <= review.view.least * 1.01;
  pane.size = { width: width - 2, height: height - 2 };
  const ratio = window.devicePixelRatio || 1;
  pane.canvas.width = Math.round(pane.size.width * ratio);
  pane.canvas.height = Math.round(pane.size.height * ratio);
  if (pane.index === 0 && (first || wasFit)) review.view.fit(pane.size.width, pane.size.height);
  dirty = true;
}

function draw() {
  requestAnimationFrame(draw);
  if (!dirty) return;
  dirty = false;
  for (const pane of review.panes) drawPane(pane);
}

function drawPane(pane) {
  if (!pane.size || pane.size.width <= 0) return;
  const { index } = pane;
  const transform = review.view.transform(index, pane.size);
  const { stroke, chosen, first } = review;
  paint(pane.context, pane.size, {
    levels: pane.levels,
    transform,
    hairs: pane.hairs.values(),
    version: pane.version,
    moving: performance.now() - viewMoved < STILL_MS,
    hidden: review.hidden,
    chosen: chosen && chosen.index === index && review.chosenHair,
    partner: first && review.active === index && pane.hairs.get(first),
    waiting: pane.waiting,
    stroke: stroke && stroke.index === index && [...stroke.points, review.place(index)],
    crosshair: review.view.toScreen(0, pane.size, review.cursor),
    active: index === review.active,
  });
  pane.canvas.dataset.transform = JSON.stringify(transform);
  pane.figure.classList.toggle("active", index === review.active);
}

// A chance in per cent, never 0 or 100: the finder is not that sure of anything.
function sureness(chance) {
  const percent = Math.round(100 * chance);
  if (percent >= 100) return "> 99";
  return percent < 1 ? "< 1" : String(percent);
}

function describe(hair) {
  const parts = [hair.id === null ? "made by hand" : `hair ${hair.id}`];
  if (hair.state) parts.push(KINDS[hair.state === "unsure" ? "doubt" : hair.state].words);
  if (hair.diameter_um !== null) parts.push(`${hair.id === null ? "about " : ""}${Math.round(hair.diameter_um)} µm, ${hair.class}`);
  if (!hair.counted) parts.push("outside the field, not counted");
  if (hair.confidence !== null) parts.push(`certainty ${sureness(hair.confidence)} %`);
  if (hair.unsure) parts.push("marked unsure");
  return parts.join(" · ");
}

function showChosen() {
  const hair = review.chosenHair;
  const side = review.panes.length > 1 && hair ? `${SIDES[review.panes[review.chosen.index].photo.side]}: ` : "";
  find("chosen").textContent = hair ? side + describe(hair) : "None. Click a hair, or press N.";
  for (const name of ["unsure", "delete", "split", "move-root", "join"]) button(name).disabled = !hair;
  button("unsure").firstChild.textContent = hair && hair.unsure ? "Sure " : "Unsure ";
}

function button(name) {
  return document.querySelector(`[data-act="${name}"]`);
}

function showTool() {
  for (const name of ["select", "draw", "move-root", "split", "join"]) {
    button(name).setAttribute("aria-pressed", String(review.tool === name));
  }
  say(HINTS[review.tool]);
}

function showProgress() {
  const { state } = review;
  for (const pane of review.panes) {
    const counted = [...pane.hairs.values()].filter((hair) => hair.counted).length;
    const name = document.createElement("strong");
    name.textContent = `${SIDES[pane.photo.side]}: ${pane.photo.name}`;
    const count = document.createElement("span");
    count.className = "quiet";
    count.textContent = `counted in the field: ${pane.photo.automatic_count} found, ${counted} now`;
    pane.caption.replaceChildren(name, count);
  }
  const many = state.count === 1 ? "1 correction" : `${state.count} corrections`;
  find("counts").textContent = `${many}, saved in ${state.journal}`;
  button("undo").disabled = !state.undo;
  button("redo").disabled = !state.redo;
  if (state.unplaced) {
    find("trouble").hidden = false;
    find("trouble").textContent = `${state.unplaced} corrections name hairs that this result does not have: it is not the result that was corrected.`;
  }
  find("log").replaceChildren(...[...state.log].reverse().map(logEntry));
}

function logEntry(one) {
  const item = document.createElement("li");
  item.value = one.number;
  const side = one.side === "single" ? "" : `, ${SIDES[one.side].toLowerCase()}`;
  item.textContent = `${DONE[one.what]}${side} · ${one.by} · ${new Date(one.when).toLocaleString()}`;
  if (!one.in_force) {
    item.className = "undone";
    item.append(" (undone)");
  }
  return item;
}

function showLegend() {
  const kinds = new Set(["hand", "unsure"]);
  for (const pane of review.panes) for (const hair of pane.hairs.values()) kinds.add(kindOf(hair));
  const items = Object.entries(KINDS).filter(([name]) => kinds.has(name)).map(([, kind]) => {
    const item = document.createElement("li");
    const sample = document.createElement("canvas");
    [sample.width, sample.height] = [22, 16];
    mark(sample.getContext("2d"), [{ x: 11, y: 8 }], kind, 5);
    item.append(sample, kind.words);
    return item;
  });
  find("legend").replaceChildren(...items);
}

async function send(edit) {
  const by = find("by").value.trim() || (await askInitials());
  if (!by) return say("Not done: initials are missing.", true);
  return store.edit({ ...edit, by });
}

function askInitials() {
  const dialog = find("ask");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const by = dialog.returnValue === "ok" ? find("ask-by").value.trim() : "";
      find("by").value = by;
      focusPane(review.active);
      resolve(by);
    }, { once: true });
  });
}

function focusPane(index) {
  review.panes[index].canvas.focus();
}

async function finish() {
  if (store.waiting.length) return say("Not yet: some corrections are not saved.", true);
  try {
    const answer = await store.finish();
    find("end-text").textContent = answer.count
      ? `${answer.count} corrections are in ${review.state.journal}. To measure with them:`
      : "There are no corrections.";
    find("end-command").textContent = answer.count ? answer.rerun : "";
    find("end-command").hidden = !answer.count;
    find("end").showModal();
  } catch {
    setOffline(store.waiting.length);
  }
  return undefined;
}

review.addEventListener("loaded", () => {
  if (!find("panes").children.length) {
    find("walk-changed").hidden = find("walk-changed").disabled = review.panes.length < 2;
    for (const pane of review.panes) buildPane(pane);
    const initials = decodeURIComponent((location.hash.match(/^#by=(.*)$/) || [])[1] || "");
    if (initials) find("by").value = initials;
    focusPane(0);
    showTool();
  }
  showProgress();
  showLegend();
  showChosen();
  dirty = true;
});
review.addEventListener("changed", ({ detail: { edit, come } }) => {
  showProgress();
  showLegend();
  showChosen();
  const hair = review.chosenHair;
  if (edit) say(`${DONE[edit.what]}.${come && hair ? ` ${describe(hair)}` : ""}`);
  dirty = true;
});
review.addEventListener("chosen", () => {
  showChosen();
  const hair = review.chosenHair;
  say(hair ? `Chosen: ${describe(hair)}` : HINTS[review.tool]);
  dirty = true;
});
review.addEventListener("stroke", ({ detail: { isBend } }) => {
  if (review.stroke) say(isBend ? "Bend set. Enter at the tip." : "Root set. Go to the tip and press Enter, or click it.");
  dirty = true;
});
review.addEventListener("tool", () => { showTool(); dirty = true; });
review.addEventListener("moved", () => {
  dirty = true;
  const seen = [review.view.x, review.view.y, review.view.zoom].join();
  if (seen === settling?.seen) return;
  clearTimeout(settling?.timer);
  viewMoved = performance.now();
  settling = { seen, timer: setTimeout(() => { dirty = true; }, STILL_MS + 20) };
});
review.addEventListener("say", ({ detail }) => say(detail, true));
review.addEventListener("edit", ({ detail }) => send(detail));

find("tools").addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  if (pressed.dataset.act === "help") return void find("help").showModal();
  const fromMouse = event.detail > 0;
  review.act(pressed.dataset.act, !fromMouse);
  if (pressed.dataset.act === "hide") pressed.setAttribute("aria-pressed", String(review.hidden));
  if (fromMouse || pressed.disabled) focusPane(review.active);
});
find("walk").addEventListener("change", (event) => { review.walk = event.target.value; review.walked = -1; });
find("by").addEventListener("keydown", (event) => { if (event.key === "Enter") focusPane(review.active); });
find("done").addEventListener("click", finish);
window.addEventListener("beforeunload", (event) => { if (store.waiting.length || review.stroke) event.preventDefault(); });
listenToKeys(review, focusPane, () => find("help").showModal());
draw();
store.open().catch((error) => {
  find("trouble").hidden = false;
  find("trouble").textContent = `The review cannot be shown: ${error.message}. Open the address that hairdensity review printed.`;
});
