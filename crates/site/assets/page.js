// What pages other than the map do: search over tables and columns, buttons that copy, the address of the lake in queries.
"use strict";
(() => {
  const SHOWN = 30;

  function search(form) {
    const up = form.dataset.recherche;
    const input = form.querySelector("input");
    const count = form.querySelector("[role=status]");
    const results = form.querySelector("ol");
    let index = null;
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    const rank = ([table, column], words) => {
      const name = edulac.plain(column || table);
      return name === words[0] ? 0 : name.startsWith(words[0]) ? 1 : name.includes(words[0]) ? 2 : 3;
    };
    async function show() {
      const words = edulac.plain(input.value).split(/\s+/).filter(Boolean);
      if (!words.length) {
        results.replaceChildren();
        count.textContent = "";
        return;
      }
      if (!index) {
        const entries = await edulac.load("recherche");
        index = entries.map((entry) => ({ entry, text: edulac.plain(entry.join(" ")) }));
      }
      const found = index.filter(({ text }) => words.every((word) => text.includes(word)))
        .map(({ entry }, place) => ({ entry, place, rank: rank(entry, words) }))
        .sort((a, b) => a.rank - b.rank || a.place - b.place);
      count.textContent = found.length === 0 ? "Rien de ce nom." : `${found.length} ${found.length > 1 ? "résultats" : "résultat"}${found.length > SHOWN ? `, les ${SHOWN} premiers` : ""}`;
      results.replaceChildren(...found.slice(0, SHOWN).map(({ entry: [table, column, meaning] }) => edulac.element("li", {},
        edulac.element("a", { href: `${up}tables/${table}.html${column ? `#${table}-${column}` : ""}`, textContent: column ? `${table}.${column}` : table }),
        edulac.element("span", { class: "genre", textContent: column ? "colonne" : "table" }),
        edulac.element("span", { class: "sens", textContent: meaning }))));
    }
    input.addEventListener("input", show);
  }

  function queries() {
    for (const code of document.querySelectorAll("pre > code[data-pour]")) {
      code.parentElement.before(edulac.copyButton(() => code.textContent));
    }
    const box = document.querySelector("[data-lac]");
    if (!box) return;
    const input = box.querySelector("input");
    const key = "edulac lac";
    const write = () => {
      for (const place of document.querySelectorAll("[data-adresse]")) place.textContent = input.value.replace(/\/+$/, "");
    };
    box.hidden = false;
    try {
      const said = sessionStorage.getItem(key);
      if (said) input.value = said;
    } catch (_) { /* some browsers keep nothing for pages opened from a folder */ }
    write();
    input.addEventListener("input", () => {
      write();
      try { sessionStorage.setItem(key, input.value); } catch (_) { /* as above */ }
    });
  }

  document.querySelectorAll("form[data-recherche]").forEach(search);
  queries();
})();
