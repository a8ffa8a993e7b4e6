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

export function paint(context, size, pane) {
  const ratio = window.devicePixelRatio || 1;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = "#111";
  context.fillRect(0, 0, size.width, size.height);
  const [a, b, c, d, e, f] = pane.transform;
  if (pane.picture.complete && pane.picture.naturalWidth) {
    context.setTransform(ratio * a, ratio * b, ratio * c, ratio * d, ratio * e, ratio * f);
    context.imageSmoothingEnabled = Math.hypot(a, b) < 6;
    // a px's centre has whole coordinates, so the picture starts half a px before 0
    context.drawImage(pane.picture, -0.5, -0.5);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (!pane.hidden) paintHairs(context, pane);
  if (pane.chosen) paintHair(context, pane.chosen, pane.transform, { colour: "#ffffff", width: 3.5, casing: 7, radius: 7 });
  if (pane.partner) paintHair(context, pane.partner, pane.transform, { colour: "#ffffff", width: 2, casing: 5, radius: 5, dash: [6, 4] });
  for (const line of pane.waiting) paintLine(context, line, pane.transform, [6, 4]);
  if (pane.stroke) paintLine(context, pane.stroke, pane.transform, []);
  if (pane.crosshair) paintCrosshair(context, pane.crosshair, pane.active);
}

function paintHairs(context, pane) {
  const groups = new Map();
  for (const hair of pane.hairs) {
    const kind = kindOf(hair);
    if (!groups.has(kind)) groups.set(kind, []);
    groups.get(kind).push(hair.path.map(([x, y]) => apply(pane.transform, { x, y })));
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
  for (const [kind, lines] of groups) for (const line of lines) mark(context, line[0], KINDS[kind], 4.5);
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
  mark(context, line[0], KINDS[kindOf(hair)], style.radius);
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
  mark(context, line[0], KINDS.hand, 6);
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

// Marks a root; the dark rim keeps it visible on light skin.
export function mark(context, { x, y }, kind, radius) {
  const shape = new Path2D();
  if (STROKES[kind.mark]) {
    for (const [x0, y0, x1, y1] of STROKES[kind.mark]) {
      shape.moveTo(x + radius * x0, y + radius * y0);
      shape.lineTo(x + radius * x1, y + radius * y1);
    }
    context.strokeStyle = "#000";
    context.lineWidth = radius * 1.1;
    context.stroke(shape);
    context.strokeStyle = kind.colour;
    context.lineWidth = radius * 0.5;
    context.stroke(shape);
    return;
  }
  if (OUTLINES[kind.mark]) {
    OUTLINES[kind.mark].forEach(([dx, dy], at) => shape[at ? "lineTo" : "moveTo"](x + radius * dx, y + radius * dy));
    shape.closePath();
  } else {
    shape.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.strokeStyle = "#000";
  context.lineWidth = kind.mark === "ring" ? 4 : 2;
  context.stroke(shape);
  context.fillStyle = context.strokeStyle = kind.colour;
  context.lineWidth = 1.5;
  if (kind.mark === "ring") context.stroke(shape);
  else context.fill(shape);
  if (kind.mark !== "question") return;
  context.fillStyle = "#000";
  context.font = `bold ${Math.round(radius * 2)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("?", x, y + 0.5);
}
