// One view serves both photos: a place of the first photo in the middle of each pane, and a zoom. The second
// photo is shifted, turned and scaled as the alignment says, so that the same skin lies at the same place.

const MOST_PX = 40;

export class View {
  constructor(matrix, photos) {
    this.photos = photos;
    this.matrix = photos.length < 2 ? null : matrix || frameToFrame(photos[0], photos[1]);
    this.x = photos[0].width / 2;
    this.y = photos[0].height / 2;
    this.zoom = 1;
    this.least = 0.01;
  }

  fit(width, height) {
    const [photo] = this.photos;
    this.least = Math.min(width / photo.width, height / photo.height);
    this.zoom = this.least;
    this.x = photo.width / 2;
    this.y = photo.height / 2;
  }

  zoomBy(factor, at) {
    const zoom = Math.min(MOST_PX, Math.max(this.least * 0.8, this.zoom * factor));
    this.x = at.x + ((this.x - at.x) * this.zoom) / zoom;
    this.y = at.y + ((this.y - at.y) * this.zoom) / zoom;
    this.zoom = zoom;
    this.clamp();
  }

  panBy(dx, dy) {
    this.x += dx / this.zoom;
    this.y += dy / this.zoom;
    this.clamp();
  }

  clamp() {
    const [photo] = this.photos;
    this.x = Math.min(photo.width, Math.max(0, this.x));
    this.y = Math.min(photo.height, Math.max(0, this.y));
  }

  // Keeps a place of the first photo at least `margin` screen px inside a pane.
  show(place, size, margin) {
    const reach = { x: Math.max(0, size.width / 2 - margin), y: Math.max(0, size.height / 2 - margin) };
    for (const axis of ["x", "y"]) {
      const gap = (place[axis] - this[axis]) * this.zoom;
      if (Math.abs(gap) > reach[axis]) this[axis] = place[axis] - (Math.sign(gap) * reach[axis]) / this.zoom;
    }
  }

  // Screen px of a pane of this size <- px of photo 0 or 1: [a, b, c, d, e, f] as in canvas setTransform.
  transform(index, size) {
    const [cx, cy] = [size.width / 2, size.height / 2];
    if (index === 0 || !this.matrix) return [this.zoom, 0, 0, this.zoom, cx - this.zoom * this.x, cy - this.zoom * this.y];
    const { place, slope } = this.local();
    const det = slope[0] * slope[3] - slope[1] * slope[2];
    const [a, b, c, d] = [slope[3] / det, -slope[2] / det, -slope[1] / det, slope[0] / det].map((one) => one * this.zoom);
    return [a, b, c, d, cx - a * place.x - c * place.y, cy - b * place.x - d * place.y];
  }

  // Where the middle lies in photo 1, and how it changes: dx'/dx, dx'/dy, dy'/dx, dy'/dy.
  local() {
    const place = project(this.matrix, this);
    const right = project(this.matrix, { x: this.x + 1, y: this.y });
    const down = project(this.matrix, { x: this.x, y: this.y + 1 });
    return { place, slope: [right.x - place.x, down.x - place.x, right.y - place.y, down.y - place.y] };
  }

  toPhoto(index, size, screen) {
    return applyInverse(this.transform(index, size), screen);
  }

  toScreen(index, size, place) {
    return apply(this.transform(index, size), place);
  }
}

export function apply([a, b, c, d, e, f], { x, y }) {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

function applyInverse([a, b, c, d, e, f], { x, y }) {
  const det = a * d - b * c;
  return { x: (d * (x - e) - c * (y - f)) / det, y: (-b * (x - e) + a * (y - f)) / det };
}

function project(matrix, { x, y }) {
  const [u, v, w] = matrix.map((row) => row[0] * x + row[1] * y + row[2]);
  return { x: u / w, y: v / w };
}

// Photos that are not aligned: middle on middle, width on width.
function frameToFrame(one, other) {
  const scale = other.width / one.width;
  return [[scale, 0, 0], [0, scale, (other.height - scale * one.height) / 2], [0, 0, 1]];
}
