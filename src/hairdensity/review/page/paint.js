// Draws a photo with its hairs. Colours that colour-blind people tell apart, and a mark of its own for each kind.

import { apply } from "./view.js";

export const KINDS = {
  terminal: { words: "terminal hair", colour: "#78cdff", mark: "dot" },
  vellus: { words: "vellus hair", colour: "#ffb000", mark: "diamond" },
  plain: { words: "hair", colour: "#78cdff", mark: "dot" },
  outside: { words: "outside the field: not counted", colour: "#ebebeb", mark: "ring" },
  elsewhere: { words: "outside the skin that both photos show", colour: "#ebebeb", mark: "ring" },
  kept: { words: "kept", colour: "#78cdff", mark: "dot" },
  gained: { words: "gained", colour: "#00d084", mark: "plus" },
  lost: { words: "lost", colour: "#ff5e1e", mark: "cross" },
  doubt: { words: "unsure whether gained or lost", colour: "#faeb3c", mark: "diamond" },
  hand: { words: "drawn or changed by hand", colour: "#f58cff", mark: "square" },
  unsure: { words: "marked unsure", colour: "#faeb3c", mark: "question" },
};

export function kindOf(hair) {
  if (hair.unsure) return "unsure";
  if (hair.origin !== "automatic") return "hand";
  if (hair.state) return hair.state === "unsure" ? "doubt" : hair.state;
  if (!hair.counted) return "outside";
  return hair.class || "plain";
}

