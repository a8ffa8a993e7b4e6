// The hairs that were gained, lost or are unsure, cut out of both photos side by side.

const PAGE_CARDS = 12;
const LEAST_CUT_PX = 24;

class Gallery {
  constructor(root, view) {
    this.root = root;
    this.view = view;
    this.words = view.data.words;
    this.place = root.querySelector(".cards");
    this.more = root.querySelector("button[data-do='more']");
    this.form = root.querySelector("form");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", () => this.start());
    this.more.addEventListener("click", () => this.show(this.shown + PAGE_CARDS));
    this.start();
  }

  start() {
    const chosen = new FormData(this.form);
    const wanted = chosen.get("claim");
    this.drawsLines = chosen.has("lines");
    const claims = wanted === "all" ? ["gained", "lost", "unsure"] : [wanted];
    this.hairs = this.view.data.hairs.flatMap((hair, at) => (claims.includes(hair.state) ? [at] : []));
    this.place.replaceChildren();
    this.shown = 0;
    this.show(PAGE_CARDS);
  }

  show(upTo) {
    const added = this.hairs.slice(this.shown, upTo).map((at) => this.card(at));
    this.place.append(...added);
    const first = this.shown > 0 && added.length ? added[0].querySelector("button") : null;
    this.shown = Math.min(upTo, this.hairs.length);
    this.root.querySelector(".shown").textContent = filled(this.words.shown, {
      shown: this.shown,
      count: this.hairs.length,
    });
    this.more.hidden = this.shown >= this.hairs.length;
    if (first && this.more.hidden) first.focus();
  }

  card(at) {
    const hair = this.view.data.hairs[at];
    const seen = hair.before || hair.after;
    const card = document.createElement("li");
    card.className = `card ${hair.state}`;
    const name = filled(this.words.card, { state: this.words[`state_${hair.state}`], id: seen.id });
    const pair = document.createElement("div");
    pair.className = "cut";
    for (const side of this.view.sides) pair.append(this.cut(at, side, seen.id));
    const go = element("button", this.words.go);
    go.type = "button";
    go.setAttribute("aria-label", `${this.words.go}: ${name}`);
    go.addEventListener("click", () => this.go(at));
    card.append(element("h3", name), pair, element("p", this.numbers(seen)), go);
    return card;
  }

  numbers(seen) {
    const { readout } = this.view;
    const certainty = filled(this.words.percent, { number: sureness(seen.certainty) });
    const parts = [`${this.words.certainty} ${certainty}`];
    if (seen.diameter) parts.unshift(filled(this.words.um, { value: readout.number(seen.diameter[0], 0) }));
    return parts.join(", ");
  }

  go(at) {
    this.view.stage.focus({ preventScroll: true });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.view.root.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
    this.view.pinned = true;
    this.view.choose(at, { show: true, speak: true });
  }

  // The same square of skin in each photo, wide enough for the hair.
  cut(at, side, id) {
    const canvas = document.createElement("canvas");
    const wide = Math.round(150 * Math.min(devicePixelRatio || 1, 2));
    canvas.width = canvas.height = wide;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", filled(this.words[`gallery_${side}`], { id }));
    const { view } = this;
    const [left, top, square] = this.square(at);
    const pen = canvas.getContext("2d");
    const scale = wide / square;
    const photo = view.photos[side];
    const finer = photo.width / view.width;
    pen.fillStyle = "#808080";
    pen.fillRect(0, 0, wide, wide);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(photo, (left + 0.5) * finer, (top + 0.5) * finer, square * finer, square * finer, 0, 0, wide, wide);
    this.mark(pen, at, side, ([x, y]) => [(x - left) * scale, (y - top) * scale]);
    return canvas;
  }

  square(at) {
    const places = Object.values(this.view.lines[at]).flatMap((line) => line.places);
    const [xs, ys] = [0, 1].map((axis) => places.map((place) => place[axis]));
    const [low, high] = [[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]];
    const reach = 1.4 * Math.max(high[0] - low[0], high[1] - low[1]);
    const square = Math.max(Math.min(reach, 2.5 * this.view.data.cut), this.view.data.cut, LEAST_CUT_PX);
    const centre = reach > square ? places[0] : [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
    return [centre[0] - square / 2, centre[1] - square / 2, square];
  }

  mark(pen, at, side, place) {
    const lines = this.view.lines[at];
    const line = lines[side] || Object.values(lines)[0];
    const { colour } = this.view.data.marks[this.view.data.hairs[at].state];
    const drawn = new Path2D();
    const [x, y] = place(line.places[0]);
    drawn.arc(x, y, pen.canvas.width / 14, 0, 2 * Math.PI);
    if (this.drawsLines) line.places.forEach((one, i) => (i ? drawn.lineTo(...place(one)) : drawn.moveTo(...place(one))));
    if (this.drawsLines && !lines[side]) pen.setLineDash([6, 5]);
    paintMarks(pen, drawn, colour, "ring");
  }
}
