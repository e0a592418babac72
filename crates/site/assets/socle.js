// What every script of the site uses. Data come as scripts that call `edulac.receive`: a page that was opened from a folder may
// not fetch a file.
"use strict";
const edulac = (() => {
  const root = document.documentElement.dataset.racine || "";
  const waiting = new Map();
  const [fine, whole] = [1, 0].map((digits) => new Intl.NumberFormat("fr-FR", { maximumFractionDigits: digits }));

  /** The data of that name, read once. */
  function load(name) {
    if (!waiting.has(name)) {
      const entry = {};
      entry.promise = new Promise((resolve, reject) => {
        entry.resolve = resolve;
        const script = document.createElement("script");
        script.src = `${root}donnees/${name}.js`;
        script.onerror = () => {
          waiting.delete(name);
          reject(new Error(`${name} : fichier introuvable`));
        };
        script.onload = () => script.remove();
        document.head.append(script);
      });
      waiting.set(name, entry);
    }
    return waiting.get(name).promise;
  }

  /** Called by the data themselves. */
  function receive(name, data) {
    const entry = waiting.get(name);
    if (entry) entry.resolve(data);
  }

  /** An element with attributes, properties (`textContent`, `on…`) and children. */
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name in made && (typeof value === "function" || name === "textContent" || name === "value" || name === "checked")) made[name] = value;
      else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  /** A text without accents and capitals, for searching. */
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  /** A button that copies what `text` gives, and says so. */
  function copyButton(text) {
    const button = element("button", { type: "button", class: "copier", textContent: "Copier" });
    button.addEventListener("click", async () => {
      let done = true;
      try {
        await navigator.clipboard.writeText(text());
      } catch (_) {
        // Not allowed to pages opened from a folder in some browsers: the older way.
        const area = element("textarea", { value: text(), class: "hors-champ", "aria-hidden": "true" });
        document.body.append(area);
        area.select();
        done = document.execCommand("copy");
        area.remove();
        button.focus();
      }
      button.textContent = done ? "Copié" : "Copie impossible";
      setTimeout(() => { button.textContent = "Copier"; }, 2000);
    });
    return button;
  }

  return { root, load, receive, element, plain, copyButton, format: (value) => (Math.abs(value) < 1000 ? fine : whole).format(value) };
})();
