// The picture one can move in: photos, a bar between them, marks on the hairs, numbers of the chosen hair.
// A view has its data in <script type="application/json"> and its lines in the marked photos that are printed.

const MOST_ENLARGED = 12; // device px a px of the photo
const MARK_RADIUS = 4.5; // CSS px, on a stage of FULL_STAGE or more
const FULL_STAGE = 720;
const MANY_HAIRS = 500; // more than these get smaller marks, until one zooms in
const REACH = 14; // CSS px: a hair this near to the pointer is meant
const TAP_TRAVEL = 6; // CSS px: a longer way is a drag
const SETTLE_MS = 120; // after a move by this long, the picture is drawn anew instead of stretched
const SMALL_PX = 2048; // a photo wider than this is also kept at this width, for the whole picture
const CASING = "rgba(0, 0, 0, 0.85)";

class View {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    this.canvas = root.querySelector("canvas");
    this.stage = root.querySelector(".stage");
    this.pen = this.canvas.getContext("2d");
    this.sides = this.data.sides;
    this.data.hairs = this.data.hairs.map((hair) => this.unpacked(hair));
    [this.width, this.height] = this.data.frame;
    this.bar = 0.5;
    this.zoom = 0; // CSS px a px of the frame; 0 until the size of the stage is known
    this.left = 0; // place of the frame's corner in the stage, CSS px
    this.top = 0;
    this.chosen = -1;
    this.fingers = new Map();
    this.photos = {};
    this.smaller = {};
    this.layers = {}; // what each side shows, drawn once for each place, zoom and set of switches
    this.bundleCache = new Map();
    this.readLines();
    this.switches = new Switches(this);
    this.readout = new Readout(this);
  }

  async open() {
    await Promise.all(this.sides.map((side) => this.unpack(side)));
    this.resize();
    new ResizeObserver(() => this.resize()).observe(this.stage);
    this.listen();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    this.root.dataset.opened = Math.round(performance.now()); // ms since the page was asked for
    this.root.dataset.ready = "yes";
  }

  async unpack(side) {
    const picture = this.root.querySelector(`img[data-side="${side}"]`);
    if (!picture.complete) await new Promise((done) => picture.addEventListener("load", done, { once: true }));
    this.photos[side] = await createImageBitmap(picture);
    this.smaller[side] = shrunk(this.photos[side]);
  }

  // A hair is told as [state, change, facts of each side or 0], the facts in the order of `facts`.
  unpacked([state, change, ...sides]) {
    const hair = { state, change };
    this.sides.forEach((side, at) => {
      if (sides[at]) hair[side] = Object.fromEntries(this.data.facts.map((name, i) => [name, sides[at][i]]));
    });
    return hair;
  }

  // Each hair's line, out of the marked photos: one subpath a hair, in the order of the data.
  readLines() {
    this.lines = this.data.hairs.map(() => ({}));
    for (const path of this.root.querySelectorAll("path[data-state]")) {
      const { side, state } = path.dataset;
      const drawn = (path.getAttribute("d") || "").split("M").slice(1);
      const meant = this.data.hairs.flatMap((hair, at) => (hair.state === state && hair[side] ? [at] : []));
      meant.forEach((at, order) => {
        const numbers = drawn[order].trim().split(" ").map(Number);
        const places = [];
        for (let i = 0; i < numbers.length; i += 2) places.push([numbers[i], numbers[i + 1]]);
        this.lines[at][side] = { places, path: new Path2D("M" + drawn[order]) };
      });
    }
  }

  // --- where things are -----------------------------------------------------------------------

  resize() {
    const wide = this.stage.clientWidth;
    const fitted = this.zoom && Math.abs(this.zoom - this.fitZoom) < 1e-9;
    const high = Math.round(Math.min((wide * this.height) / this.width, Math.max(innerHeight * 0.8, 260)));
    this.dense = Math.min(devicePixelRatio || 1, 3);
    this.stage.style.height = `${high}px`;
    this.size = [wide, high];
    this.canvas.width = Math.round(wide * this.dense);
    this.canvas.height = Math.round(high * this.dense);
    this.fitZoom = Math.min(wide / this.width, high / this.height);
    if (fitted || !this.zoom) this.fit();
    else this.keepInside();
    this.draw();
  }

  fit() {
    this.zoom = this.fitZoom;
    this.keepInside();
  }

  get fullZoom() {
    const finest = Math.max(...this.sides.map((side) => this.photos[side].width / this.width));
    return finest / this.dense;
  }

  get markRadius() {
    const room = (this.zoom / this.fitZoom) * Math.sqrt(MANY_HAIRS / Math.max(this.data.hairs.length, 1));
    return MARK_RADIUS * Math.max(0.55, Math.min(1, room, this.size[0] / FULL_STAGE));
  }

  get enlarged() {
    return this.zoom > this.fitZoom * 1.001;
  }

  // The frame fills the stage or is centred in it.
  keepInside() {
    const place = (offset, stage, frame) =>
      frame <= stage ? (stage - frame) / 2 : Math.min(0, Math.max(stage - frame, offset));
    this.left = place(this.left, this.size[0], this.width * this.zoom);
    this.top = place(this.top, this.size[1], this.height * this.zoom);
    this.stage.classList.toggle("enlarged", this.enlarged);
  }

  zoomTo(zoom, x = this.size[0] / 2, y = this.size[1] / 2) {
    const most = Math.max(this.fitZoom, this.fullZoom * MOST_ENLARGED);
    const next = Math.min(Math.max(zoom, this.fitZoom), most);
    this.left = x - ((x - this.left) / this.zoom) * next;
    this.top = y - ((y - this.top) / this.zoom) * next;
    this.zoom = next;
    this.keepInside();
    this.keepMoving();
    this.draw();
  }

  moveBy(x, y) {
    this.left += x;
    this.top += y;
    this.keepInside();
    this.keepMoving();
    this.draw();
  }

  setBar(share) {
    this.bar = Math.min(1, Math.max(0, share));
    this.switches.showBar(this.bar);
    this.draw();
  }

  sideAt(x) {
    return this.sides.length > 1 && x > this.bar * this.size[0] ? this.sides[1] : this.sides[0];
  }

  // --- drawing --------------------------------------------------------------------------------

  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.paint();
    });
  }

  // While the picture moves, its layers are stretched; once it rests, they are drawn anew.
  keepMoving() {
    this.movedAt = performance.now();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.draw(), SETTLE_MS);
  }

  paint() {
    const pen = this.pen;
    const [wide, high] = this.size;
    pen.setTransform(this.dense, 0, 0, this.dense, 0, 0);
    pen.clearRect(0, 0, wide, high);
    this.sides.forEach((side, at) => {
      const from = at ? this.bar * wide : 0;
      const to = this.sides.length > 1 && !at ? this.bar * wide : wide;
      if (to - from < 0.5) return;
      pen.save();
      pen.beginPath();
      pen.rect(from, 0, to - from, high);
      pen.clip();
      this.paintLayer(side);
      this.paintChosen(side);
      pen.restore();
    });
  }

  paintLayer(side) {
    const moving = performance.now() - (this.movedAt || -Infinity) < SETTLE_MS;
    let layer = this.layers[side];
    const key = [this.zoom, this.left, this.top, ...this.size, this.dense, this.switches.key()].join(" ");
    if (!layer || (layer.key !== key && !moving)) layer = this.layers[side] = this.layer(side, key);
    const stretch = this.zoom / layer.zoom;
    const [wide, high] = this.size;
    this.pen.drawImage(
      layer.canvas,
      this.left - layer.left * stretch,
      this.top - layer.top * stretch,
      wide * stretch,
      high * stretch,
    );
  }

  layer(side, key) {
    const canvas = this.layers[side]?.canvas || document.createElement("canvas");
    canvas.width = this.canvas.width;
    canvas.height = this.canvas.height;
    const pen = canvas.getContext("2d");
    pen.scale(this.dense, this.dense);
    this.paintSide(pen, side);
    return { canvas, key, zoom: this.zoom, left: this.left, top: this.top };
  }

  paintSide(pen, side) {
    pen.save();
    pen.translate(this.left, this.top);
    pen.scale(this.zoom, this.zoom);
    const fine = this.zoom * this.dense * this.width;
    const photo = fine <= this.smaller[side].width ? this.smaller[side] : this.photos[side];
    pen.imageSmoothingEnabled = fine / photo.width < 3;
    pen.imageSmoothingQuality = "medium";
    pen.drawImage(photo, 0, 0, this.width, this.height);
    pen.translate(0.5, 0.5); // places are told from the centre of the first px
    if (this.switches.marks) {
      this.paintField(pen);
      this.paintUnits(pen, side);
      this.paintLines(pen, side);
    }
    pen.restore();
    if (this.switches.marks) this.paintRoots(pen, side);
  }

  paintField(pen) {
    if (!this.switches.field) return;
    pen.fillStyle = "rgba(0, 0, 0, 0.45)";
    this.beyond = this.beyond || new Path2D(this.data.beyond);
    this.outline = this.outline || new Path2D(this.data.outline);
    pen.fill(this.beyond, "evenodd");
    this.strokeTwice(pen, this.outline, "#ffffff", 1.5);
  }

  paintUnits(pen, side) {
    if (!this.switches.units) return;
    const circles = new Path2D();
    for (const [x, y, radius] of this.data.units[side] || []) {
      circles.moveTo(x + radius, y);
      circles.arc(x, y, radius, 0, 2 * Math.PI);
    }
    this.strokeTwice(pen, circles, "#ffffff", 1.2);
  }

  // Hairs of one colour are drawn at once; what only the other photo shows is dashed.
  paintLines(pen, side) {
    for (const { colour, own, other } of this.bundles(side)) {
      pen.setLineDash([5 / this.zoom, 4 / this.zoom]);
      this.strokeTwice(pen, other, colour, 1.2);
      pen.setLineDash([]);
      this.strokeTwice(pen, own, colour, 1.6);
    }
  }

  bundles(side) {
    const key = `${side} ${this.switches.key()}`;
    if (!this.bundleCache.has(key)) this.bundleCache.set(key, this.bundled(side));
    return this.bundleCache.get(key);
  }

  bundled(side) {
    const found = new Map();
    this.data.hairs.forEach((hair, at) => {
      if (!this.switches.shows(hair, side)) return;
      const { colour } = this.switches.markOf(hair, side);
      if (!found.has(colour)) found.set(colour, { colour, own: new Path2D(), other: new Path2D() });
      const line = this.lines[at][side];
      if (line) found.get(colour).own.addPath(line.path);
      else if (hair.state !== "outside")
        for (const seen of Object.values(this.lines[at])) found.get(colour).other.addPath(seen.path);
    });
    return [...found.values()];
  }

  strokeTwice(pen, path, colour, wide) {
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = CASING;
    pen.lineWidth = (wide + 2) / this.zoom;
    pen.stroke(path);
    pen.strokeStyle = colour;
    pen.lineWidth = wide / this.zoom;
    pen.stroke(path);
  }

  // Marks keep their size on the screen, so they are put together anew for each place and zoom.
  paintRoots(pen, side) {
    const bundles = new Map();
    this.data.hairs.forEach((hair, at) => {
      if (!this.switches.shows(hair, side)) return;
      const line = this.lineOf(at, side);
      if (!line) return;
      const [x, y] = this.toStage(line.places[0]);
      if (x < -20 || y < -20 || x > this.size[0] + 20 || y > this.size[1] + 20) return;
      const mark = this.switches.markOf(hair, side);
      const key = mark.colour + mark.shape;
      if (!bundles.has(key)) bundles.set(key, { ...mark, path: new Path2D() });
      addMark(bundles.get(key).path, mark.shape, x, y, this.markRadius);
    });
    for (const { colour, shape, path } of bundles.values()) paintMarks(pen, path, colour, shape);
  }

  // The line in this photo; for a followed hair that only the other photo shows, the line there.
  lineOf(at, side) {
    if (this.lines[at][side] || this.data.hairs[at].state === "outside") return this.lines[at][side];
    return Object.values(this.lines[at])[0];
  }

  paintChosen(side) {
    const line = this.chosen < 0 ? null : this.lineOf(this.chosen, side);
    if (!line) return;
    const pen = this.pen;
    pen.save();
    pen.translate(this.left, this.top);
    pen.scale(this.zoom, this.zoom);
    pen.translate(0.5, 0.5);
    this.strokeTwice(pen, line.path, "#ffffff", 3);
    pen.restore();
    const ring = new Path2D();
    ring.arc(...this.toStage(line.places[0]), 3 * this.markRadius, 0, 2 * Math.PI);
    paintMarks(pen, ring, "#ffffff", "ring");
  }

  toStage([x, y]) {
    return [this.left + (x + 0.5) * this.zoom, this.top + (y + 0.5) * this.zoom];
  }

  // --- choosing a hair ------------------------------------------------------------------------

  hairAt(x, y) {
    const side = this.sideAt(x);
    const place = [(x - this.left) / this.zoom - 0.5, (y - this.top) / this.zoom - 0.5];
    let nearest = -1;
    let least = REACH / this.zoom;
    this.data.hairs.forEach((hair, at) => {
      if (!this.switches.marks || !this.switches.shows(hair, side)) return;
      const line = this.lineOf(at, side);
      const away = line ? distance(place, line.places) : Infinity;
      if (away < least) [nearest, least] = [at, away];
    });
    return nearest;
  }

  choose(at, { show = false, speak = false } = {}) {
    if (at === this.chosen && !show) return;
    this.chosen = at;
    this.readout.tell(at, speak);
    if (show && at >= 0) this.bring(at);
    this.draw();
  }

  bring(at) {
    const [x, y] = Object.values(this.lines[at])[0].places[0];
    const near = Math.max(this.zoom, Math.min(this.fitZoom * 3, this.fullZoom * 2));
    this.zoom = near;
    this.left = this.size[0] / 2 - (x + 0.5) * near;
    this.top = this.size[1] / 2 - (y + 0.5) * near;
    this.keepInside();
    const [shown] = this.toStage([x, y]);
    if (this.sides.length > 1) this.setBar(shown / this.size[0]);
  }

  step(by) {
    const count = this.data.hairs.length;
    const shown = (at) => this.sides.some((side) => this.switches.shows(this.data.hairs[at], side));
    let at = this.chosen < 0 && by < 0 ? 0 : this.chosen;
    for (let tried = 0; tried < count; tried++) {
      at = (at + by + count) % count;
      if (shown(at)) return this.choose(at, { show: true, speak: true });
    }
  }

  // --- mouse, fingers, keys -------------------------------------------------------------------

  listen() {
    const on = (kind, act, options) => this.stage.addEventListener(kind, act, options);
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", (event) => this.forget(event));
    on("pointerleave", () => !this.pinned && this.fingers.size === 0 && this.choose(-1));
    on("dblclick", (event) => this.zoomTo(this.zoom * 2, ...this.within(event)));
    on("wheel", (event) => this.wheel(event), { passive: false });
    on("keydown", (event) => this.key(event));
  }

  within(event) {
    const box = this.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  press(event) {
    if (event.button) return;
    this.stage.setPointerCapture(event.pointerId);
    const place = this.within(event);
    this.fingers.set(event.pointerId, place);
    this.travel = 0;
    const onBar = Math.abs(place[0] - this.bar * this.size[0]) < 22;
    this.drags = this.sides.length > 1 && (onBar || !this.enlarged) ? "bar" : "picture";
    this.onBar = this.drags === "bar" && onBar;
  }

  move(event) {
    const place = this.within(event);
    const before = this.fingers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse" && !this.pinned) this.choose(this.hairAt(...place));
      return;
    }
    if (this.fingers.size === 2) return this.pinch(event.pointerId, place);
    this.travel += Math.hypot(place[0] - before[0], place[1] - before[1]);
    this.fingers.set(event.pointerId, place);
    if (this.travel < TAP_TRAVEL) return;
    if (this.drags === "bar") this.setBar(place[0] / this.size[0]);
    else this.moveBy(place[0] - before[0], place[1] - before[1]);
  }

  pinch(moved, place) {
    const [[, held]] = [...this.fingers].filter(([finger]) => finger !== moved);
    const before = this.fingers.get(moved);
    const middle = [(held[0] + place[0]) / 2, (held[1] + place[1]) / 2];
    const earlier = Math.hypot(before[0] - held[0], before[1] - held[1]);
    const later = Math.hypot(place[0] - held[0], place[1] - held[1]);
    this.fingers.set(moved, place);
    this.travel = Infinity;
    this.moveBy((place[0] - before[0]) / 2, (place[1] - before[1]) / 2);
    if (earlier > 1) this.zoomTo((this.zoom * later) / earlier, ...middle);
  }

  release(event) {
    const place = this.within(event);
    const tapped = this.fingers.has(event.pointerId) && this.travel < TAP_TRAVEL;
    this.forget(event);
    if (!tapped) return;
    const at = this.hairAt(...place);
    this.pinned = at >= 0;
    this.choose(at, { speak: true });
  }

  forget(event) {
    this.fingers.delete(event.pointerId);
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    this.zoomTo(this.zoom * Math.exp(-event.deltaY / 200), ...this.within(event));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.keys()[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  keys() {
    const aside = (by) => () =>
      this.enlarged || this.sides.length < 2 ? this.moveBy(-by * 60, 0) : this.setBar(this.bar + by * 0.02);
    const zoom = (by) => () => this.zoomTo(this.zoom * by);
    return {
      ArrowLeft: aside(-1),
      ArrowRight: aside(1),
      ...(this.enlarged ? { ArrowUp: () => this.moveBy(0, 60), ArrowDown: () => this.moveBy(0, -60) } : {}),
      "+": zoom(1.5),
      "=": zoom(1.5),
      "-": zoom(1 / 1.5),
      0: () => this.zoomTo(this.fitZoom),
      1: () => this.zoomTo(this.fullZoom),
      n: () => this.step(1),
      p: () => this.step(-1),
      m: () => this.switches.toggleMarks(),
      Escape: () => {
        this.pinned = false;
        this.choose(-1);
      },
    };
  }
}

// A wide photo at the width that a screen shows it with, so that it need not be shrunk for each picture.
function shrunk(photo) {
  if (photo.width <= SMALL_PX) return photo;
  const canvas = document.createElement("canvas");
  canvas.width = SMALL_PX;
  canvas.height = Math.max(1, Math.round((photo.height * SMALL_PX) / photo.width));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(photo, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// Shortest way from a place to a line of places.
function distance([x, y], places) {
  let least = Infinity;
  for (let i = 0; i + 1 < places.length; i++) {
    const [ax, ay] = places[i];
    const [bx, by] = [places[i + 1][0] - ax, places[i + 1][1] - ay];
    const along = Math.min(1, Math.max(0, ((x - ax) * bx + (y - ay) * by) / (bx * bx + by * by || 1)));
    least = Math.min(least, Math.hypot(x - ax - along * bx, y - ay - along * by));
  }
  return least;
}

function addMark(path, shape, x, y, radius) {
  const wide = radius * 1.4;
  if (shape === "plus") {
    path.moveTo(x - wide, y);
    path.lineTo(x + wide, y);
    path.moveTo(x, y - wide);
    path.lineTo(x, y + wide);
  } else if (shape === "cross") {
    const reach = radius * 1.1;
    path.moveTo(x - reach, y - reach);
    path.lineTo(x + reach, y + reach);
    path.moveTo(x - reach, y + reach);
    path.lineTo(x + reach, y - reach);
  } else if (shape === "diamond") {
    path.moveTo(x, y - wide);
    path.lineTo(x + wide, y);
    path.lineTo(x, y + wide);
    path.lineTo(x - wide, y);
    path.closePath();
  } else {
    path.moveTo(x + radius * 0.8, y);
    path.arc(x, y, radius * 0.8, 0, 2 * Math.PI);
  }
}

function paintMarks(pen, path, colour, shape) {
  pen.lineCap = "butt";
  pen.strokeStyle = CASING;
  pen.lineWidth = 5;
  pen.stroke(path);
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 2.2;
  pen.stroke(path);
  if (shape === "dot") pen.fill(path);
}
