// Where one looks: centre, zoom, and the hands, wheel and keys that move them.
"use strict";
edulac.view = (() => {
  const canvas = document.getElementById("dessin");
  const MIN = 1, MAX = 19.5;
  const at = { x: 0.5, y: 0.35, zoom: 4 };
  const listeners = [];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let flight = 0;

  const scale = () => 256 * 2 ** at.zoom;
  const size = () => [canvas.clientWidth, canvas.clientHeight];
  const toScreen = (x, y) => {
    const [w, h] = size(), s = scale();
    return [(x - at.x) * s + w / 2, (y - at.y) * s + h / 2];
  };
  const toWorld = (px, py) => {
    const [w, h] = size(), s = scale();
    return [at.x + (px - w / 2) / s, at.y + (py - h / 2) / s];
  };
  /** West, north, east, south of what is seen, in the square of the world. */
  const bounds = () => [...toWorld(0, 0), ...toWorld(...size())];
  const changed = () => listeners.forEach((listener) => listener());

  function move(x, y, zoom) {
    at.x = Math.min(1, Math.max(0, x));
    at.y = Math.min(1, Math.max(0, y));
    at.zoom = Math.min(MAX, Math.max(MIN, zoom));
    changed();
  }
  function pan(dx, dy) {
    cancelAnimationFrame(flight);
    move(at.x + dx / scale(), at.y + dy / scale(), at.zoom);
  }
  /** Zooms by `steps` around a place of the screen, which stays where it is. */
  function zoomBy(steps, px = size()[0] / 2, py = size()[1] / 2) {
    cancelAnimationFrame(flight);
    const [x, y] = toWorld(px, py);
    const zoom = Math.min(MAX, Math.max(MIN, at.zoom + steps));
    const ratio = 2 ** (at.zoom - zoom);
    move(x + (at.x - x) * ratio, y + (at.y - y) * ratio, zoom);
  }
  /** Goes there, `left` pixels left of the middle; at once where motion is not wanted. */
  function fly(goal, y, zoom, left = 0) {
    cancelAnimationFrame(flight);
    const x = goal + left / (256 * 2 ** zoom);
    if (still.matches) return move(x, y, zoom);
    const from = { ...at }, start = performance.now(), far = Math.hypot(x - from.x, y - from.y) * scale() > 3000;
    if (far) return move(x, y, zoom);
    const frame = (now) => {
      const t = Math.min(1, (now - start) / 350), eased = 1 - (1 - t) ** 3;
      move(from.x + (x - from.x) * eased, from.y + (y - from.y) * eased, from.zoom + (zoom - from.zoom) * eased);
      if (t < 1) flight = requestAnimationFrame(frame);
    };
    flight = requestAnimationFrame(frame);
  }
  /** Shows a box of the world whole. */
  function fit([west, north, east, south], margin = 24) {
    cancelAnimationFrame(flight);
    const [w, h] = size();
    const across = Math.max(east - west, 1e-6), along = Math.max(south - north, 1e-6);
    const zoom = Math.log2(Math.min((w - 2 * margin) / across, (h - 2 * margin) / along) / 256);
    move((west + east) / 2, (north + south) / 2, Math.min(zoom, 16));
  }

  const hands = new Map();
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    hands.set(event.pointerId, [event.offsetX, event.offsetY]);
    if (hands.size === 1) moved = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = hands.get(event.pointerId);
    if (!before) return;
    const now = [event.offsetX, event.offsetY];
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    moved += Math.hypot(dx, dy);
    if (hands.size === 1) pan(-dx, -dy);
    else {
      const other = [...hands.entries()].find(([id]) => id !== event.pointerId)[1];
      const apart = (a) => Math.hypot(a[0] - other[0], a[1] - other[1]) || 1;
      pan(-dx / 2, -dy / 2);
      zoomBy(Math.log2(apart(now) / apart(before)), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    }
    hands.set(event.pointerId, now);
  });
  const release = (event) => hands.delete(event.pointerId);
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, release);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : 1;
    zoomBy(-Math.max(-1, Math.min(1, event.deltaY * lines / 240)), event.offsetX, event.offsetY);
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => zoomBy(1, event.offsetX, event.offsetY));

  return { canvas, at, scale, size, toScreen, toWorld, bounds, fly, fit, pan, zoomBy, wasDragged: () => moved > 5, onChange: (listener) => listeners.push(listener) };
})();
