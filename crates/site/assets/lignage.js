// Shows, of the box under the pointer or the focus, what it is made from and what is made from it.
"use strict";
(() => {
  const drawing = document.querySelector("svg.lignage");
  if (!drawing) return;
  const edges = [...drawing.querySelectorAll("path[data-de]")];
  const boxes = [...drawing.querySelectorAll("[data-nom]")];
  const step = (from, to) => (start) => {
    const seen = new Set([start]);
    for (const name of seen) {
      for (const edge of edges) if (edge.dataset[from] === name) seen.add(edge.dataset[to]);
    }
    return seen;
  };
  const [down, up] = [step("de", "a"), step("a", "de")];
  function show(name) {
    drawing.classList.toggle("choisi", name !== null);
    if (name === null) return;
    const [after, before] = [down(name), up(name)];
    for (const box of boxes) box.classList.toggle("vu", after.has(box.dataset.nom) || before.has(box.dataset.nom));
    for (const edge of edges) {
      const { de, a } = edge.dataset;
      edge.classList.toggle("vu", (after.has(de) && after.has(a)) || (before.has(de) && before.has(a)));
    }
  }
  for (const box of boxes) {
    for (const event of ["pointerenter", "focus"]) box.addEventListener(event, () => show(box.dataset.nom));
    for (const event of ["pointerleave", "blur"]) box.addEventListener(event, () => show(null));
  }
})();
