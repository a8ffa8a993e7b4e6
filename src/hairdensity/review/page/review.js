// The review: what is shown, what is chosen, and what each tool does. Knows nothing of keys, mouse or text.

import { View } from "./view.js";

const NEAR_PX = 18;
const NEEDS_PLACE = new Set(["move-root", "split"]);
const CHANGED = new Set(["gained", "lost", "unsure"]);

export class Review extends EventTarget {
  constructor(store) {
    super();
    this.store = store;
    this.panes = [];
    this.versions = 0; // tells drawings apart
    this.active = 0;
    this.cursor = { x: 0, y: 0 };
    this.chosen = null; // { index, key }
    this.first = null; // key of the hair that a join starts with
    this.tool = "select";
    this.stroke = null; // { index, points }
    this.hidden = false;
    this.walk = "all";
    this.walked = -1;
    this.by = () => "";
  }

  load(state) {
    const fresh = !this.panes.length;
    this.state = state;
    this.panes = state.photos.map((photo, index) => Object.assign(this.panes[index] || { index, waiting: [] }, {
      photo, hairs: new Map(photo.hairs.map((hair) => [hair.key, hair])), version: this.versions += 1,
    }));
    if (fresh) {
      this.view = new View(state.before_to_after, state.photos);
      this.cursor = { x: state.photos[0].width / 2, y: state.photos[0].height / 2 };
    }
    if (this.chosen && !this.hair(this.chosen)) this.chosen = null;
    this.tell("loaded");
  }

  change(answer, edit) {
    this.state = { ...this.state, ...answer };
    let come = null;
    for (const { side, gone, come: hairs } of answer.changed) {
      const pane = this.panes.find((one) => one.photo.side === side);
      for (const key of gone) pane.hairs.delete(key);
      for (const hair of hairs) pane.hairs.set(hair.key, hair);
      if (gone.length || hairs.length) pane.version = this.versions += 1;
      if (hairs.length && !come) come = { index: pane.index, key: hairs[0].key };
    }
    if (come && edit && edit.what !== "delete") this.chosen = come;
    if (this.chosen && !this.hair(this.chosen)) this.chosen = null;
    this.tell("changed", { edit, come });
  }

  waits(edits) {
    for (const pane of this.panes) {
      const own = edits.filter((edit) => edit.what === "draw" && edit.side === pane.photo.side);
      pane.waiting = own.map((edit) => edit.points_px.map(([x, y]) => ({ x, y })));
    }
    this.tell("moved");
  }

  hair({ index, key }) {
    return this.panes[index].hairs.get(key);
  }

  get chosenHair() {
    return this.chosen && this.hair(this.chosen);
  }

  // The crosshair in px of a pane's photo.
  place(index = this.active) {
    const size = this.panes[index].size;
    return this.view.toPhoto(index, size, this.view.toScreen(0, size, this.cursor));
  }

  setActive(index) {
    if (index === this.active) return;
    this.active = index;
    this.stroke = null;
    this.tell("moved");
  }

  moveCursor(dx, dy) {
    const [photo] = this.state.photos;
    this.cursor.x = Math.min(photo.width - 1, Math.max(0, this.cursor.x + dx / this.view.zoom));
    this.cursor.y = Math.min(photo.height - 1, Math.max(0, this.cursor.y + dy / this.view.zoom));
    this.view.show(this.cursor, this.panes[this.active].size, 30);
    this.tell("moved");
  }

  pointAt(index, screen) {
    const size = this.panes[index].size;
    this.cursor = this.view.toPhoto(0, size, screen);
    this.tell("moved");
  }

  nearest(index, place, reach = NEAR_PX) {
    const [a, b] = this.view.transform(index, this.panes[index].size);
    const scale = Math.hypot(a, b);
    let best = { gap: reach, key: null };
    for (const hair of this.panes[index].hairs.values()) {
      const gap = gapTo(hair.path, place) * scale;
      if (gap < best.gap) best = { gap, key: hair.key };
    }
    return best.key;
  }

  chooseAt(reach) {
    const key = this.nearest(this.active, this.place(), reach);
    this.chosen = key && { index: this.active, key };
    if (key) this.walked = this.walkList().findIndex((one) => one.key === key && one.index === this.active);
    this.tell("chosen");
    return this.chosen;
  }

  walkList() {
    const all = this.panes.flatMap((pane) => [...pane.hairs.values()].map((hair) => ({ index: pane.index, key: hair.key, hair })));
    const own = all.filter((one) => one.index === this.active);
    if (this.walk === "changed") return all.filter((one) => CHANGED.has(one.hair.state));
    if (this.walk === "hand") return all.filter((one) => one.hair.origin !== "automatic" || one.hair.unsure);
    if (this.walk === "doubtful") return own.sort((one, other) => (one.hair.confidence ?? 1) - (other.hair.confidence ?? 1));
    return own;
  }

