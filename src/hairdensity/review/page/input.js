// Keys, mouse and touch become what the review does.

const KEYS = {
  v: "select", d: "draw", r: "move-root", s: "split", j: "join", u: "unsure", x: "delete", delete: "delete",
  backspace: "delete", z: "undo", y: "redo", n: "next", p: "previous", "+": "in", "=": "in", "-": "out", 0: "fit",
  h: "hide", "?": "help",
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP_PX = 12;
const CLICK_PX = 5;
const STROKE_PX = 12;

export function listenToKeys(review, focusPane, help) {
  document.addEventListener("keydown", (event) => {
    const onPane = event.target === document.body || event.target.tagName === "CANVAS";
    const typing = event.target.closest("input, select, dialog");
    const withCtrl = event.ctrlKey || event.metaKey;
    if (typing || (withCtrl && !"zy".includes(event.key.toLowerCase()) && !ARROWS[event.key])) return;
    if (!onPane && !withCtrl) return;
    if (onKey(review, event, focusPane, help)) event.preventDefault();
  });
}

function onKey(review, event, focusPane, help) {
  if (ARROWS[event.key]) {
    const step = event.shiftKey ? 5 * STEP_PX : event.altKey || event.ctrlKey ? 2 : STEP_PX;
    review.moveCursor(...ARROWS[event.key].map((one) => one * step));
    return true;
  }
  if (event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key === "escape") return escape(review);
  if (key === "enter") return enter(review);
  if (key === " ") return review.tool === "draw" && (review.drawPoint(true), true);
  if (key === "b") return focusPane((review.active + 1) % review.panes.length), true;
  const action = key === "z" && event.shiftKey ? "redo" : KEYS[key];
  if (!action) return false;
  if (action === "help") help();
  else review.act(action, true);
  return true;
}

function escape(review) {
  if (review.stroke) {
    review.stroke = null;
    review.tell("stroke", {});
  } else {
    review.act("select");
  }
  return true;
}

function enter(review) {
  if (review.tool === "draw") review.drawPoint(false);
  else if (review.tool === "move-root" || review.tool === "split") review.act(review.tool, true);
  else if (review.chooseAt(60) && review.tool === "join" && review.chosen.key !== review.first) review.act("join");
  return true;
}

export function listenToPointer(review, pane) {
  const { canvas, index } = pane;
  const held = new Map();
  let drag = null;

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const step = event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY;
    const at = review.view.toPhoto(0, pane.size, placeOf(event));
    review.zoom(Math.exp(-step * 0.0015), at);
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    canvas.focus();
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, placeOf(event));
    if (held.size > 1) {
      drag = null;
      review.stroke = null;
      return;
    }
    review.setActive(index);
    review.pointAt(index, placeOf(event));
    drag = { from: placeOf(event), last: placeOf(event), far: 0, pans: event.button === 1, root: false, begun: false };
    if (event.button === 2) drag = null;
    else if (review.tool === "draw" && !drag.pans) drag.begun = beginStroke(review);
    else if (review.tool === "select" && !drag.pans) drag.root = isAtRoot(review, pane, placeOf(event));
  });

  canvas.addEventListener("pointermove", (event) => {
    const place = placeOf(event);
    if (held.size === 2 && held.has(event.pointerId)) return pinch(review, pane, held, event.pointerId, place);
    if (!drag) return void (held.size || hover(review, index, place));
    drag.far = Math.max(drag.far, Math.hypot(place.x - drag.from.x, place.y - drag.from.y));
    if (review.tool === "draw" && !drag.pans) {
      review.pointAt(index, place);
      const gap = Math.hypot(place.x - drag.last.x, place.y - drag.last.y);
      if (drag.begun && drag.far > STROKE_PX && gap > 6) {
        review.stroke.points.push(review.place());
        drag.last = place;
      }
    } else if (drag.root) {
      review.pointAt(index, place);
    } else if (drag.pans || drag.far > CLICK_PX) {
      review.view.panBy(drag.last.x - place.x, drag.last.y - place.y);
      drag.last = place;
      review.tell("moved");
    }
    return undefined;
  });

  canvas.addEventListener("pointerup", (event) => {
    held.delete(event.pointerId);
    if (!drag) return;
    const { far, begun, root, pans } = drag;
    drag = null;
    if (pans) return;
    if (review.tool !== "draw" || far > CLICK_PX) review.pointAt(index, placeOf(event));
    released(review, { far, begun, root });
  });

  canvas.addEventListener("pointercancel", (event) => {
    held.delete(event.pointerId);
    drag = null;
  });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
}

function released(review, { far, begun, root }) {
  if (review.tool === "draw") {
    // a drag is the whole hair; a click is its root, and the next one its tip
    if (!begun || far > STROKE_PX) review.drawPoint(false);
    return;
  }
  if (root && far > CLICK_PX) return void review.act("move-root", true);
  if (far > CLICK_PX) return;
  if (review.tool === "move-root" || review.tool === "split") review.act(review.tool, true);
  else if (review.chooseAt() && review.tool === "join" && review.chosen.key !== review.first) review.act("join");
}

function beginStroke(review) {
  if (review.stroke) return false;
  review.drawPoint(false);
  return true;
}

function isAtRoot(review, pane, place) {
  if (!review.chosen || review.chosen.index !== pane.index) return false;
  const [x, y] = review.chosenHair.path[0];
  const root = review.view.toScreen(pane.index, pane.size, { x, y });
  return Math.hypot(root.x - place.x, root.y - place.y) < 10;
}

function hover(review, index, place) {
  if (index === review.active || !review.stroke) review.pointAt(index, place);
}

function pinch(review, pane, held, moved, place) {
  const [other] = [...held].filter(([id]) => id !== moved).map(([, at]) => at);
  const before = held.get(moved);
  held.set(moved, place);
  const factor = Math.hypot(place.x - other.x, place.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
  review.zoom(factor, review.view.toPhoto(0, pane.size, other));
}

function placeOf(event) {
  return { x: event.offsetX, y: event.offsetY };
}
