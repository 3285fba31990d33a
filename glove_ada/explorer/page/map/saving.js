"use strict";
/* The map as a file: a PNG of three times the screen's pixels, or an SVG whose text is text. */

Explorer.saving = (() => {
  const LABEL_SIZE = 12;

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

  function lineOf([x1, y1], [x2, y2], colour, arrow) {
    const head = arrow ? ' marker-end="url(#head)"' : "";
    return `<line x1="${figure(x1)}" y1="${figure(y1)}" x2="${figure(x2)}" y2="${figure(y2)}" stroke="${colour}"${head}/>`;
  }

  /** Write what is seen as SVG; `scene` is what the map draws. */
  function svg({ width, height, points, lines, arrows, rings, labels, shade }) {
    const { ground, ink, mark } = shade;
    const parts = [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
      `<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="${mark}"/></marker>`,
      `<rect width="${width}" height="${height}" fill="${ground}"/>`,
      ...points.map(({ x, y, radius, colour }) => `<circle cx="${figure(x)}" cy="${figure(y)}" r="${figure(radius)}" fill="${colour}"/>`),
      ...lines.map(([from, to]) => lineOf(from, to, mark, false)),
      ...arrows.map(([from, to]) => lineOf(from, to, mark, true)),
      ...rings.map(({ x, y, radius, colour }) => `<circle cx="${figure(x)}" cy="${figure(y)}" r="${radius}" fill="none" stroke="${colour}" stroke-width="2"/>`),
      `<g font-family="sans-serif" font-size="${LABEL_SIZE}" stroke="${ground}" stroke-width="3" paint-order="stroke">`,
      ...labels.map((label) => `<text x="${figure(label.left)}" y="${figure(label.baseline)}" fill="${label.asked ? mark : ink}">${escaped(label.text)}</text>`),
      "</g></svg>",
    ];
    download(new Blob([parts.join("\n")], { type: "image/svg+xml" }), "word-map.svg");
  }

  const png = (canvas) => canvas.toBlob((blob) => download(blob, "word-map.png"), "image/png");

  return { svg, png, LABEL_SIZE };
})();
