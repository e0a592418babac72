// The establishments of the map: reading them, filtering them, and the class of their value.
"use strict";
edulac.data = (() => {
  /** Classes of what has no value: not concerned, not significant, absent. */
  const NOT_CONCERNED = -1, NOT_SIGNIFICANT = -2, ABSENT = -3;
  const state = { manifest: null, indicators: [], all: [], named: [], kept: [], byUai: new Map() };

  // Web Mercator, the world being the square from 0 to 1.
  const project = (lon, lat) => [(lon + 180) / 360, 0.5 - Math.log(Math.tan(Math.PI / 4 + lat * Math.PI / 360)) / (2 * Math.PI)];
  const unproject = (x, y) => [x * 360 - 180, Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180 / Math.PI];

  async function start() {
    state.manifest = await edulac.load("carte");
    const { types, indicateurs } = state.manifest;
    const ofTypes = { cle: "type", titre: "Type d'établissement", lecture: "D'après l'annuaire.", periode: null, table: "etablissements", echelle: { mots: types }, notices: [] };
    state.indicators = [ofTypes, ...indicateurs];
  }

  /** Reads every académie and calls `each` after each of them; then puts all in order, once. */
  async function readAll(each) {
    await Promise.all(state.manifest.academies.map(async (academy) => {
      take(academy, await edulac.load(`points/${academy.code}`));
      each();
    }));
    const byUai = (a, b) => (a.uai < b.uai ? -1 : 1);
    // The small ones are drawn over the large ones.
    state.all.sort((a, b) => (b.pupils || 0) - (a.pupils || 0) || byUai(a, b));
    for (const one of state.all) one.search = edulac.plain(`${one.name} ${one.uai}`);
    state.named = [...state.all].sort((a, b) => (a.search < b.search ? -1 : a.search > b.search ? 1 : byUai(a, b)));
  }

  function take(academy, columns) {
    for (let i = 0; i < academy.etablissements; i++) {
      const located = columns.x[i] !== undefined;
      const [x, y] = located ? project(columns.x[i] / 1e5, columns.y[i] / 1e5) : [NaN, NaN];
      const one = {
        uai: columns.uai[i], name: columns.nom[i] || columns.uai[i], academy, row: i, columns, located, x, y,
        pupils: columns.eleves[i], type: columns.type[i], search: "", kept: true,
      };
      state.all.push(one);
      state.byUai.set(one.uai, one);
    }
  }

  function filter({ academy, types, text }) {
    const words = edulac.plain(text).split(/\s+/).filter(Boolean);
    const holds = (one) => words.every((word) => one.search.includes(word));
    for (const one of state.all) one.kept = (!academy || one.academy.code === academy) && types.has(one.type === undefined ? -1 : one.type) && holds(one);
    state.kept = state.all.filter((one) => one.kept);
  }

  function value(one, indicator) {
    return one.columns[indicator.cle][one.row];
  }

  /** The place of a value among the classes of its indicator, or why it has none. */
  function classOf(indicator, value) {
    if (value === undefined) return indicator.cle === "type" ? ABSENT : NOT_CONCERNED;
    if (value === "n") return NOT_SIGNIFICANT;
    if (value === "a") return ABSENT;
    if (indicator.echelle.mots) return value;
    let place = 0;
    for (const limit of indicator.echelle.seuils) if (value >= limit) place++;
    return place;
  }

  /** Names of the classes, in order. */
  function labels({ echelle }) {
    if (echelle.mots) return echelle.mots;
    const { seuils, unite } = echelle;
    const said = (number) => `${edulac.format(number).replace("-", "−")}${unite ? `\u00a0${unite}` : ""}`;
    return [`moins de ${said(seuils[0])}`, ...seuils.slice(1).map((limit, place) => `de ${said(seuils[place])} à ${said(limit)}`), `${said(seuils[seuils.length - 1])} et plus`];
  }

  /** A value as people read it. */
  function inWords(indicator, value) {
    const place = classOf(indicator, value);
    if (place === NOT_CONCERNED) return "sans objet, ou absent du fichier";
    if (place === NOT_SIGNIFICANT) return "non significatif (NS)";
    if (place === ABSENT) return "non publié";
    if (indicator.echelle.mots) return indicator.echelle.mots[place];
    const sign = indicator.echelle.divergent && value > 0 ? "+" : "";
    const { unite } = indicator.echelle;
    return `${sign}${edulac.format(value).replace("-", "−")}${unite ? `\u00a0${unite}` : ""}`;
  }

  function typeName(one) {
    return one.type === undefined ? "type non renseigné" : state.manifest.types[one.type];
  }

  return { state, start, readAll, filter, value, classOf, labels, inWords, typeName, project, unproject, NOT_CONCERNED, NOT_SIGNIFICANT, ABSENT };
})();
