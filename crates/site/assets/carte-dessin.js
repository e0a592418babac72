// Drawing: contours, buildings and yards, points, names.
"use strict";
edulac.draw = (() => {
  const { data, view } = edulac;
  const { canvas } = view;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const CLOSE = 13.5, COMMUNES = 9, NAMES = 15;
  // Both scales can be told apart by people who confuse red and green, and in grey.
  const RAMP = ["#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"];
  const DIVERGING = ["#b35806", "#f1a340", "#e6e6e6", "#998ec3", "#542788"];
  const WORDS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6d31", "#777777"];
  const shapes = { academies: [], communes: new Map(), tiles: new Map() };
  let colours = {};
  let asked = 0;
  let shown = { indicator: null, chosen: null };

  const colourOf = ({ echelle }, place) => echelle.mots ? WORDS[place % WORDS.length] : (echelle.divergent ? DIVERGING : RAMP)[place];
  const formOf = ({ echelle }, place) => echelle.mots ? place % 5 : 0;

  /** Pixels: the area is proportional to the pupils; the whole scale grows with the zoom. */
  const factor = () => Math.min(0.62, 0.085 * 1.22 ** Math.max(0, view.at.zoom - 5));
  const radius = (pupils) => pupils === undefined ? Math.min(5, 1.4 + view.at.zoom / 5) : Math.max(1.3, Math.sqrt(pupils) * factor());

  /** Adds a mark to the path: disc, square, triangle, diamond, cross, all of the same area. */
  function mark(path, form, x, y, r) {
    if (form === 1) path.rect(x - r * 0.886, y - r * 0.886, r * 1.772, r * 1.772);
    else if (form === 2) polygon(path, x, y + r * 0.2, r * 1.5, [90, 210, 330]);
    else if (form === 3) polygon(path, x, y, r * 1.25, [0, 90, 180, 270]);
    else if (form === 4) {
      const [a, b] = [r * 1.2, r * 0.42];
      path.moveTo(x - b, y - a);
      for (const [px, py] of [[b, -a], [b, -b], [a, -b], [a, b], [b, b], [b, a], [-b, a], [-b, b], [-a, b], [-a, -b], [-b, -b]]) path.lineTo(x + px, y + py);
      path.closePath();
    } else {
      path.moveTo(x + r, y);
      path.arc(x, y, r, 0, 2 * Math.PI);
    }
  }
  function polygon(path, x, y, r, angles) {
    angles.forEach((angle, place) => {
      const turn = angle * Math.PI / 180;
      path[place ? "lineTo" : "moveTo"](x + r * Math.cos(turn), y - r * Math.sin(turn));
    });
    path.closePath();
  }

  /** Corners of rings in the square of the world, with their box. */
  function decode(rings, scale) {
    let [w, n, e, s] = [Infinity, Infinity, -Infinity, -Infinity];
    const paths = rings.map((ring) => {
      const corners = new Float64Array(ring.length);
      let [lon, lat] = [0, 0];
      for (let i = 0; i < ring.length; i += 2) {
        [lon, lat] = [lon + ring[i], lat + ring[i + 1]];
        const [x, y] = data.project(lon / scale, lat / scale);
        [corners[i], corners[i + 1]] = [x, y];
        [w, n, e, s] = [Math.min(w, x), Math.min(n, y), Math.max(e, x), Math.max(s, y)];
      }
      return corners;
    });
    return { paths, box: [w, n, e, s] };
  }
  const seen = ([w, n, e, s], [west, north, east, south]) => w < east && e > west && n < south && s > north;

  function trace(outline) {
    const [w, h] = view.size(), s = view.scale(), ox = w / 2 - view.at.x * s, oy = h / 2 - view.at.y * s;
    for (const corners of outline.paths) {
      for (let i = 0; i < corners.length; i += 2) pen[i ? "lineTo" : "moveTo"](corners[i] * s + ox, corners[i + 1] * s + oy);
      pen.closePath();
    }
  }
  function outlines(list, bounds, { fill, stroke, width = 1, dash = [] }) {
    pen.beginPath();
    for (const outline of list) if (seen(outline.box, bounds)) trace(outline);
    if (fill) { pen.fillStyle = fill; pen.fill("evenodd"); }
    if (stroke) { pen.strokeStyle = stroke; pen.lineWidth = width; pen.setLineDash(dash); pen.stroke(); pen.setLineDash([]); }
  }

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["eau", "terre", "commune", "academie", "trait", "texte", "halo", "terrain", "cour", "bati", "choix"]) colours[name] = style.getPropertyValue(`--carte-${name}`).trim();
  }

  function background(bounds) {
    const { zoom } = view.at;
    pen.fillStyle = shapes.academies.length ? colours.eau : colours.terre;
    pen.fillRect(0, 0, ...view.size());
    outlines(shapes.academies, bounds, { fill: colours.terre });
    const communes = zoom >= COMMUNES ? [...shapes.communes.values()].flat() : [];
    outlines(communes, bounds, { stroke: colours.commune, width: 0.8 });
    outlines(shapes.academies, bounds, { stroke: colours.academie, width: zoom < 7 ? 1 : 1.8 });
    if (zoom < CLOSE) return;
    const tiles = [...shapes.tiles.values()];
    const of = (kind) => tiles.flatMap((tile) => tile[kind] || []);
    outlines(of("terrains"), bounds, { fill: colours.terrain, stroke: colours.trait, width: 0.6 });
    outlines(of("cours"), bounds, { fill: colours.cour });
    outlines(of("ambigus"), bounds, { stroke: colours.bati, width: 1.2, dash: [4, 3] });
    outlines(of("acceptes"), bounds, { fill: colours.bati, stroke: colours.trait, width: 0.6 });
  }

  const stamps = new Map();
  /** The pixels of a mark around its centre, found once: seventy thousand marks are put down faster by hand than by the browser. */
  function stamp(place, r, heart) {
    const { indicator } = shown;
    const key = `${indicator.cle} ${place} ${r} ${heart}`;
    if (stamps.has(key)) return stamps.get(key);
    const ratio = window.devicePixelRatio || 1, half = Math.ceil((r * 1.6 + 2) * ratio), side = 2 * half;
    const made = document.createElement("canvas");
    made.width = made.height = side;
    const small = made.getContext("2d", { willReadFrequently: true });
    small.translate(half, half);
    small.scale(ratio, ratio);
    small.beginPath();
    mark(small, place < 0 ? 0 : formOf(indicator, place), 0, 0, r);
    small.strokeStyle = colours.trait;
    small.lineWidth = place < 0 ? 1.2 : r < 2.5 ? 0.4 : 0.7;
    if (place >= 0) {
      small.fillStyle = colourOf(indicator, place);
      small.globalAlpha = 0.88;
      small.fill();
      small.globalAlpha = 1;
    } else if (place === data.NOT_CONCERNED) {
      small.fillStyle = small.strokeStyle = colours.academie;
      small.fill();
    } else if (place === data.ABSENT) small.setLineDash([2, 2]);
    else {
      small.moveTo(-r * 0.7, r * 0.7);
      small.lineTo(r * 0.7, -r * 0.7);
    }
    small.stroke();
    if (heart) {
      small.fillStyle = "#fff";
      small.fillRect(-1, -1, 2, 2);
    }
    const { data: pixels } = small.getImageData(0, 0, side, side);
    const found = [];
    for (let at = 0; at < side * side; at++) {
      const alpha = pixels[at * 4 + 3];
      if (alpha) found.push((at % side) - half, Math.floor(at / side) - half, pixels[at * 4], pixels[at * 4 + 1], pixels[at * 4 + 2], alpha);
    }
    if (stamps.size > 3000) stamps.clear();
    const entry = Int16Array.from(found);
    stamps.set(key, entry);
    return entry;
  }
  /** Puts a mark on the pixels of the canvas, over what is there. */
  function put({ data: pixels, width, height }, marked, x, y) {
    for (let at = 0; at < marked.length; at += 6) {
      const px = x + marked[at], py = y + marked[at + 1];
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      const to = (py * width + px) * 4, alpha = marked[at + 5];
      for (let part = 0; part < 3; part++) pixels[to + part] += ((marked[at + 2 + part] - pixels[to + part]) * alpha) / 255;
    }
  }

  function points([west, north, east, south]) {
    const { indicator } = shown;
    const margin = 40 / view.scale();
    const classes = new Map();
    for (const one of data.state.kept) {
      if (!(one.x > west - margin && one.x < east + margin && one.y > north - margin && one.y < south + margin)) continue;
      const place = data.classOf(indicator, data.value(one, indicator));
      if (!classes.has(place)) classes.set(place, []);
      classes.get(place).push(one);
    }
    const close = view.at.zoom >= CLOSE ? 0.7 : 1, s = view.scale() * (window.devicePixelRatio || 1);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    // What has no value lies under what has one.
    for (const place of [...classes.keys()].sort((a, b) => a - b)) {
      for (const one of classes.get(place)) {
        const r = place === data.NOT_CONCERNED ? 0.8 : Math.max(1.5, Math.round(radius(one.pupils) * close * 2) / 2);
        // A white heart: how many pupils is not known.
        const heart = place >= 0 && one.pupils === undefined && r > 2.5;
        put(image, stamp(place, r, heart), Math.round((one.x - west) * s), Math.round((one.y - north) * s));
      }
    }
    pen.putImageData(image, 0, 0);
    if (shown.chosen && shown.chosen.located) {
      const [x, y] = view.toScreen(shown.chosen.x, shown.chosen.y);
      for (const [colour, width] of [[colours.halo, 5], [colours.choix, 2.5]]) {
        pen.beginPath();
        pen.arc(x, y, radius(shown.chosen.pupils) * close + 5, 0, 2 * Math.PI);
        pen.strokeStyle = colour;
        pen.lineWidth = width;
        pen.stroke();
      }
    }
    return classes;
  }

  /** Writes names that do not cover each other, the first ones first. */
  function write(labels, font) {
    const taken = [];
    pen.font = font;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 3;
    pen.strokeStyle = colours.halo;
    pen.fillStyle = colours.texte;
    for (const [text, x, y] of labels) {
      const half = pen.measureText(text).width / 2 + 4;
      if (taken.some(([a, b, w]) => Math.abs(a - x) < half + w && Math.abs(b - y) < 15)) continue;
      taken.push([x, y, half]);
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    }
  }
  function territoryNames(bounds) {
    const { zoom } = view.at;
    const towns = zoom >= 10.5 && zoom < 16 ? [...shapes.communes.values()].flat() : [];
    const named = zoom < 9 && zoom > 5.2 ? shapes.academies : towns;
    const labels = named.filter(({ box }) => seen(box, bounds)).map(({ name, box }) => [name, ...view.toScreen((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)]);
    pen.globalAlpha = 0.8;
    write(labels, "italic 12px system-ui, sans-serif");
    pen.globalAlpha = 1;
  }
  function establishmentNames([west, north, east, south]) {
    if (view.at.zoom < NAMES) return;
    const near = data.state.kept.filter((one) => one.x > west && one.x < east && one.y > north && one.y < south).slice(0, 60);
    write(near.map((one) => {
      const [x, y] = view.toScreen(one.x, one.y);
      return [one.name, x, y - radius(one.pupils) * 0.7 - 11];
    }), "600 12px system-ui, sans-serif");
  }

  /** Reads what the view needs and has not read yet. */
  function fetchShapes(bounds) {
    const { zoom } = view.at;
    const { communes, tuiles } = data.state.manifest;
    const [west, north, east, south] = bounds;
    const [[w, n], [e, s]] = [data.unproject(west, north), data.unproject(east, south)];
    if (zoom >= COMMUNES) {
      for (const { fichier, boite } of communes) {
        if (shapes.communes.has(fichier) || !seen(boite, [w, s, e, n])) continue;
        shapes.communes.set(fichier, []);
        edulac.load(fichier).then((list) => { shapes.communes.set(fichier, named(list)); ask(); });
      }
    }
    if (zoom < CLOSE) return;
    const known = new Set(tuiles);
    for (let x = Math.floor(w * 10 - 0.02); x <= Math.floor(e * 10 + 0.02); x++) {
      for (let y = Math.floor(s * 10 - 0.02); y <= Math.floor(n * 10 + 0.02); y++) {
        const tile = `${x}_${y}`;
        if (!known.has(tile) || shapes.tiles.has(tile)) continue;
        shapes.tiles.set(tile, {});
        edulac.load(`batiments/${tile}`).then((kinds) => {
          const decoded = Object.entries(kinds).map(([kind, list]) => [kind, list.map((rings) => decode(rings, 1e6))]);
          shapes.tiles.set(tile, Object.fromEntries(decoded));
          ask();
        });
      }
    }
  }
  const named = (list) => list.map(([code, name, rings]) => ({ code, name, ...decode(rings, 1e4) }));

  async function start() {
    readColours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); stamps.clear(); ask(); });
    if (data.state.manifest.contours) shapes.academies = named(await edulac.load("contours/academies"));
  }

  function paint() {
    asked = 0;
    const [w, h] = view.size(), ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
      stamps.clear();
      canvas.width = Math.round(w * ratio);
      canvas.height = Math.round(h * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const bounds = view.bounds();
    fetchShapes(bounds);
    background(bounds);
    territoryNames(bounds);
    const classes = points(bounds);
    establishmentNames(bounds);
    drawn.forEach((listener) => listener(classes));
  }
  const drawn = [];
  /** Draws at the next frame, once whatever the number of calls. */
  function ask() {
    if (!asked) asked = requestAnimationFrame(paint);
  }

  /** The establishment under a place of the screen. */
  function hit(px, py) {
    let best = null, nearest = 12;
    for (const one of data.state.kept) {
      if (!one.located) continue;
      const [x, y] = view.toScreen(one.x, one.y);
      const away = Math.max(0, Math.hypot(x - px, y - py) - radius(one.pupils));
      // Under several, the smallest: the others can be reached beside it.
      if (away < nearest || (away === nearest && best)) [best, nearest] = [one, away];
    }
    return best;
  }

  return { start, ask, hit, radius, colourOf, formOf, mark, shown, shapes, CLOSE, onDraw: (listener) => drawn.push(listener), colours: () => colours };
})();
