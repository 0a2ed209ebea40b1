/* The dashboard beyond its charts: menu, colours that stay, forms that answer at once, pictures, drill-through.
   Everything works on what the server sent; no text of the data is ever run or parsed. */
"use strict";
(function () {
  const YEAR = 365 * 86400;

  /* Colours: charts.js turns them; here the choice is remembered, so that the server sends the next page in it. */
  const theme = document.getElementById("theme");
  if (theme && !globalThis.regulars) {  // a page without charts
    const dark = () => (document.documentElement.dataset.theme
      || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    theme.hidden = false;
    theme.setAttribute("aria-pressed", String(dark()));
    theme.addEventListener("click", () => {
      document.documentElement.dataset.theme = dark() ? "light" : "dark";
      theme.setAttribute("aria-pressed", String(dark()));
    });
  }
  new MutationObserver(() => {
    document.cookie = `theme=${document.documentElement.dataset.theme}; path=/; max-age=${YEAR}; samesite=strict`;
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

  const menu = document.getElementById("menu");
  const pages = document.getElementById("pages");
  if (menu && pages) {
    menu.hidden = false;
    const open = (yes) => { menu.setAttribute("aria-expanded", String(yes)); pages.classList.toggle("open", yes); };
    menu.addEventListener("click", () => open(menu.getAttribute("aria-expanded") !== "true"));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && pages.classList.contains("open")) { open(false); menu.focus(); }
    });
  }

  /* A list that stands alone is sent when it changes; empty fields are left out of the address. */
  document.addEventListener("change", (event) => {
    if (event.target.matches("select.at-once, form.filters select")) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get" || event.target.hasAttribute("hx-get")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form[method=get] :disabled")) field.disabled = false;
  });

  /* What changes something carries the token of the page. */
  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector("meta[name=csrf]");
    if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token.content;
    const { method, body } = event.detail.ctx.request;
    if (method === "GET" && body) for (const [name, value] of [...body]) if (!value) body.delete(name);
  });

  /* Drill-through: a datum may carry an address of ours. */
  function drill(place, chart) {
    const target = (given) => (given.data && typeof given.data.href === "string" && given.data.href.startsWith("/")
      ? given.data.href : "");
    const point = (given) => {  // of a map: its last number is the customer's place
      const lead = (chart.getOption().series[given.seriesIndex] || {}).lead;
      return typeof lead === "string" && lead.startsWith("/") && given.value && given.value.length === 3
        ? lead.replace("PLACE", Math.round(given.value[2])) : "";
    };
    const line = (given) => {  // of one group: all of it leads to its customers
      const lead = (chart.getOption().series[given.seriesIndex] || {}).href;
      return typeof lead === "string" && lead.startsWith("/") ? lead : "";
    };
    chart.on("click", (given) => {
      const address = target(given) || point(given) || line(given);
      if (address) location.assign(address);
    });
    if (place.dataset.option.startsWith("option-map_") && place.dataset.width === "third") {
      chart.group = "linked";  // what is hidden or pointed at in one is so in all
      echarts.connect("linked");
    }
  }
  document.addEventListener("chart:drawn", (event) => drill(event.target, event.detail));
  for (const place of globalThis.echarts ? document.querySelectorAll(".chart") : []) {  // drawn before this was read
    const chart = echarts.getInstanceByDom(place);
    if (chart) drill(place, chart);
  }

  /* A chart as a picture of twice its size, on its card's colour, under its title. */
  function picture(figure) {
    const place = figure.querySelector(".chart");
    const setup = JSON.parse(document.getElementById("setup").textContent);
    const option = JSON.parse(document.getElementById(place.dataset.option).textContent);
    const mode = document.documentElement.dataset.theme
      || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const [width, height, head] = [Math.max(place.clientWidth, 640), place.clientHeight, 64];
    const holder = document.createElement("div");
    const chart = echarts.init(holder, regulars.theme(setup.palettes[mode], regulars.scale()),
                               { renderer: "canvas", width, height, devicePixelRatio: 2 });
    chart.setOption({ ...regulars.ready(option, setup, mode, width, regulars.scale()), animation: false });
    const drawn = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: setup.palettes[mode].card });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [(width + 32) * 2, (height + head + 16) * 2];
    const brush = canvas.getContext("2d");
    brush.scale(2, 2);
    brush.fillStyle = setup.palettes[mode].card;
    brush.fillRect(0, 0, width + 32, height + head + 16);
    brush.fillStyle = setup.palettes[mode].ink;
    brush.font = "600 17px system-ui, sans-serif";
    brush.fillText(figure.querySelector("figcaption strong").textContent, 16, 30, width);
    brush.fillStyle = setup.palettes[mode].muted;
    brush.font = "13px system-ui, sans-serif";
    brush.fillText(figure.querySelector("figcaption p").textContent, 16, 52, width);
    brush.drawImage(drawn, 16, head, width, height);
    chart.dispose();
    return canvas;
  }

  for (const button of document.querySelectorAll("button.png")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.png");
    if (!button) return;
    picture(document.getElementById(button.dataset.figure)).toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${button.dataset.figure.replace("figure-", "")}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }, "image/png");
  });
})();
