// What stands about the picture: switches, bar, buttons, and the numbers of the chosen hair.

class Switches {
  constructor(view) {
    this.view = view;
    this.form = view.root.querySelector("form");
    this.slider = view.root.querySelector("input[type='range']");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", () => this.read());
    if (this.slider) {
      this.slider.addEventListener("input", () => view.setBar(this.slider.value / 100));
      this.showBar(0.5);
    }
    for (const button of view.root.querySelectorAll("button[data-do]"))
      button.addEventListener("click", () => this.press(button.dataset.do));
    this.read();
  }

  read() {
    const chosen = new FormData(this.form);
    this.states = new Set(chosen.getAll("state"));
    this.classes = new Set(chosen.getAll("class"));
    this.units = chosen.has("units");
    this.field = chosen.has("field");
    this.marks = chosen.has("marks");
    this.colours = chosen.get("colours") || "state";
    if (this.view.size) this.view.draw();
  }

  key() {
    const extras = [this.marks, this.units, this.field];
    return [...this.states, ...this.classes, this.colours, ...extras].join(" ");
  }

  // A hair without a known thickness is not held back by the thickness switches.
  shows(hair, side) {
    const { class: thickness } = this.seen(hair, side);
    return this.states.has(hair.state) && (!thickness || this.classes.has(thickness));
  }

  seen(hair, side) {
    return hair[side] || hair.before || hair.after;
  }

  markOf(hair, side) {
    const { marks } = this.view.data;
    const thickness = this.seen(hair, side).class;
    const byClass = this.colours === "class" && thickness && hair.state !== "outside" && hair.state !== "uncounted";
    return marks[byClass ? thickness : hair.state] || marks[hair.state];
  }

  toggleMarks() {
    const box = this.form.querySelector("input[name='marks']");
    box.checked = !box.checked;
    this.read();
  }

  showBar(share) {
    if (!this.slider) return;
    const percent = Math.round(share * 100);
    this.slider.value = percent;
    this.slider.setAttribute("aria-valuetext", filled(this.view.data.words.slider_value, { percent: `${percent}%` }));
    this.view.stage.style.setProperty("--bar", `${share * 100}%`);
  }

  press(what) {
    const { view } = this;
    const acts = {
      in: () => view.zoomTo(view.zoom * 1.5),
      out: () => view.zoomTo(view.zoom / 1.5),
      fit: () => view.zoomTo(view.fitZoom),
      full: () => view.zoomTo(view.fullZoom),
      next: () => view.step(1),
      previous: () => view.step(-1),
    };
    acts[what]();
  }
}

class Readout {
  constructor(view) {
    this.view = view;
    this.box = view.root.querySelector(".readout");
    this.spoken = view.root.querySelector(".spoken");
    this.words = view.data.words;
    this.tell(-1);
  }

  // Only what is chosen by key, click or tap is spoken; a mouse passing over hairs stays quiet.
  tell(at, speak = false) {
    const hair = this.view.data.hairs[at];
    if (!hair) {
      this.box.replaceChildren(element("p", this.words.hint));
      if (speak) this.spoken.textContent = this.words.none;
      return;
    }
    const sides = this.view.sides;
    const parts = [element("h3", this.title(hair)), element("p", this.words[`long_${hair.state}`])];
    for (const side of sides) parts.push(...this.side(hair, side, sides.length > 1));
    if (hair.change !== null && hair.change !== undefined)
      parts.push(list([[this.words.change, filled(this.words.um, { value: this.signed(hair.change) })]]));
    this.box.replaceChildren(...parts);
    if (speak) this.spoken.textContent = parts.map((part) => part.innerText || part.textContent).join(". ");
  }

  title(hair) {
    const ids = this.view.sides.flatMap((side) => (hair[side] ? [hair[side].id] : []));
    return filled(this.words.title, { id: [...new Set(ids)].join(" / ") });
  }

  side(hair, side, named) {
    const seen = hair[side];
    const head = named ? [element("h4", this.words[side])] : [];
    if (!seen) return [...head, element("p", this.words.unseen)];
    return [...head, list(this.rows(seen))];
  }

  rows(seen) {
    const { words } = this;
    const [value, low, high] = (seen.diameter || []).map((one) => this.number(one, 1));
    const length = seen.length === null ? words.unknown : filled(words.mm, { value: this.number(seen.length, 2) });
    return [
      [words.diameter, seen.diameter ? filled(words.um_range, { value, low, high }) : words.unknown],
      [words.length, seen.cut ? `${length}, ${words.cut}` : length],
      [words.class, seen.class ? words[seen.class] : words.unknown],
      [words.unit, filled(words.unit_value, { id: seen.unit, count: seen.unit_count })],
      [words.certainty, filled(words.percent, { number: sureness(seen.certainty) })],
    ];
  }

  number(value, decimals) {
    return value.toFixed(decimals).replace("-", "\u2212").replace(".", this.words.decimal);
  }

  signed(value) {
    return (value > 0 ? "+" : "") + this.number(value, 1);
  }
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// A chance in per cent, never 0 or 100: the finder is not that sure of anything.
function sureness(chance) {
  const percent = Math.round(100 * chance);
  if (percent >= 100) return "> 99";
  return percent < 1 ? "< 1" : String(percent);
}

function element(kind, text) {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
}

function list(rows) {
  const made = document.createElement("dl");
  for (const [name, value] of rows) made.append(element("dt", name), element("dd", value));
  return made;
}