  step(way) {
    const list = this.walkList();
    if (!list.length) return this.say("There is no such hair.");
    const at = list.findIndex((one) => this.chosen && one.key === this.chosen.key && one.index === this.chosen.index);
    const start = at >= 0 ? at + way : way > 0 ? Math.max(0, Math.min(this.walked, list.length)) : this.walked - 1;
    this.walked = (start + list.length) % list.length;
    const { index, key, hair } = list[this.walked];
    this.setActive(index);
    this.chosen = { index, key };
    const size = this.panes[index].size;
    const root = { x: hair.path[0][0], y: hair.path[0][1] };
    this.cursor = this.view.toPhoto(0, size, this.view.toScreen(index, size, root));
    this.view.show(this.cursor, size, Math.min(size.width, size.height) / 3);
    return this.tell("chosen");
  }

  // A tool is taken up, or acts at once. `here`: at the crosshair, as keys do; else at the next click.
  act(name, here = false) {
    const simple = {
      select: () => this.take("select"),
      draw: () => this.take("draw"),
      join: () => this.join(),
      unsure: () => this.onChosen((hair) => this.edit(hair.unsure ? "sure" : "unsure", [hair.key])),
      delete: () => this.onChosen((hair) => this.edit("delete", [hair.key])),
      undo: () => (this.state.undo ? this.edit("undo") : this.say("There is nothing to undo.")),
      redo: () => (this.state.redo ? this.edit("redo") : this.say("There is nothing to redo.")),
      next: () => this.step(1),
      previous: () => this.step(-1),
      hide: () => { this.hidden = !this.hidden; this.tell("moved"); },
      in: () => this.zoom(1.5),
      out: () => this.zoom(1 / 1.5),
      fit: () => this.fit(),
    };
    if (simple[name]) return simple[name]();
    if (NEEDS_PLACE.has(name)) return this.onChosen((hair) => (here ? this.atPlace(name, hair) : this.take(name)));
    return null;
  }

  take(tool) {
    this.tool = tool;
    this.stroke = null;
    this.first = null;
    this.tell("tool");
  }

  atPlace(what, hair) {
    if (this.chosen.index !== this.active) return this.say("Go to the photo of the chosen hair first.");
    const { x, y } = this.place();
    this.edit(what, [hair.key], [[x, y]]);
    return this.take("select");
  }

  onChosen(then) {
    const hair = this.chosenHair;
    return hair ? then(hair) : this.say("Choose a hair first: click it, or press N.");
  }

  join() {
    const hair = this.chosenHair;
    if (!this.first || !this.panes[this.active].hairs.has(this.first)) {
      return this.onChosen(() => { this.take("join"); this.first = hair.key; this.setActive(this.chosen.index); this.tell("tool"); });
    }
    if (!hair || hair.key === this.first || this.chosen.index !== this.active) return this.say("Choose the other hair, in the same photo, then J.");
    this.edit("join", [this.first, hair.key]);
    return this.take("select");
  }

  // Drawing: the root, bends if any, the tip.
  drawPoint(isBend) {
    const place = this.place();
    if (!this.stroke) {
      if (!isBend) this.stroke = { index: this.active, points: [place] };
    } else {
      this.stroke.points.push(place);
      if (!isBend) this.finishStroke();
    }
    this.tell("stroke", { isBend });
  }

  finishStroke() {
    const { index, points } = this.stroke;
    this.stroke = null;
    this.edit("draw", [], points.map(({ x, y }) => [x, y]), index);
  }

  edit(what, hairs = [], points = [], index = this.chosen ? this.chosen.index : this.active) {
    const rounded = points.map((place) => place.map((one) => Math.round(one * 100) / 100));
    this.tell("edit", { what, side: this.panes[index].photo.side, hairs, points_px: rounded });
  }

  zoom(factor, at = this.cursor) {
    this.view.zoomBy(factor, at);
    this.tell("moved");
  }

  fit() {
    const { size } = this.panes[0];
    this.view.fit(size.width, size.height);
    this.tell("moved");
  }

  say(text) {
    this.tell("say", text);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function gapTo(path, { x, y }) {
  let best = Infinity;
  for (let at = 1; at < path.length; at += 1) {
    const [[x0, y0], [x1, y1]] = [path[at - 1], path[at]];
    const [dx, dy] = [x1 - x0, y1 - y0];
    const part = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
    best = Math.min(best, Math.hypot(x0 + part * dx - x, y0 + part * dy - y));
  }
  return best;
}
