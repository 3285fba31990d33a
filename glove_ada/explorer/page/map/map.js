"use strict";
/* The map of words: points, what was asked for, labels, and how true all that is. */

Explorer.map = (() => {
  const { element, frequency } = Explorer.words;
  const { LABEL_SIZE } = Explorer.saving;
  const { fontOf } = Explorer.drawing;
  const MOST_LABELS = 110;
  const LOOKED_AT = 4000;
  const NEAR = 100;
  const REACH = 14; /* pixels from a point within which a click means it */
  const PNG_DENSITY = 3;
  const RING = 6; /* around what was asked for */

  const id = (name) => document.getElementById(name);
  const [box, dots, overlay, tip] = ["map", "points", "overlay", "tip"].map(id);
  let data = null; /* words, x, y, rows, counts; pointOf: the point of each row */
  let colours = { part: null, names: [] };
  let paint = null;
  let view = null; /* [left, right, bottom, top] in the map's coordinates */
  let marked = { asked: [], found: [], arrows: [] };
  let isolated = null;
  let waiting = false;
  let onChoose = () => {};
  let onMove = () => {};
  const widths = { plain: new Map(), bold: new Map() };

  let [width, height] = [0, 0]; /* asking the page for them for each point would take the most time */

  const scale = () => (view[1] - view[0]) / width;
  const pixel = (point) => [(data.x[point] - view[0]) / scale(), (view[3] - data.y[point]) / scale()];
  const isSeen = ([x, y]) => x >= 0 && y >= 0 && x <= width && y <= height;

  function measure() {
    [width, height] = [box.clientWidth, box.clientHeight];
    if (!data || !width) return;
    view = fitted(view);
    draw();
  }

  /** Fit a rectangle into the picture, with one scale for both axes. */
  function fitted([left, right, bottom, top]) {
    const unit = Math.max((right - left) / width, (top - bottom) / height) || 1e-9;
    const x = (left + right) / 2;
    const y = (bottom + top) / 2;
    return [x - (unit * width) / 2, x + (unit * width) / 2, y - (unit * height) / 2, y + (unit * height) / 2];
  }

  /** The rectangle around coordinates, without the farthest of many, which would make the rest small. */
  function around(x, y, room) {
    const ends = (values) => {
      const sorted = Float64Array.from(values).sort();
      const cut = Math.floor(sorted.length / 500);
      const [low, high] = [sorted[cut], sorted[sorted.length - 1 - cut]];
      return [low - (high - low) * room, high + (high - low) * room];
    };
    return [...ends(x), ...ends(y)];
  }

  const extent = () => around(data.x, data.y, 0.06);

  function radius() {
    const [left, right] = data.ends;
    const nearness = Math.max(1, (right - left) / (view[1] - view[0]));
    const base = Math.max(1.5, 4.6 - 1.15 * Math.log10(data.x.length / 100));
    return Math.min(6, base * nearness ** 0.3);
  }

  const shades = () => {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    return { ground: value("--ground"), ink: value("--ink"), mark: value("--mark") };
  };

  function fit(canvas, density) {
    const [across, down] = [width, height].map((length) => Math.round(length * density));
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
  }

  function paintPoints(canvas, density) {
    fit(canvas, density);
    const radii = paint.sizes.map((share) => share * radius() * density);
    const table = paint.table.map(Explorer.points.pixelOf);
    Explorer.points.paint(canvas, { ...data, ...paint, table, radii }, view, shades().ground);
  }

  function draw() {
    if (!data || !width) return;
    const density = window.devicePixelRatio || 1;
    paintPoints(dots, density);
    fit(overlay, density);
    const context = overlay.getContext("2d");
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    Explorer.drawing.draw(context, scene());
  }

  /** Draw once before the next frame. */
  function soon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  }

  /** The points that labels are wanted for, in the order of their importance. */
  function candidates() {
    const forced = [...new Set([...marked.asked, ...marked.found])];
    const made = forced.map((point) => [point, pixel(point)]).filter(([, place]) => isSeen(place))
      .map(([point, [x, y]]) => ({ text: data.words[point], x, y, force: true, asked: marked.asked.includes(point) }));
    const left = new Set(forced);
    const add = (point, wanted = false) => {
      if (isolated !== null && colours.part[point] !== isolated) return;
      const [x, y] = pixel(point);
      if (left.has(point) || !isSeen([x, y])) return;
      left.add(point);
      made.push({ text: data.words[point], x, y, force: false, wanted });
    };
    if (colours.part?.includes(-1)) {
      colours.part.forEach((part, point) => part >= 0 && add(point, true)); /* groups of the user's come first */
    }
    for (let point = 0; point < data.x.length && made.length < LOOKED_AT; point++) add(point);
    return made;
  }

  /** What lies over the points, in pixels. */
  function scene() {
    const shade = shades();
    const context = overlay.getContext("2d");
    const widthOf = (text, bold) => {
      const known = bold ? widths.bold : widths.plain;
      if (!known.has(text)) {
        context.font = fontOf(bold);
        known.set(text, context.measureText(text).width);
      }
      return known.get(text);
    };
    const most = Math.min(MOST_LABELS, Math.floor((width * height) / 6500));
    const line = (pair) => pair.map(pixel);
    /* From ring to ring, so that the head is seen. */
    const between = ([[x1, y1], [x2, y2]]) => {
      const share = Math.min(0.3, (RING + 2) / (Math.hypot(x2 - x1, y2 - y1) || 1));
      const [x, y] = [share * (x2 - x1), share * (y2 - y1)];
      return [[x1 + x, y1 + y], [x2 - x, y2 - y]];
    };
    const spokes = marked.arrows.length ? [] : marked.asked.slice(0, 1).flatMap((from) => marked.found.map((to) => [from, to]));
    const rings = (points, ring, reach) => points.map(pixel).map(([x, y]) => ({ x, y, radius: reach, colour: ring }));
    return {
      width, height, shade,
      lines: spokes.map(line),
      arrows: marked.arrows.map(line).map(between),
      rings: [...rings(marked.found, shade.ink, 4), ...rings(marked.asked, shade.mark, RING)],
      labels: Explorer.labels.place(candidates(), width, height, widthOf, LABEL_SIZE, most),
    };
  }

  function pointAt(x, y) {
    const place = [view[0] + x * scale(), view[3] - y * scale()];
    return Explorer.points.nearest(data, place, REACH * scale());
  }

  function hover(x, y) {
    const point = data && x !== undefined ? pointAt(x, y) : -1;
    tip.hidden = point < 0;
    box.style.cursor = point < 0 ? "grab" : "pointer";
    if (point < 0) return;
    const row = data.rows ? data.rows[point] : point;
    const part = colours.part ? colours.part[point] : -1;
    const known = frequency({ row, count: data.counts ? data.counts[point] : null });
    tip.replaceChildren(element("bdi", {}, data.words[point]), ` (${known}${part < 0 ? "" : `; ${colours.names[part]}`})`);
    const [left, top] = pixel(point);
    tip.style.left = `${Math.max(0, Math.min(left + 8, width - tip.offsetWidth - 2))}px`;
    tip.style.top = `${Math.max(0, top - 30)}px`;
  }

  /** Change the colours; without an argument, they have other shades now. */
  function colour(given = colours) {
    if (given !== colours) isolated = null;
    colours = given;
    if (!data) return;
    paint = Explorer.colours.paintOf(data, colours, isolated);
    Explorer.colours.legend(colours, isolated, isolate);
    soon();
  }

  /** Show one cluster or group alone; once more: all. */
  function isolate(place) {
    isolated = isolated === place ? null : place;
    colour();
  }

  /** Show words at their places; `at` is the part to be seen, all without it. */
  function show(given, givenColours, at) {
    data = { ...given, x: Float64Array.from(given.x), y: Float64Array.from(given.y) };
    data.pointOf = new Map((data.rows ?? []).map((row, point) => [row, point]));
    data.ends = extent();
    marked = { asked: [], found: [], arrows: [] };
    [width, height] = [box.clientWidth, box.clientHeight];
    view = fitted(at ?? data.ends);
    colour(givenColours);
    draw();
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
      asked: points(asked), found: points(found),
      arrows: arrows.map((pair) => pair.map(pointOf)).filter((pair) => Math.min(...pair) >= 0),
    };
    soon();
  }

  /** Move so that all marks are seen, if they are not. */
  function reveal() {
    const points = [...marked.asked, ...marked.found];
    if (points.length && !points.every((point) => isSeen(pixel(point)))) {
      const coordinate = (axis) => points.map((point) => data[axis][point]);
      const [left, right, bottom, top] = around(coordinate("x"), coordinate("y"), 0.15);
      const least = 0.02 * (data.ends[1] - data.ends[0]);
      move([Math.min(left, right - least), Math.max(right, left + least), bottom, top]);
    }
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
    view = fitted(to);
    tip.hidden = true;
    soon();
    onMove(view);
  }

  /** Zoom about a place in pixels; a factor above 1 shows more. */
  function zoom(factor, x, y) {
    if (!data) return;
    const widest = 20 * (data.ends[1] - data.ends[0]);
    const bounded = Math.min(factor, widest / (view[1] - view[0]));
    const [left, top] = [view[0] + x * scale(), view[3] - y * scale()];
    const from = (value, middle) => middle + (value - middle) * bounded;
    move([from(view[0], left), from(view[1], left), from(view[2], top), from(view[3], top)]);
  }

  function shift(x, y) {
    if (!data) return;
    const [right, up] = [-x * scale(), y * scale()];
    move([view[0] + right, view[1] + right, view[2] + up, view[3] + up]);
  }

  const whole = () => data && move(data.ends);

  function save(format) {
    if (!data) return;
    const context = overlay.getContext("2d");
    context.font = fontOf(false);
    const key = Explorer.saving.keyBelow(Explorer.colours.entries(colours), width, height, (text) => context.measureText(text).width);
    if (format === "png") {
      const canvas = document.createElement("canvas");
      paintPoints(canvas, PNG_DENSITY);
      Explorer.saving.png(canvas, PNG_DENSITY, key, shades(), (target) => Explorer.drawing.draw(target, scene()));
      return;
    }
    const points = paint.order.map((point) => [point, pixel(point)]).filter(([, place]) => isSeen(place))
      .map(([point, [x, y]]) => ({
        x, y, radius: radius() * paint.sizes[paint.colour[point]], colour: paint.table[paint.colour[point]],
      }));
    Explorer.saving.svg({ ...scene(), points, key });
  }

  function start(choose, moved) {
    onChoose = choose;
    onMove = moved;
    const click = (x, y) => {
      const point = data ? pointAt(x, y) : -1;
      if (point >= 0) onChoose(data.words[point]);
    };
    Explorer.moving.listen(box, { shift, zoom, click, hover, whole });
    id("nearer").onclick = () => zoom(1 / 1.6, width / 2, height / 2);
    id("farther").onclick = () => zoom(1.6, width / 2, height / 2);
    id("whole").onclick = whole;
    new ResizeObserver(measure).observe(box);
  }

  const isShown = () => data !== null;

  return { start, show, colour, mark, reveal, fidelity, isShown, save };
})();
