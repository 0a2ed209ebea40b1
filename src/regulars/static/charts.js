/* Mounts every chart of a page. An option arrives as JSON: {"$fn": name} becomes a formatter below, {"$color": role} a
   colour of the palette, {"$on": role} the text colour that reads on it,
   {"$onheat": share} the one that reads on the heat scale. No text of the data is ever run or parsed. */
"use strict";
(function (root) {
  const SPACE = "\u00a0";
  const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";

  /* A figure with `most` decimals, of which zeros beyond `least` are left out, as the texts beside the charts write it:
     the browser's own Intl takes a hundredth of a second before its first number stands. */
  function figure(value, { group, decimal }, most, least = 0, symbol = "", unit = "") {
    const [whole, part = ""] = Math.abs(value).toFixed(most).split(".");
    const kept = part.slice(0, least) + part.slice(least).replace(/0+$/, "");
    const sign = value < 0 && Number(`${whole}.${part}`) ? "-" : "";
    return sign + symbol + whole.replace(/\B(?=(\d{3})+$)/g, group) + (kept && decimal + kept) + unit;
  }

  /* A figure in thousands, millions ...; `places` tells how many decimals one between 1 and 1,000 has. */
  function compact(value, numbers, places, symbol, fixed = false) {
    const size = Math.abs(value);
    const rounded = ([unit]) => Number((size / unit).toFixed(places(size / unit)));
    const last = numbers.units.length - 1;
    const at = numbers.units.findIndex((one, i) => i === last || rounded(one) < 1000);
    const [unit, name] = numbers.units[at];
    const most = places(size / unit);
    return figure(value / unit, numbers, most, fixed ? most : 0, symbol, name);
  }

  /* What the labels of a chart have in common, so that figures below each other have equally many decimals: cents only
     where none is above 100, a decimal where one needs it. */
  function together(option) {
    const values = (option.series || []).flatMap(({ label, data }) => {
      const { $fn, at } = (label && label.formatter) || {};
      return /_exact$/.test($fn) ? data.map((one) => [one.value ?? one].flat().at(at ?? -1)) : [];
    }).filter((value) => typeof value === "number").map(Math.abs);
    const small = values.filter((value) => value < 100);
    return {
      large: values.some((value) => value >= 99.995),
      cents: small.some((value) => Math.round(value * 100) % 100),
      tenths: small.some((value) => Math.round(value * 10) % 10),
    };
  }

  /* Formatters by name: number, money, percent ... of a value, a label's parameters or a tooltip's. */
  function writers({ numbers }, width, shared) {
    const { symbol, percent } = numbers;
    const one = () => 1;
    const three = (size) => (size < 10 ? 2 : size < 100 ? 1 : 0);
    const small = (v) => figure(v, numbers, 2);
    const number = (v) => compact(v, numbers, one);
    const money = (v) => compact(v, numbers, one, symbol);
    const whole = (v) => figure(v, numbers, 0);
    const share = (v) => figure(v, numbers, 1);
    const tenth = (v) => figure(v, numbers, 1, 1);  // beside others: 14.0 % above 52.7 %
    const large = (v) => compact(v, numbers, three, "", true);
    const largeMoney = (v) => compact(v, numbers, three, symbol, true);
    const wholeMoney = (v) => figure(v, numbers, 0, 0, symbol);
    const cents = (v) => (shared.large ? Math.abs(v) < 1 && v !== 0 : shared.cents || v % 1);
    const smallMoney = (v) => figure(v, numbers, cents(v) ? 2 : 0, 2, symbol);
    const smallExact = (v) => (shared.tenths ? tenth : share)(v);
    const exact = (v) => (Math.abs(v) < 99.95 ? smallExact : Math.abs(v) < 1e4 ? whole : large)(v);
    const exactMoney = (v) => (Math.abs(v) < 99.995 ? smallMoney : Math.abs(v) < 1e4 ? wholeMoney : largeMoney)(v);
    const value = (given, at) => {
      const found = given !== null && typeof given === "object" ? given.value : given;
      return Array.isArray(found) ? found[at ?? found.length - 1] : found;
    };
    const written = (write) => (at) => (given) => {
      const found = value(given, at);
      return found === null || found === undefined || found === "" ? "" : write(Number(found));
    };
    return {
      number: written(number),
      money: written(money),
      decimal: written(small),
      percent: written((v) => share(v * 100) + percent),
      number_exact: written(exact),
      money_exact: written(exactMoney),
      percent_inside: written((v) => (v < (width < 480 ? 0.18 : 0.1) ? ""
        : (width < 480 ? whole : tenth)(v * 100) + percent)),
      percent_wide: written((v) => (width < 600 ? whole(v * 100) : share(v * 100) + percent)),
      percent_exact: written((v) => tenth(v * 100) + percent),
      times: written((v) => (Math.abs(v) < 10 ? tenth : whole)(v)),
      whole_exact: written(whole),
      name_money: () => (given) => given.name + (given.data.children ? SPACE + SPACE : "\n") + exactMoney(value(given)),
      cell: () => (given) => (given.data.name && width >= 600 ? given.data.name + "\n" : "") + whole(value(given)),
      tip: () => (given) => {
        const first = Array.isArray(given) ? given.find((one) => one.data && one.data.tip) : given;
        return first && first.data && first.data.tip ? plain(first.data.tip) : "";
      },
    };
  }

  /* A word joiner after each brace: rich text would read {a|b} as a style. */
  function plain(text) {
    return String(text).replaceAll("{", "{\u2060");
  }

  function luminance(hex) {
    const part = (i) => {
      const c = parseInt(hex.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  }

  /* Black or white, whichever reads better on a colour. */
  function reading(hex) {
    return luminance(hex) > 0.2 ? "#101614" : "#ffffff";
  }

  /* The colour of the heat scale at a share of 1. */
  function heat(palette, share) {
    const mix = (i) => {
      const [low, high] = [palette.heat0, palette.heat1].map((hex) => parseInt(hex.slice(i, i + 2), 16));
      return Math.round(low + (high - low) * share).toString(16).padStart(2, "0");
    };
    return `#${mix(1)}${mix(3)}${mix(5)}`;
  }

  /* Many points as one array of numbers. */
  function floats(base64) {
    return new Float32Array(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);
  }

  function resolve(part, write, palette) {
    if (Array.isArray(part)) return part.map((one) => resolve(one, write, palette));
    if (part === null || typeof part !== "object") return part;
    if (typeof part.$fn === "string") return write[part.$fn](part.at);
    if (typeof part.$color === "string") return palette[part.$color];
    if (typeof part.$on === "string") return reading(palette[part.$on]);
    if (typeof part.$f32 === "string") return floats(part.$f32);
    if (typeof part.$onheat === "number") return reading(heat(palette, part.$onheat));
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, resolve(one, write, palette)]));
  }

  function theme(palette, large = 1) {
    const text = { color: palette.muted, fontFamily: FONT, fontSize: 12 * large };
    const axis = {
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: text,
      nameTextStyle: text,
      splitLine: { lineStyle: { color: palette.line } },
    };
    return {
      backgroundColor: "transparent",
      textStyle: { fontFamily: FONT, fontSize: 12 * large },
      categoryAxis: { ...axis, axisLabel: { ...text, margin: 10 * large }, splitLine: { show: false } },
      valueAxis: { ...axis, axisLine: { show: false } },
      logAxis: { ...axis, axisLine: { show: false } },
      legend: { textStyle: { ...text, color: palette.ink }, pageTextStyle: text, pageIconColor: palette.ink,
                pageIconInactiveColor: palette.line },
      bar: { label: { color: palette.ink, fontFamily: FONT, fontSize: 12 * large } },
      tooltip: {
        backgroundColor: palette.card, borderColor: palette.line, borderWidth: 1, padding: [8, 12],
        textStyle: { color: palette.ink, fontFamily: FONT, fontSize: 13 * large, lineHeight: 19 * large },
        axisPointer: { shadowStyle: { color: palette.muted, opacity: 0.1 }, lineStyle: { color: palette.muted } },
      },
    };
  }

  /* A legend that does not fit on one line takes more, and the plot makes room, instead of pages to leaf through. */
  function unroll({ legend, grid }, width) {
    let [lines, used] = [1, 0];
    for (const name of legend.data) {
      const wide = 30 + name.length * 6.6;
      if (used && used + wide > width) [lines, used] = [lines + 1, 0];
      used += wide;
    }
    if (lines === 1 || lines > 8) return;
    Object.assign(legend, { type: "plain", width });
    grid.top += (lines - 1) * 22;
  }

  /* Figures that do not fit into the cells of a heat map are smaller, or left to the tip and the table. */
  function tighten(series, below, names, width) {
    const longest = names ? Math.max(...names.data.map((name) => name.length)) * 6.2 : 0;
    const beside = Math.min(longest, (names && names.axisLabel && names.axisLabel.width) || width);
    const room = (width - beside - 24) / below.data.length;
    const least = series.label && series.label.bare ? 14 : 30;  // two figures, or more with a sign
    const size = room < 30 ? 9 : 9.5;
    if (series.label && room < 36) Object.assign(series.label, room < least ? { show: false } : { fontSize: size });
    else if (series.data.some((one) => one.name)) {
      Object.assign(series.label, { width: Math.floor(room) - 10, overflow: "truncate" });
    }
  }

  /* About how many pixels a name takes: capitals are wider. */
  function wide(name) {
    return name.length * 6.5 + (name.match(/[A-Z]/g) || []).length * 2;
  }

  /* A name that is wider than its room stands on two lines; only what does not fit there either is cut. */
  function twoLines(name, room) {
    const most = Math.floor(room / 6.4);
    if (name.length <= most) return name;
    const space = name.lastIndexOf(" ", most);
    const at = space > 0 ? space : most;
    const rest = name.slice(at).trim();
    return name.slice(0, at) + "\n" + (rest.length <= most ? rest : rest.slice(0, most - 1).trimEnd() + "\u2026");
  }

  /* On a telephone the names of a network stand above or below its points, which are smaller: so all have room. */
  function lower(series, grid) {
    for (const one of series.data) {
      one.label = { position: one.label.upright };
      one.symbolSize *= 0.6;
    }
    Object.assign(series.label, { width: 76, fontSize: 10, distance: 3 });
    Object.assign(grid, { left: 40, right: 40, top: 40, bottom: 40 });
  }

  /* The boxes of a tree leave room for the lines between them. */
  function slim(series, width) {
    const deep = (node) => 1 + Math.max(-1, ...(node.children || []).map(deep));
    const steps = Math.max(1, deep(series.data[0]));
    const box = Math.floor((width - 18 * steps) / (steps + 1)) - 8;
    if (box >= series.label.width) return;
    series.label = { ...series.label, width: Math.max(44, box), fontSize: 10, lineHeight: 12 };
    series.left = series.right = series.label.width / 2 + 8;
  }

  /* An option ready for echarts, fitted to a width in pixels. */
  function ready(option, setup, mode, width, scale = 1) {
    return enlarged(fitted(option, setup, mode, width / scale), scale);
  }

  /* On a large screen every length of a chart grows as the text around it does. */
  const LENGTHS = new Set(["fontSize", "lineHeight", "width", "left", "right", "top", "bottom", "padding", "margin", "distance",
    "nameGap", "itemWidth", "itemHeight", "itemGap", "barMaxWidth", "barWidth", "symbolSize", "borderRadius", "borderWidth",
    "textBorderWidth", "nodeWidth", "nodeGap"]);
  function enlarged(part, scale) {
    if (scale === 1 || part === null || typeof part !== "object" || ArrayBuffer.isView(part)) return part;
    if (Array.isArray(part)) return typeof part[0] === "object" ? part.map((one) => enlarged(one, scale)) : part;
    const long = (one) => (typeof one === "number" ? one * scale : Array.isArray(one) ? one.map(long) : enlarged(one, scale));
    const entry = ([name, one]) => [name, LENGTHS.has(name) ? long(one) : enlarged(one, scale)];
    return Object.fromEntries(Object.entries(part).map(entry));
  }

  function fitted(option, setup, mode, width) {
    const palette = setup.palettes[mode];
    const made = resolve(option, writers(setup, width, together(option)), palette);
    const names = made.yAxis && made.yAxis.type === "category" ? made.yAxis : null;
    if (names && names.axisLabel && names.axisLabel.width) {
      const longest = Math.max(0, ...names.data.map(wide));
      const room = Math.max(Math.min(70, longest), Math.min(names.axisLabel.width, Math.round(width * 0.4), longest));
      Object.assign(names.axisLabel, { width: room + 8, lineHeight: 13, formatter: (name) => twoLines(name, room) });
    }
    const below = made.xAxis && made.xAxis.type === "category" ? made.xAxis : null;
    if (below && below.axisLabel && below.axisLabel.width) {
      const room = Math.min(below.axisLabel.width, Math.floor((width - 64) / below.data.length) - 6);
      const word = Math.max(...below.data.flatMap((name) => name.split(" ")).map((part) => part.length));
      const slanted = { rotate: 50, width: 96, overflow: "truncate" };  // a word that would break stands aslant
      const upright = { overflow: "none", formatter: (name) => twoLines(name, room) };
      Object.assign(below.axisLabel, word * 6 <= room ? { width: room } : room >= 72 ? upright : slanted);
    }
    if (made.legend && made.grid) unroll(made, width);
    for (const series of made.series || []) if (series.type === "heatmap" && below) tighten(series, below, names, width);
    for (const series of made.series || []) {
      if (series.type === "tree") slim(series, width);
      if (series.type === "scatter" && series.label && series.label.width && width < 480) lower(series, made.grid);
    }
    return made;
  }

  root.regulars = { ready, theme, scale: () => 1 };
  if (typeof document === "undefined") return;

  /* How much larger charts are drawn than on a desk: a variable of the style sheet, by the width of the window. */
  const scale = root.regulars.scale = () => printing ? 1
    : Number(getComputedStyle(document.documentElement).getPropertyValue("--large")) || 1;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const setup = read("setup");
  const drawn = [];
  const PAPER = { full: 640, half: 305, third: 305 };  // CSS pixels on A4, see @media print in regulars.css
  let printing = false;

  function mode() {
    const chosen = document.documentElement.dataset.theme;
    if (printing) return "light";
    return chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }

  /* What is folded away has no width of its own: it is drawn when it opens. */
  function folded(place) {
    return !printing && place.closest("details:not([open])") !== null;
  }

  function draw(place) {
    const old = echarts.getInstanceByDom(place);
    if (old) old.dispose();
    delete place.dataset.ready;
    if (folded(place)) {
      place.dataset.ready = "folded";
      return;
    }
    if (place.dataset.map && !echarts.getMap("world")) {  // borders are fetched when a map is drawn
      fetch(place.dataset.map).then((answer) => answer.json()).then((borders) => {
        echarts.registerMap("world", borders);
        draw(place);
      });
      return;
    }
    const shade = mode();
    const width = printing ? PAPER[place.dataset.width] : place.clientWidth;
    const chart = echarts.init(place, theme(setup.palettes[shade], scale()), { renderer: place.dataset.renderer, width });
    chart.on("finished", () => {
      place.dataset.ready = "true";
      const svg = place.querySelector("svg");
      if (svg) svg.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
    });
    chart.setOption(ready(read(place.dataset.option), setup, shade, width, scale()));
    place.dispatchEvent(new CustomEvent("chart:drawn", { bubbles: true, detail: chart }));
  }

  function drawAll() {
    for (const place of drawn) draw(place);
  }

  /* The first chart at once, before anything is measured; then one a frame, those in sight before the others: the first
     is there soon, and the page answers meanwhile. */
  function drawInTurn() {
    const queue = [...drawn];
    const next = () => {
      const place = queue.shift();
      if (!place) return;
      if (!echarts.getInstanceByDom(place)) draw(place);
      requestAnimationFrame(() => setTimeout(next));
    };
    next();
    const watcher = new IntersectionObserver((entries) => {
      const sight = new Set(entries.filter((one) => one.isIntersecting).map((one) => one.target));
      queue.sort((a, b) => sight.has(b) - sight.has(a));
      watcher.disconnect();
    });
    for (const place of queue) watcher.observe(place);
  }

  function begin() {
    drawn.push(...document.querySelectorAll(".chart"));
    drawInTurn();
    const widths = new Map();  // as first told, without a chart being drawn anew
    const watcher = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (printing || folded(target) || !target.clientWidth || widths.get(target) === target.clientWidth) continue;
        const told = widths.has(target);
        widths.set(target, target.clientWidth);
        if (told) draw(target);
      }
    });
    for (const place of drawn) watcher.observe(place);
    document.addEventListener("toggle", () => {
      for (const place of drawn) if (place.dataset.ready === "folded" && !folded(place)) draw(place);
    }, true);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
    const toggle = document.getElementById("theme");
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      document.documentElement.dataset.theme = mode() === "dark" ? "light" : "dark";
      toggle.setAttribute("aria-pressed", String(mode() === "dark"));
      drawAll();
    });
    toggle.setAttribute("aria-pressed", String(mode() === "dark"));
    let closed = [];
    const unfold = (open) => { for (const part of closed) part.open = open; };
    addEventListener("beforeprint", () => {
      closed = [...document.querySelectorAll("details:is(.fold, .more):not([open])")];
      printing = true; unfold(true); drawAll();
    });
    addEventListener("afterprint", () => { printing = false; unfold(false); drawAll(); });
  }

  // where a page is still being read, its first chart need not wait for the rest; the others wait for all scripts
  const first = document.querySelector(".chart");
  if (first && document.readyState === "loading") draw(first);
  if (document.readyState === "complete") begin();
  else document.addEventListener("DOMContentLoaded", begin);
})(globalThis);
