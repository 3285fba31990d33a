"use strict";
/* The map: points by plotly's WebGL; labels and what was asked for on a canvas over it. */

Explorer.map = (() => {
  const { element, number, colourOf, ramp, theme, GREY } = Explorer.words;
  const MOST_LABELS = 110;
  const LOOKED_AT = 6000;
  const LABEL_SIZE = 12;
  const NEAR = 100;

  const plot = document.getElementById("plot");
  const overlay = document.getElementById("overlay");
  const tip = document.getElementById("tip");
  const box = document.getElementById("map");
  let data = null; /* words, x, y, rows, counts; pointOf: the point of each row */
  let colours = null; /* { by, part, names } */
  let view = null; /* [left, right, bottom, top] in the map's coordinates */
  let marked = { asked: [], found: [], arrows: [] };
  let onChoose = () => {};
  let onMove = () => {};
  let drawn = false;
  let waiting = false;
  let isolated = null;

  const loaded = new Promise((resolve) => {
    if (window.Plotly) resolve();
    else document.getElementById("plotly").addEventListener("load", resolve);
  });

  const size = () => [box.clientWidth, box.clientHeight];

  /** Fit a rectangle into the picture, with one scale for both axes. */
  function fitted([left, right, bottom, top]) {
    const [width, height] = size();
    const unit = Math.max((right - left) / width, (top - bottom) / height) || 1e-9;
    const x = (left + right) / 2;
    const y = (bottom + top) / 2;
    return [x - (unit * width) / 2, x + (unit * width) / 2, y - (unit * height) / 2, y + (unit * height) / 2];
  }

  /** The rectangle of all points but the farthest few, which would make the rest small. */
  function extent() {
    const ends = (values) => {
      const sorted = Float64Array.from(values).sort();
      const cut = Math.floor(sorted.length / 500);
      const low = sorted[cut];
      const high = sorted[sorted.length - 1 - cut];
      const room = (high - low) * 0.06 || 1;
      return [low - room, high + room];
    };
    return [...ends(data.x), ...ends(data.y)];
  }

  function marker() {
    const scale = Math.max(0, Math.log10(data.x.length / 1000));
    const made = { size: Math.max(3, 7 - 1.6 * scale), opacity: 0.85, line: { width: 0 } };
    if (colours.part) {
      const shown = colours.part.map((part) => (isolated === null || part === isolated ? part : -1));
      const count = colours.names.length;
      const steps = [GREY, ...colours.names.map((_, place) => colourOf(place))];
      made.color = shown;
      made.cmin = -1.5;
      made.cmax = count - 0.5;
      made.colorscale = steps.flatMap((colour, place) =>
        [[place / steps.length, colour], [(place + 1) / steps.length, colour]]);
    } else {
      const [low, middle, high] = ramp();
      made.color = data.counts
        ? data.counts.map((count) => Math.log10(count + 1))
        : data.x.map((_, place) => -Math.log10(place + 10));
      made.colorscale = [[0, low], [0.5, middle], [1, high]];
    }
    return made;
  }

  const trace = () => ({
    type: "scattergl", mode: "markers", x: data.x, y: data.y, marker: marker(), hoverinfo: "none",
  });

  function layout() {
    const axis = (low, high) => ({
      range: [low, high], visible: false, fixedrange: false, autorange: false,
    });
    return {
      margin: { l: 0, r: 0, t: 0, b: 0 },
      xaxis: axis(view[0], view[1]),
      yaxis: axis(view[2], view[3]),
      dragmode: "pan",
      hovermode: "closest",
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
    };
  }

  async function draw() {
    await loaded;
    await window.Plotly.react(plot, [trace()], layout(), {
      displayModeBar: false, scrollZoom: true, responsive: false, doubleClick: false, showTips: false,
    });
    if (!drawn) {
      drawn = true;
      plot.on("plotly_relayouting", follow);
      plot.on("plotly_relayout", follow);
      plot.on("plotly_click", (event) => onChoose(data.words[event.points[0].pointNumber]));
      plot.on("plotly_hover", (event) => hover(event.points[0].pointNumber));
      plot.on("plotly_unhover", () => { tip.hidden = true; });
    }
    drawOverlay();
    legend();
  }

  function follow(change) {
    const range = (axis, place, before) =>
      change[`${axis}.range[${place}]`] ?? change[`${axis}.range`]?.[place] ?? before;
    view = [
      range("xaxis", 0, view[0]), range("xaxis", 1, view[1]),
      range("yaxis", 0, view[2]), range("yaxis", 1, view[3]),
    ];
    tip.hidden = true;
    soon();
    onMove(view);
  }

  /** Draw the overlay once before the next frame. */
  function soon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      drawOverlay();
    });
  }

  const pixel = (point) => [
    ((data.x[point] - view[0]) / (view[1] - view[0])) * box.clientWidth,
    ((view[3] - data.y[point]) / (view[3] - view[2])) * box.clientHeight,
  ];

  function hover(point) {
    const [x, y] = pixel(point);
    const row = data.rows ? data.rows[point] : point;
    const count = data.counts ? data.counts[point] : null;
    const group = colours.part && colours.part[point] >= 0 ? `, ${colours.names[colours.part[point]]}` : "";
    tip.replaceChildren(
      element("bdi", {}, data.words[point]),
      ` (${Explorer.words.frequency({ row, count })}${group})`,
    );
    tip.hidden = false;
    tip.style.left = `${Math.max(0, Math.min(x + 8, box.clientWidth - tip.offsetWidth - 2))}px`;
    tip.style.top = `${Math.max(0, y - 30)}px`;
  }

  /** The points that labels are wanted for, in the order of their importance, in pixels. */
  function candidates() {
    const [width, height] = size();
    const made = [];
    const forced = new Set();
    for (const point of [...marked.asked, ...marked.found]) {
      if (forced.has(point)) continue;
      forced.add(point);
      const [x, y] = pixel(point);
      if (x >= 0 && x <= width && y >= 0 && y <= height) {
        made.push({ text: data.words[point], x, y, force: true, asked: marked.asked.includes(point) });
      }
    }
    let looked = 0;
    for (let point = 0; point < data.x.length && looked < LOOKED_AT; point++) {
      const [x, y] = pixel(point);
      if (x < 0 || x > width || y < 0 || y > height || forced.has(point)) continue;
      if (isolated !== null && colours.part && colours.part[point] !== isolated) continue;
      looked += 1;
      made.push({ text: data.words[point], x, y, force: false });
    }
    return made;
  }

  function placedLabels(context) {
    const [width, height] = size();
    context.font = `${LABEL_SIZE}px system-ui, sans-serif`;
    const most = Math.min(MOST_LABELS, Math.floor((width * height) / 6500));
    return Explorer.labels.place(
      candidates(), width, height, (text) => context.measureText(text).width, LABEL_SIZE, most);
  }

  function drawOverlay() {
    if (!data || !view) return;
    const [width, height] = size();
    const density = window.devicePixelRatio || 1;
    if (overlay.width !== width * density || overlay.height !== height * density) {
      overlay.width = width * density;
      overlay.height = height * density;
    }
    const context = overlay.getContext("2d");
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(document.documentElement);
    const [ink, ground, mark] = ["--ink", "--ground", "--mark"].map((name) => style.getPropertyValue(name));
    drawMarks(context, mark, ink);
    context.textBaseline = "alphabetic";
    context.lineJoin = "round";
    for (const label of placedLabels(context)) {
      context.font = `${label.force ? "600 " : ""}${LABEL_SIZE}px system-ui, sans-serif`;
      context.strokeStyle = ground;
      context.lineWidth = 3;
      context.strokeText(label.text, label.left, label.baseline);
      context.fillStyle = label.asked ? mark : ink;
      context.fillText(label.text, label.left, label.baseline);
    }
  }

  /** Lines from what was asked for to what was found, arrows of pairs, and rings. */
  function drawMarks(context, mark, ink) {
    context.lineWidth = 1.2;
    context.strokeStyle = mark;
    context.globalAlpha = 0.55;
    for (const from of marked.asked.slice(0, 1)) {
      for (const to of marked.arrows.length ? [] : marked.found) line(context, pixel(from), pixel(to));
    }
    context.globalAlpha = 0.9;
    for (const [from, to] of marked.arrows) arrow(context, pixel(from), pixel(to));
    context.globalAlpha = 1;
    for (const [points, colour, radius] of [[marked.found, ink, 4], [marked.asked, mark, 6]]) {
      context.strokeStyle = colour;
      context.lineWidth = 2;
      for (const point of points) {
        const [x, y] = pixel(point);
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  }

  function line(context, [x1, y1], [x2, y2]) {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }

  function arrow(context, from, to) {
    line(context, from, to);
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    for (const side of [-0.4, 0.4]) {
      line(context, to, [to[0] - 10 * Math.cos(angle + side), to[1] - 10 * Math.sin(angle + side)]);
    }
  }

  function legend() {
    const list = document.getElementById("legend");
    if (!colours.part) {
      const bar = element("span", { class: "ramp", "aria-hidden": "true" });
      bar.style.background = `linear-gradient(90deg, ${ramp().join(", ")})`;
      list.replaceChildren(element("li", {}, "rare", bar, "frequent"));
      return;
    }
    list.replaceChildren(...colours.names.map((name, place) => {
      const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = colourOf(place);
      const button = element(
        "button",
        { type: "button", class: "word", "aria-pressed": String(isolated === place), onclick: () => isolate(place) },
        swatch, element("bdi", {}, name));
      return element("li", {}, button);
    }));
  }

  /** Show one cluster or group alone; once more: all. */
  function isolate(place) {
    isolated = isolated === place ? null : place;
    draw();
  }

  /** Show other words, or other places of them; the view stays if `at` says so. */
  async function show(given, givenColours, at) {
    data = given;
    colours = givenColours;
    data.pointOf = new Map();
    if (data.rows) data.rows.forEach((row, point) => data.pointOf.set(row, point));
    marked = { asked: [], found: [], arrows: [] };
    view = fitted(at ?? extent());
    isolated = null;
    await draw();
  }

  async function colour(given) {
    colours = given;
    isolated = null;
    await draw();
  }

  /** The point of a row; -1 if it is not on the map. */
  function pointOf(row) {
    if (!data) return -1;
    if (data.rows) return data.pointOf.get(row) ?? -1;
    return row < data.x.length ? row : -1;
  }

  /** Mark rows: what was asked for, what was found, and arrows between rows. */
  function mark(asked, found, arrows = []) {
    const points = (rows) => rows.map(pointOf).filter((point) => point >= 0);
    marked = {
      asked: points(asked),
      found: points(found),
      arrows: arrows.map((pair) => pair.map(pointOf)).filter((pair) => Math.min(...pair) >= 0),
    };
    soon();
  }

  /** Move so that all marks are seen, if they are not. */
  function reveal() {
    const points = [...marked.asked, ...marked.found];
    if (!points.length) return;
    const inside = points.every((point) => {
      const [x, y] = pixel(point);
      return x >= 0 && y >= 0 && x <= box.clientWidth && y <= box.clientHeight;
    });
    if (inside) return;
    const ends = (values) => {
      const low = Math.min(...values, ...[]);
      const high = Math.max(...values);
      const room = (high - low) * 0.15 || 0.05 * (extent()[1] - extent()[0]);
      return [low - room, high + room];
    };
    move([...ends(points.map((point) => data.x[point])), ...ends(points.map((point) => data.y[point]))]);
  }

  /**
   * How true the map is about a word: of the neighbours that are on it, how many are among the
   * points nearest to the word's.
   */
  function fidelity(row, rows) {
    const point = pointOf(row);
    if (point < 0) return null;
    const square = (other) => (data.x[other] - data.x[point]) ** 2 + (data.y[other] - data.y[point]) ** 2;
    const on = rows.map(pointOf).filter((other) => other >= 0);
    const distances = on.map(square);
    const nearer = new Array(on.length).fill(0);
    for (let other = 0; other < data.x.length; other++) {
      if (other === point) continue;
      const distance = square(other);
      for (let place = 0; place < on.length; place++) {
        if (distance < distances[place]) nearer[place] += 1;
      }
    }
    const near = nearer.filter((count) => count < NEAR).length;
    return { near, on: on.length, all: rows.length, among: Math.min(NEAR, data.x.length - 1), shown: data.x.length };
  }

  function move(to) {
    if (!data) return;
    view = fitted(to);
    window.Plotly.relayout(plot, {
      "xaxis.range": [view[0], view[1]], "yaxis.range": [view[2], view[3]],
    });
  }

  function zoom(factor) {
    const [left, right, bottom, top] = view;
    const x = (left + right) / 2;
    const y = (bottom + top) / 2;
    const half = [((right - left) / 2) * factor, ((top - bottom) / 2) * factor];
    move([x - half[0], x + half[0], y - half[1], y + half[1]]);
  }

  function shift(x, y) {
    const [left, right, bottom, top] = view;
    const step = [(right - left) * 0.15 * x, (top - bottom) * 0.15 * y];
    move([left + step[0], right + step[0], bottom + step[1], top + step[1]]);
  }

  const whole = () => move(extent());

  function onKey(event) {
    if (event.target !== box || event.ctrlKey || event.metaKey || event.altKey || !data) return;
    const keys = {
      "+": () => zoom(1 / 1.4), "=": () => zoom(1 / 1.4), "-": () => zoom(1.4), 0: whole,
      ArrowLeft: () => shift(-1, 0), ArrowRight: () => shift(1, 0),
      ArrowUp: () => shift(0, 1), ArrowDown: () => shift(0, -1),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  }

  /** Save what is seen: points, marks and labels, as plotly's own picture. */
  async function save(format) {
    const [width, height] = size();
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const labels = placedLabels(overlay.getContext("2d")).map((label) => ({
      x: label.left / width, y: 1 - (label.baseline + 3) / height, xref: "paper", yref: "paper",
      xanchor: "left", yanchor: "bottom", showarrow: false, text: escaped(label.text), borderpad: 0,
      font: { size: LABEL_SIZE, color: label.asked ? value("--mark") : value("--ink") },
    }));
    const rings = (points, colour, radius) => ({
      type: "scatter", mode: "markers", x: points.map((point) => data.x[point]), y: points.map((point) => data.y[point]),
      marker: { size: 2 * radius, color: "rgba(0,0,0,0)", line: { color: colour, width: 2 } },
    });
    const spokes = marked.arrows.length ? marked.arrows
      : marked.asked.slice(0, 1).flatMap((from) => marked.found.map((to) => [from, to]));
    const lines = {
      type: "scatter", mode: "lines", line: { color: value("--mark"), width: 1 },
      x: spokes.flatMap(([from, to]) => [data.x[from], data.x[to], null]),
      y: spokes.flatMap(([from, to]) => [data.y[from], data.y[to], null]),
    };
    const figure = {
      data: [trace(), lines, rings(marked.found, value("--ink"), 4), rings(marked.asked, value("--mark"), 6)],
      layout: { ...layout(), annotations: labels, paper_bgcolor: value("--ground"), plot_bgcolor: value("--ground") },
    };
    await window.Plotly.downloadImage(figure, {
      format, width, height, scale: format === "png" ? 3 : 1, filename: "word-map",
    });
  }

  function start(choose, moved) {
    onChoose = choose;
    onMove = moved;
    box.addEventListener("keydown", onKey);
    document.getElementById("nearer").onclick = () => zoom(1 / 1.6);
    document.getElementById("farther").onclick = () => zoom(1.6);
    document.getElementById("whole").onclick = whole;
    new ResizeObserver(() => {
      if (!drawn || !box.clientWidth) return;
      view = fitted(view);
      window.Plotly.relayout(plot, {
        width: box.clientWidth, height: box.clientHeight,
        "xaxis.range": [view[0], view[1]], "yaxis.range": [view[2], view[3]],
      });
    }).observe(box);
  }

  return {
    start, show, colour, mark, reveal, fidelity, save, move, redraw: () => data && draw(),
    view: () => view, theme, number,
  };
})();