// Photo and hairs change seldom, crosshair and line often: the former are kept as they were last drawn. While the
// view moves, what is kept is moved with it when drawing it anew takes long.
export function paint(context, size, pane) {
  const ratio = window.devicePixelRatio || 1;
  paintKept(context, pane, ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (pane.chosen) paintHair(context, pane.chosen, pane.transform, { colour: "#ffffff", width: 3.5, casing: 7, radius: 7 });
  if (pane.partner) paintHair(context, pane.partner, pane.transform, { colour: "#ffffff", width: 2, casing: 5, radius: 5, dash: [6, 4] });
  for (const line of pane.waiting) paintLine(context, line, pane.transform, [6, 4]);
  if (pane.stroke) paintLine(context, pane.stroke, pane.transform, []);
  if (pane.crosshair) paintCrosshair(context, pane.crosshair, pane.active);
}

const SLOW_MS = 15;
const kept = new WeakMap();

function paintKept(context, pane, ratio) {
  const { canvas } = context;
  const last = kept.get(canvas) || { canvas: document.createElement("canvas"), took: 0 };
  kept.set(canvas, last);
  const what = [canvas.width, canvas.height, ratio, pane.version, pane.hidden, pane.levels.length].join();
  const where = pane.transform.join();
  if (last.what !== what || (last.where !== where && !(pane.moving && last.took > SLOW_MS))) {
    [last.canvas.width, last.canvas.height] = [canvas.width, canvas.height];
    const start = performance.now();
    paintBase(last.canvas.getContext("2d", { alpha: false }), pane, ratio);
    Object.assign(last, { what, where, transform: pane.transform, took: performance.now() - start });
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#111";
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (last.where !== where) context.setTransform(...between(last.transform, pane.transform, ratio));
  context.drawImage(last.canvas, 0, 0);
}

// The transform that moves what was drawn by the first transform to where the second would draw it.
function between([a, b, c, d, e, f], [a2, b2, c2, d2, e2, f2], ratio) {
  const det = a * d - b * c;
  const [p, q, r, s] = [(a2 * d - c2 * b) / det, (b2 * d - d2 * b) / det, (c2 * a - a2 * c) / det, (d2 * a - b2 * c) / det];
  return [p, q, r, s, (e2 - p * e - r * f) * ratio, (f2 - q * e - s * f) * ratio];
}

function paintBase(context, pane, ratio) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#111";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  const [a, b, c, d, e, f] = pane.transform.map((one) => one * ratio);
  const scale = Math.hypot(a, b);
  const level = pane.levels.findLast((one) => one.factor >= Math.min(1, scale)) || pane.levels[0];
  if (level) {
    // a px's centre has whole coordinates, so the picture starts half a px before 0
    context.setTransform(a / level.factor, b / level.factor, c / level.factor, d / level.factor, e - (a + c) / 2, f - (b + d) / 2);
    context.imageSmoothingEnabled = scale < 6;
    context.drawImage(level.picture, 0, 0);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (!pane.hidden) paintHairs(context, pane, { width: context.canvas.width / ratio, height: context.canvas.height / ratio });
}

// The photo, and smaller copies of it for views from further away: a large photo is slow to shrink each time.
export function levelsOf(picture) {
  const levels = [{ factor: 1, picture }];
  while (levels.at(-1).picture.width > 1500) {
    const last = levels.at(-1);
    const half = document.createElement("canvas");
    [half.width, half.height] = [Math.ceil(last.picture.width / 2), Math.ceil(last.picture.height / 2)];
    const context = half.getContext("2d", { alpha: false });
    context.drawImage(last.picture, 0, 0, last.picture.width / 2, last.picture.height / 2);
    levels.push({ factor: last.factor / 2, picture: half });
  }
  return levels;
}

function paintHairs(context, pane, size) {
  const groups = new Map();
  for (const hair of pane.hairs) {
    const line = shownLine(hair.path, pane.transform, size);
    if (!line) continue;
    const kind = kindOf(hair);
    if (!groups.has(kind)) groups.set(kind, []);
    groups.get(kind).push(line);
  }
  context.lineJoin = "round";
  context.lineCap = "round";
  for (const [kind, lines] of groups) {
    const whole = new Path2D();
    for (const line of lines) trace(whole, line);
    context.strokeStyle = "rgb(0 0 0 / .65)";
    context.lineWidth = 3.5;
    context.stroke(whole);
    context.strokeStyle = KINDS[kind].colour;
    context.lineWidth = 1.6;
    context.stroke(whole);
  }
  for (const [kind, lines] of groups) mark(context, lines.map((line) => line[0]), KINDS[kind], 4.5);
}

// Returns a hair on the screen, steps too small to see left out; null when none of it is in sight.
function shownLine(path, transform, { width, height }) {
  const line = [];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < path.length; at += 1) {
    const place = apply(transform, { x: path[at][0], y: path[at][1] });
    left = Math.min(left, place.x);
    right = Math.max(right, place.x);
    top = Math.min(top, place.y);
    bottom = Math.max(bottom, place.y);
    const last = line.at(-1);
    if (!last || at === path.length - 1 || Math.hypot(place.x - last.x, place.y - last.y) > 3) line.push(place);
  }
  return right < -8 || left > width + 8 || bottom < -8 || top > height + 8 ? null : line;
}

function paintHair(context, hair, transform, style) {
  const line = hair.path.map(([x, y]) => apply(transform, { x, y }));
  const path = new Path2D();
  trace(path, line);
  context.setLineDash(style.dash || []);
  context.strokeStyle = "#000";
  context.lineWidth = style.casing;
  context.stroke(path);
  context.strokeStyle = style.colour;
  context.lineWidth = style.width;
  context.stroke(path);
  context.setLineDash([]);
  mark(context, [line[0]], KINDS[kindOf(hair)], style.radius);
}

function paintLine(context, points, transform, dash) {
  const line = points.map((place) => apply(transform, place));
  const path = new Path2D();
  trace(path, line);
  for (const [colour, width] of [["#000", 5], [KINDS.hand.colour, 2.5]]) {
    context.setLineDash(colour === "#000" ? [] : dash);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
  context.setLineDash([]);
  mark(context, [line[0]], KINDS.hand, 6);
}

function paintCrosshair(context, { x, y }, active) {
  const arms = new Path2D();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    arms.moveTo(x + 5 * dx, y + 5 * dy);
    arms.lineTo(x + 16 * dx, y + 16 * dy);
  }
  context.setLineDash(active ? [] : [3, 3]);
  context.strokeStyle = "#000";
  context.lineWidth = 4;
  context.stroke(arms);
  context.strokeStyle = "#fff";
  context.lineWidth = 1.5;
  context.stroke(arms);
  context.setLineDash([]);
}

function trace(path, line) {
  path.moveTo(line[0].x, line[0].y);
  for (const { x, y } of line.slice(1)) path.lineTo(x, y);
}

const STROKES = {
  plus: [[-1.3, 0, 1.3, 0], [0, -1.3, 0, 1.3]],
  cross: [[-1, -1, 1, 1], [-1, 1, 1, -1]],
};
const OUTLINES = {
  diamond: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
};

// Marks roots; the dark rim keeps them visible on light skin.
export function mark(context, places, kind, radius) {
  const shape = new Path2D();
  for (const place of places) addShape(shape, place, kind.mark, radius);
  context.fillStyle = context.strokeStyle = "#000";
  const isLine = Boolean(STROKES[kind.mark]);
  context.lineWidth = isLine ? radius * 1.1 : kind.mark === "ring" ? 4 : 2;
  context.stroke(shape);
  context.fillStyle = context.strokeStyle = kind.colour;
  context.lineWidth = isLine ? radius * 0.5 : 1.5;
  if (isLine || kind.mark === "ring") context.stroke(shape);
  else context.fill(shape);
  if (kind.mark !== "question") return;
  context.fillStyle = "#000";
  context.font = `bold ${Math.round(radius * 2)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { x, y } of places) context.fillText("?", x, y + 0.5);
}

function addShape(shape, { x, y }, name, radius) {
  if (STROKES[name]) {
    for (const [x0, y0, x1, y1] of STROKES[name]) {
      shape.moveTo(x + radius * x0, y + radius * y0);
      shape.lineTo(x + radius * x1, y + radius * y1);
    }
  } else if (OUTLINES[name]) {
    OUTLINES[name].forEach(([dx, dy], at) => shape[at ? "lineTo" : "moveTo"](x + radius * dx, y + radius * dy));
    shape.closePath();
  } else {
    shape.moveTo(x + radius, y);
    shape.arc(x, y, radius, 0, 2 * Math.PI);
  }
}
