/* What folds in a report: the charts and tables of a part on narrow windows, cards, the rest of long tables, the menu.
   Without this script, and in print, everything is there. */
"use strict";
(function () {
  const all = (selector, within) => [...(within || document).querySelectorAll(selector)];

  /* The widths are those of regulars.css. */
  function unfoldWhere(query, selector) {
    const room = matchMedia(query);
    const fit = () => {
      if (matchMedia("print").matches) return;
      for (const part of all(selector)) part.open = room.matches;
    };
    room.addEventListener("change", fit);
    fit();
    return room;
  }

  function menu() {
    const room = unfoldWhere("(min-width: 1200px)", ".menu");
    document.addEventListener("click", ({ target }) => {
      if (room.matches || (target.closest(".menu") && !target.closest(".menu a"))) return;
      for (const part of all(".menu[open]")) part.open = false;
    });
  }

  function cards(button) {
    const [open, close] = [button.textContent, button.dataset.close];
    const own = all("details.person", button.parentElement);
    const label = () => { button.textContent = own.every((card) => card.open) ? close : open; };
    button.hidden = false;
    button.addEventListener("click", () => {
      const wanted = !own.every((card) => card.open);
      for (const card of own) card.open = wanted;
    });
    for (const card of own) card.addEventListener("toggle", label);
  }

  function rows(button) {
    const table = button.parentElement;
    button.hidden = false;
    table.dataset.folded = "";
    button.addEventListener("click", () => {
      delete table.dataset.folded;
      button.remove();
    });
  }

  menu();
  unfoldWhere("(min-width: 720px)", "details.more");
  all("button.all").forEach(cards);
  all("button.rest").forEach(rows);
})();
