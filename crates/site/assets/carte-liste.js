// The list: what the map shows, as text, with the same filters.
"use strict";
edulac.list = (() => {
  const { data, element, view, draw } = edulac;
  const PAGE = 25;
  const byId = (id) => document.getElementById(id);
  const inView = byId("dans-la-vue");
  let page = 0;
  let rows = [];
  let pending = 0;

  function collect() {
    const [west, north, east, south] = view.bounds();
    const seen = (one) => one.x > west && one.x < east && one.y > north && one.y < south;
    rows = data.state.named.filter((one) => one.kept && (!inView.checked || seen(one)));
  }

  function render() {
    const { indicator } = draw.shown;
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    page = Math.min(page, pages - 1);
    // The type has a column of its own already.
    const told = indicator.cle !== "type";
    byId("tete-indicateur").hidden = !told;
    byId("tete-indicateur").textContent = indicator.periode ? `${indicator.titre}, ${indicator.periode}` : indicator.titre;
    byId("compte-liste").textContent = `${edulac.format(rows.length)} ${rows.length > 1 ? "établissements" : "établissement"}`;
    byId("page").textContent = `Page ${page + 1} sur ${pages}`;
    byId("avant").disabled = page === 0;
    byId("apres").disabled = page + 1 === pages;
    byId("lignes").replaceChildren(...rows.slice(page * PAGE, (page + 1) * PAGE).map((one) => {
      const button = element("button", { type: "button", class: "lien", "data-uai": one.uai, textContent: one.name });
      button.addEventListener("click", () => {
        byId("carte").scrollIntoView({ block: "start" });
        edulac.card.show(one, button);
      });
      const cell = (text, name) => element("td", { class: name || null, textContent: text });
      return element("tr", {},
        element("th", { scope: "row" }, button),
        cell(one.uai), cell(data.typeName(one)), cell(one.academy.nom),
        cell(one.pupils === undefined ? "inconnu" : edulac.format(one.pupils), "nombre"),
        told ? cell(data.inWords(indicator, data.value(one, indicator))) : null);
    }));
  }

  /** After filters or values changed; the page begins again. */
  function update() {
    page = 0;
    collect();
    render();
  }
  inView.addEventListener("change", update);
  byId("avant").addEventListener("click", () => { page--; render(); });
  byId("apres").addEventListener("click", () => { page++; render(); });
  view.onChange(() => {
    if (!inView.checked) return;
    clearTimeout(pending);
    pending = setTimeout(update, 300);
  });

  return { update };
})();
