// The card of an establishment: what the lake says of it, with the year and the warnings of each number.
"use strict";
edulac.card = (() => {
  const { data, element, draw, view } = edulac;
  const place = document.getElementById("fiche");
  let opener = null;

  function part(title, rows) {
    const there = rows.filter(([, value]) => value !== undefined && value !== null && value !== "");
    if (!there.length) return null;
    const list = element("dl");
    for (const [label, value, meaning] of there) list.append(element("dt", { textContent: label, title: meaning || null }), element("dd", {}, value));
    return element("section", {}, element("h3", { textContent: title }), list);
  }

  function fields(one, columns) {
    const parts = new Map();
    for (const { cle, partie, titre, unite, sens } of data.state.manifest.champs) {
      const value = columns[cle] && columns[cle][one.row];
      const shown = typeof value === "number" ? `${edulac.format(value)}${unite ? `\u00a0${unite}` : ""}` : value;
      if (!parts.has(partie)) parts.set(partie, []);
      parts.get(partie).push([titre, shown, sens]);
    }
    return [...parts].map(([title, rows]) => part(title, rows));
  }

  /** Indicators that concern it; their warnings once each, below. */
  function indicators(one) {
    const concerned = data.state.indicators.slice(1)
      .map((indicator) => [indicator, data.value(one, indicator)])
      .filter(([, value]) => value !== undefined);
    const rows = concerned.map(([indicator, value]) => [indicator.periode ? `${indicator.titre}, ${indicator.periode}` : indicator.titre, data.inWords(indicator, value), indicator.lecture]);
    const notices = [...new Set(concerned.flatMap(([indicator]) => indicator.notices))];
    const told = part("Indicateurs", rows);
    if (told && notices.length) told.append(element("ul", { class: "a-savoir" }, ...notices.map((notice) => element("li", { textContent: notice }))));
    return told;
  }

  function queries(one) {
    const command = `edulac explain ${one.uai}`;
    const code = element("code", { textContent: command });
    const links = ["etablissements", "ips", "resultats", "effectifs_etablissements", "etablissements_batiments"]
      .filter((table) => table === "etablissements" || data.state.indicators.some((indicator) => indicator.table === table) || table === "effectifs_etablissements")
      .map((table) => element("li", {}, element("a", { href: `tables/${table}.html#ouvrir`, textContent: table })));
    return element("section", {},
      element("h3", { textContent: "Ses données" }),
      element("p", { textContent: `Dans chaque table, ses lignes sont celles où uai = '${one.uai}' :` }),
      element("ul", { class: "en-ligne" }, ...links),
      element("p", { textContent: "Toute son histoire, par la ligne de commande :" }),
      element("div", { class: "commande" }, element("pre", {}, code), edulac.copyButton(() => command)));
  }

  async function open(one, from = null) {
    opener = from || view.canvas;
    draw.shown.chosen = one;
    draw.ask();
    history.replaceState(null, "", `#uai=${one.uai}`);
    const close = element("button", { type: "button", class: "fermer", "aria-label": "Fermer la fiche", textContent: "×", onclick: shut });
    const pupils = one.pupils === undefined ? "effectif inconnu" : `${edulac.format(one.pupils)} élèves`;
    const head = [
      close,
      element("h2", { id: "fiche-nom", textContent: one.name }),
      element("p", { class: "sous-titre", textContent: `${data.typeName(one)}, ${one.uai}, ${one.academy.nom}, ${pupils}` }),
      one.located ? null : element("p", { class: "note", textContent: "Sans position connue : absent de la carte." }),
    ];
    place.hidden = false;
    place.replaceChildren(...head.filter(Boolean), element("p", { textContent: "Lecture de la fiche…" }));
    place.focus({ preventScroll: true });
    const columns = await edulac.load(`fiches/${one.academy.code}`);
    if (draw.shown.chosen !== one) return;
    const [identity, address, ...others] = fields(one, columns);
    const parts = [identity, address, indicators(one), ...others, queries(one)];
    place.replaceChildren(...[...head, ...parts].filter(Boolean));
    place.dataset.uai = one.uai;
  }

  /** Opens the card and goes there; the card covers the right side of a wide map, so the place comes left of it. */
  function show(one, from) {
    const opened = open(one, from);
    const [width] = view.size();
    const covered = width > 700 ? place.offsetWidth / 2 : 0;
    if (one.located) view.fly(one.x, one.y, Math.max(view.at.zoom, 17), covered);
    return opened;
  }

  function shut() {
    place.hidden = true;
    delete place.dataset.uai;
    draw.shown.chosen = null;
    draw.ask();
    history.replaceState(null, "", location.pathname);
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  }
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });

  return { open, show, shut, isOpen: () => !place.hidden };
})();
