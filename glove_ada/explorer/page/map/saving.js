"use strict";
/* The map as a file: a PNG of three times the screen's pixels, or an SVG whose text is text. */

Explorer.saving = (() => {
  const LABEL_SIZE = 12;
  const ROW = 20;
  const SVG = "http://www.w3.org/2000/svg";
  const LOOKS = ["fill", "stroke", "stroke-width", "font-size", "font-family"];

  /**
   * Lay out what the colours mean in rows below a picture, since a paper has no page around it.
   *
   * entries: { text, colour }; give the height of the whole, and entries with x and y (the middle of
   * the disc).
   */
  function keyBelow(entries, width, height, measure) {
    let [x, y] = [ROW / 2, height + ROW / 2];
    const placed = entries.map((each) => {
      const wide = measure(each.text) + 2 * ROW;
      if (x + wide > width && x > ROW) [x, y] = [ROW / 2, y + ROW];
      const entry = { ...each, x, y };
      x += wide;
      return entry;
    });
    return { entries: placed, height: entries.length ? y + ROW / 2 : height };
  }

  function download(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function escaped(text) {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  }

  const figure = (value) => value.toFixed(1);

  const ringOf = ({ x, y, radius }, colour, wide) =>
    `<circle cx="${figure(x)}" cy="${figure(y)}" r="${radius}" fill="none" stroke="${colour}" stroke-width="${wide}"/>`;

  function lineOf([x1, y1], [x2, y2], colour, arrow, wide = 1.2) {
    const head = arrow ? ' marker-end="url(#head)"' : "";
    return `<line x1="${figure(x1)}" y1="${figure(y1)}" x2="${figure(x2)}" y2="${figure(y2)}" stroke="${colour}" stroke-width="${wide}"${head}/>`;
  }

  /** Write what is seen as SVG; `scene` is what the map draws. */
  function svg({ width, points, lines, arrows, rings, labels, shade, key }) {
    const { ground, ink, mark } = shade;
    const { height } = key;
    const parts = [
      `<svg xmlns="${SVG}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
      `<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="${mark}"/></marker>`,
      `<rect width="${width}" height="${height}" fill="${ground}"/>`,
      ...points.map(({ x, y, radius, colour }) => `<circle cx="${figure(x)}" cy="${figure(y)}" r="${figure(radius)}" fill="${colour}"/>`),
      ...[...lines, ...arrows].map(([from, to]) => lineOf(from, to, ground, false, 3.7)),
      ...lines.map(([from, to]) => lineOf(from, to, mark, false)),
      ...arrows.map(([from, to]) => lineOf(from, to, mark, true)),
      ...rings.flatMap((ring) => [ringOf(ring, ground, 4.5), ringOf(ring, ring.colour, 2)]),
      `<g font-family="sans-serif" font-size="${LABEL_SIZE}" stroke="${ground}" stroke-width="3" paint-order="stroke">`,
      ...labels.map((label) => `<text x="${figure(label.left)}" y="${figure(label.baseline)}" fill="${label.asked ? mark : ink}"${label.force ? ' font-weight="600"' : ""}>${escaped(label.text)}</text>`),
      "</g>",
      ...key.entries.flatMap(({ x, y, text, colour }) => [
        `<circle cx="${figure(x)}" cy="${figure(y)}" r="5" fill="${colour}"/>`,
        `<text x="${figure(x + ROW / 2)}" y="${figure(y + 4)}" font-family="sans-serif" font-size="${LABEL_SIZE}" fill="${ink}">${escaped(text)}</text>`,
      ]),
      "</svg>",
    ];
    download(new Blob([parts.join("\n")], { type: "image/svg+xml" }), "word-map.svg");
  }

  /** Write a drawing of the page as it looks. */
  function drawing(shown) {
    const copy = shown.cloneNode(true);
    const { width, height } = shown.viewBox.baseVal;
    for (const [name, value] of Object.entries({ xmlns: SVG, width, height })) copy.setAttribute(name, value);
    const copies = copy.querySelectorAll("*");
    shown.querySelectorAll("*").forEach((each, place) => {
      const style = getComputedStyle(each);
      for (const name of LOOKS) copies[place].setAttribute(name, style.getPropertyValue(name));
    });
    copy.style.background = getComputedStyle(shown).backgroundColor;
    download(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }), "word-arrows.svg");
  }

  /** Write points that are painted already, what `over` draws on them, and the key below. */
  function png(points, density, key, { ground, ink }, over) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: points.width, height: Math.round(density * key.height) });
    const context = canvas.getContext("2d");
    context.fillStyle = ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(points, 0, 0);
    context.setTransform(density, 0, 0, density, 0, 0);
    over(context);
    context.font = `${LABEL_SIZE}px system-ui, sans-serif`;
    for (const { x, y, text, colour } of key.entries) {
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      context.fillStyle = ink;
      context.fillText(text, x + ROW / 2, y + 4);
    }
    canvas.toBlob((blob) => download(blob, "word-map.png"), "image/png");
  }

  return { svg, png, drawing, keyBelow, LABEL_SIZE };
})();
