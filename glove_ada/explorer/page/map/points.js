"use strict";
/*
 * Points, painted pixel by pixel: 50,000 take a few milliseconds on any machine, while WebGL takes
 * half a second a frame where there is no graphics card (a server, a virtual machine).
 */

Explorer.points = (() => {
  const HALVES = 0xfefefefe;
  let image = null;

  /** A colour such as #0b5cad as a pixel. */
  function pixelOf(colour) {
    const value = Number.parseInt(colour.slice(1), 16);
    return (0xff000000 | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
  }

  /** The pixels of a disc, as steps from its middle: those inside, and those half inside. */
  function disc(radius, width) {
    const [inside, edge] = [[], []];
    const reach = Math.ceil(radius);
    for (let y = -reach; y <= reach; y++) {
      for (let x = -reach; x <= reach; x++) {
        const distance = Math.hypot(x, y);
        if (distance <= radius - 0.35) inside.push(y * width + x);
        else if (distance <= radius + 0.35) edge.push(y * width + x);
      }
    }
    return { inside: Int32Array.from(inside), edge: Int32Array.from(edge), reach };
  }

  /**
   * Paint points, the last of their order on top.
   *
   * x, y: the map's coordinates; view: [left, right, bottom, top]; colour: a number for each point
   * in the table of pixels; radii: for each colour, in pixels of the canvas.
   */
  function paint(canvas, { x, y, order, colour, table, radii }, view, ground) {
    const { width, height } = canvas;
    const context = canvas.getContext("2d");
    if (image?.width !== width || image.height !== height) image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    pixels.fill(pixelOf(ground));
    const discs = radii.map((radius) => disc(radius, width));
    const across = width / (view[1] - view[0]);
    const down = height / (view[3] - view[2]);
    for (const point of order) {
      const left = Math.round((x[point] - view[0]) * across);
      const top = Math.round((view[3] - y[point]) * down);
      const { inside, edge, reach } = discs[colour[point]];
      if (left < reach || top < reach || left >= width - reach || top >= height - reach) continue;
      const middle = top * width + left;
      const pixel = table[colour[point]];
      for (const step of inside) pixels[middle + step] = pixel;
      const half = (pixel & HALVES) >>> 1;
      for (const step of edge) {
        pixels[middle + step] = ((((pixels[middle + step] & HALVES) >>> 1) + half) | 0xff000000) >>> 0;
      }
    }
    context.putImageData(image, 0, 0);
  }

  /** The point nearest to a place in the map's coordinates, if it is no farther than `most`. */
  function nearest({ x, y }, [left, top], most) {
    let best = -1;
    let least = most * most;
    for (let point = 0; point < x.length; point++) {
      const square = (x[point] - left) ** 2 + (y[point] - top) ** 2;
      if (square < least) {
        least = square;
        best = point;
      }
    }
    return best;
  }

  return { paint, nearest, pixelOf };
})();
