// The page of the map: filters, legend, keys.
"use strict";
(async () => {
  const { data, view, draw, card, list, element } = edulac;
  const byId = (id) => document.getElementById(id);
  const { canvas } = view;
  const say = (text) => { byId("annonce").textContent = text; };

  try {
    await data.start();
  } catch (_) {
    byId("compte").textContent = "Les données de la carte manquent à côté de cette page : faites le site à nouveau avec edulac site.";
    return;
  }
  const { manifest, indicators } = data.state;

  function boxOf(academies) {
    const boxes = academies.filter(({ boite }) => boite).map(({ boite }) => boite.map((unit) => unit / 1e5));
    if (!boxes.length) return null;
    const outer = boxes.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
    const [west, north] = data.project(outer[0], outer[3]), [east, south] = data.project(outer[2], outer[1]);
    const codes = new Set(academies.map(({ code }) => code));
    const land = draw.shapes.academies.filter(({ code }) => codes.has(code)).map(({ box }) => box);
    return [[west, north, east, south], ...land].reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
  }
  /** All of it; of the country, the part in Europe: the others are reached by their académie. */
  function whole() {
    const european = manifest.academies.filter(({ boite }) => boite && boite[0] > -6e5 && boite[2] < 1e6 && boite[1] > 41e5 && boite[3] < 52e5);
    const box = boxOf(european.length ? european : manifest.academies);
    if (box) view.fit(box);
  }

  function filters() {
    return {
      academy: byId("academie").value,
      types: new Set([...document.querySelectorAll("#types input:checked")].map((box) => Number(box.value))),
      text: byId("texte").value,
    };
  }
  function refresh() {
    data.filter(filters());
    const kept = data.state.kept.length, lost = data.state.kept.filter((one) => !one.located).length;
    const words = [`${edulac.format(kept)} ${kept > 1 ? "établissements" : "établissement"} sur ${edulac.format(data.state.all.length)}`];
    if (lost) words.push(`dont ${edulac.format(lost)} sans position`);
    byId("compte").textContent = words.join(", ");
    canvas.dataset.retenus = kept;
    legend();
    list.update();
    draw.ask();
  }

  /** A drawing of one mark for the legend. */
  function sample(paint) {
    const small = element("canvas", { class: "marque-legende", width: 40, height: 40, "aria-hidden": "true" });
    const pen = small.getContext("2d");
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.strokeStyle = draw.colours().trait;
    paint(pen);
    return small;
  }
  function legend() {
    const { indicator } = draw.shown;
    const counts = new Map();
    for (const one of data.state.kept) {
      const place = data.classOf(indicator, data.value(one, indicator));
      counts.set(place, (counts.get(place) || 0) + 1);
    }
    const entry = (place, label, paint) => element("li", {}, sample(paint), element("span", { textContent: label }), element("span", { class: "nombre", textContent: edulac.format(counts.get(place) || 0) }));
    const entries = data.labels(indicator).map((label, place) => entry(place, label, (pen) => {
      pen.beginPath();
      draw.mark(pen, draw.formOf(indicator, place), 10, 10, 6.5);
      pen.fillStyle = draw.colourOf(indicator, place);
      pen.fill();
      pen.stroke();
    }));
    const ring = (dash, slash) => (pen) => {
      pen.beginPath();
      pen.setLineDash(dash);
      pen.arc(10, 10, 6.5, 0, 2 * Math.PI);
      if (slash) { pen.moveTo(5.5, 14.5); pen.lineTo(14.5, 5.5); }
      pen.lineWidth = 1.2;
      pen.stroke();
    };
    const dot = (pen) => { pen.beginPath(); pen.arc(10, 10, 1.5, 0, 2 * Math.PI); pen.fillStyle = draw.colours().academie; pen.fill(); };
    const without = [
      [data.NOT_SIGNIFICANT, "non significatif (NS) : pas une valeur basse", ring([], true)],
      [data.ABSENT, "valeur non publiée", ring([2, 2], false)],
      [data.NOT_CONCERNED, "sans objet, ou absent du fichier", dot],
    ];
    for (const [place, label, paint] of without) if (counts.get(place)) entries.push(entry(place, label, paint));
    byId("classes").replaceChildren(...entries);
    sizes();
  }
  function sizes() {
    const shown = [100, 500, 1000].map((pupils) => [pupils, draw.radius(pupils)]);
    const height = Math.ceil(shown[2][1] * 2 + 4), width = Math.ceil(shown.reduce((sum, [, r]) => sum + 2 * r + 12, 0));
    const made = element("canvas", { width: width * 2, height: height * 2, "aria-hidden": "true" });
    made.style.width = `${width}px`;
    made.style.height = `${height}px`;
    const pen = made.getContext("2d");
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.strokeStyle = draw.colours().trait;
    let x = 4;
    for (const [, r] of shown) {
      pen.beginPath();
      pen.arc(x + r, height / 2, r, 0, 2 * Math.PI);
      pen.stroke();
      x += 2 * r + 12;
    }
    byId("tailles").replaceChildren(made, element("span", { textContent: "100, 500 et 1 000 élèves : l'aire est proportionnelle à l'effectif" }));
  }
  function forms() {
    const entry = (label, paint) => element("li", {}, sample(paint), element("span", { textContent: label }));
    const square = (fill, dash = []) => (pen) => {
      pen.beginPath();
      pen.rect(3.5, 3.5, 13, 13);
      if (fill) { pen.fillStyle = draw.colours()[fill]; pen.fill(); }
      pen.setLineDash(dash);
      if (!fill) pen.strokeStyle = draw.colours().bati;
      pen.stroke();
    };
    byId("formes").replaceChildren(
      entry("bâtiment rattaché", square("bati")), entry("bâtiment au lien ambigu", square(null, [4, 3])),
      entry("terrain estimé", square("terrain")), entry("cour estimée", square("cour")));
  }

  function colourBy(key) {
    const indicator = indicators.find(({ cle }) => cle === key) || indicators[0];
    draw.shown.indicator = indicator;
    byId("lecture").textContent = indicator.lecture;
    byId("periode").textContent = [indicator.titre, indicator.periode].filter(Boolean).join(", ");
    const [first, ...others] = indicator.notices;
    const rest = element("details", {}, element("summary", { textContent: `Autres précautions (${others.length})` }), ...others.map((notice) => element("p", { textContent: notice })));
    byId("notices").replaceChildren(...(first ? [element("p", { class: "notice" }, element("strong", { textContent: "À savoir : " }), first)] : []), ...(others.length ? [rest] : []));
  }

  /** The establishments in sight, the nearest to the centre first. */
  function around() {
    const [west, north, east, south] = view.bounds();
    const away = (one) => Math.hypot(one.x - view.at.x, one.y - view.at.y);
    return data.state.kept.filter((one) => one.x > west && one.x < east && one.y > north && one.y < south)
      .sort((a, b) => away(a) - away(b) || (a.uai < b.uai ? -1 : 1));
  }
  let walk = [], step = -1;
  function next(by) {
    if (!walk.length || step < 0) [walk, step] = [around(), by > 0 ? -1 : 0];
    if (!walk.length) return say("Aucun établissement ici.");
    step = (step + by + walk.length) % walk.length;
    const one = walk[step];
    draw.shown.chosen = one;
    draw.ask();
    canvas.dataset.choisi = one.uai;
    say(`${one.name}, ${data.typeName(one)}, ${data.inWords(draw.shown.indicator, data.value(one, draw.shown.indicator))}. ${step + 1} sur ${walk.length}. Entrée ouvre la fiche.`);
  }
  const forget = () => { [walk, step] = [[], -1]; };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = 80;
    const keys = {
      ArrowLeft: () => { forget(); view.pan(-far, 0); }, ArrowRight: () => { forget(); view.pan(far, 0); },
      ArrowUp: () => { forget(); view.pan(0, -far); }, ArrowDown: () => { forget(); view.pan(0, far); },
      "+": () => { forget(); view.zoomBy(1); }, "=": () => { forget(); view.zoomBy(1); }, "-": () => { forget(); view.zoomBy(-1); },
      0: () => { forget(); whole(); }, n: () => next(1), p: () => next(-1),
      Enter: () => { const one = draw.shown.chosen || around()[0]; if (one) card.open(one, canvas); },
      Escape: () => { if (card.isOpen()) card.shut(); },
    };
    const act = keys[event.key] || keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  canvas.addEventListener("click", (event) => {
    if (view.wasDragged()) return;
    const one = draw.hit(event.offsetX, event.offsetY);
    if (one) card.open(one, canvas);
  });
  byId("plus").addEventListener("click", () => view.zoomBy(1));
  byId("moins").addEventListener("click", () => view.zoomBy(-1));
  byId("tout").addEventListener("click", whole);

  byId("indicateur").append(...indicators.map(({ cle, titre, periode }) => element("option", { value: cle, textContent: periode ? `${titre} (${periode})` : titre })));
  byId("academie").append(...[...manifest.academies].sort((a, b) => a.nom.localeCompare(b.nom, "fr")).map(({ code, nom, etablissements }) => element("option", { value: code, textContent: `${nom} (${edulac.format(etablissements)})` })));
  const boxes = [...manifest.types.map((name, value) => [value, name]), [-1, "Non renseigné"]].map(([value, name]) => element("label", {}, element("input", { type: "checkbox", value: String(value), checked: true }), ` ${name}`));
  byId("types").append(...boxes);
  byId("filtres").addEventListener("submit", (event) => event.preventDefault());
  byId("filtres").addEventListener("change", ({ target }) => {
    forget();
    if (target.id === "indicateur") colourBy(target.value);
    if (target.id === "academie") {
      const one = manifest.academies.find(({ code }) => code === target.value);
      const box = one && boxOf([one]);
      if (box) view.fit(box); else whole();
    }
    refresh();
  });
  byId("texte").addEventListener("input", () => { forget(); refresh(); });

  const scaleBar = byId("echelle");
  function scaleLine() {
    const [, lat] = data.unproject(view.at.x, view.at.y);
    const metres = 40075016.7 * Math.cos(lat * Math.PI / 180) / view.scale();
    const power = 10 ** Math.floor(Math.log10(metres * 110));
    const round = [5, 2, 1].map((n) => n * power).find((n) => n <= metres * 110) || power;
    scaleBar.firstElementChild.style.width = `${round / metres}px`;
    scaleBar.dataset.dit = round >= 1000 ? `${edulac.format(round / 1000)} km` : `${edulac.format(round)} m`;
  }
  let measured = null;
  view.onChange(() => {
    scaleLine();
    byId("formes").hidden = view.at.zoom < draw.CLOSE;
    // Marks grow with the zoom: the legend of sizes follows, once the hand rests.
    clearTimeout(measured);
    measured = setTimeout(sizes, 150);
    draw.ask();
  });
  draw.onDraw((classes) => {
    canvas.dataset.dessines = [...classes.values()].reduce((sum, ones) => sum + ones.length, 0);
    canvas.dataset.batiments = view.at.zoom < draw.CLOSE ? 0 : [...draw.shapes.tiles.values()].reduce((sum, tile) => sum + (tile.acceptes || []).length, 0);
    canvas.dataset.cours = view.at.zoom < draw.CLOSE ? 0 : [...draw.shapes.tiles.values()].reduce((sum, tile) => sum + (tile.cours || []).length, 0);
  });
  new ResizeObserver(() => draw.ask()).observe(canvas);

  await draw.start();
  colourBy("type");
  forms();
  whole();
  // Points show as they come; counts, legend and list wait for all of them.
  let last = 0;
  await data.readAll(() => {
    data.state.kept = data.state.all;
    if (performance.now() - last < 500) return;
    last = performance.now();
    draw.ask();
  });
  refresh();
  canvas.dataset.pret = "oui";

  function follow() {
    const one = data.state.byUai.get(new URLSearchParams(location.hash.slice(1)).get("uai"));
    if (!one || draw.shown.chosen === one) return;
    card.show(one, canvas);
  }
  addEventListener("hashchange", follow);
  follow();
})();
