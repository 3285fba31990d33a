"use strict";
/* What the colours of points say, and the legend that tells. */

Explorer.colours = (() => {
  const { element, colourOf, ramp } = Explorer.words;
  const STEPS = 48;
  const NAMED = 12; /* words of a file that have no place on the map */

  /** A colour on the way from the first to the last of a ramp, 0 to 1. */
  function between(colours, share) {
    const at = share * (colours.length - 1);
    const first = Math.min(Math.floor(at), colours.length - 2);
    const channel = (colour, place) => Number.parseInt(colour.slice(1 + 2 * place, 3 + 2 * place), 16);
    const mixed = [0, 1, 2].map((place) => Math.round(
      channel(colours[first], place) * (first + 1 - at) + channel(colours[first + 1], place) * (at - first)));
    return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
  }

  /**
   * Number the colour of each point; give the table of colours, how large each is drawn, and the
   * points in the order of painting: frequent words last, behind them what is of no part.
   */
  function paintOf(data, { part, names }, isolated) {
    const colour = new Uint16Array(data.x.length);
    const rising = [...colour.keys()].reverse();
    if (part) {
      part.forEach((each, point) => {
        colour[point] = isolated === null || each === isolated ? each + 1 : 0;
      });
      const few = part.includes(-1); /* groups of the user's */
      const size = few ? 2.2 : isolated === null ? 1 : 1.5;
      return {
        colour,
        order: [...rising.filter((point) => !colour[point]), ...rising.filter((point) => colour[point])],
        table: [ramp()[0], ...names.map((_, place) => colourOf(place))],
        sizes: [size > 1 ? 0.6 : 1, ...names.map(() => size)],
      };
    }
    const frequency = data.counts ? (point) => Math.log(data.counts[point] + 1) : (point) => -Math.log(point + 10);
    const [low, high] = [frequency(data.x.length - 1), frequency(0)];
    for (let point = 0; point < colour.length; point++) {
      colour[point] = Math.round(((frequency(point) - low) / (high - low || 1)) * (STEPS - 1));
    }
    const table = Array.from({ length: STEPS }, (_, step) => between(ramp(), step / (STEPS - 1)));
    return { colour, order: rising, table, sizes: table.map(() => 1) };
  }

  /** What the colours mean, for a picture. */
  function entries({ part, names }) {
    if (part) return names.map((text, place) => ({ text, colour: colourOf(place) }));
    return ["rare", "", "frequent"].map((text, step) => ({ text, colour: ramp()[step] }));
  }

  function legend({ part, names, absent }, isolated, isolate) {
    const list = document.getElementById("legend");
    if (!part) {
      const bar = element("span", { class: "ramp", "aria-hidden": "true" });
      bar.style.background = `linear-gradient(90deg, ${ramp().join(", ")})`;
      list.replaceChildren(element("li", {}, "rare", bar, "frequent"));
      return;
    }
    list.replaceChildren(...names.map((name, place) => {
      const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = colourOf(place);
      const button = element(
        "button",
        { type: "button", class: "word", "aria-pressed": String(isolated === place), onclick: () => isolate(place) },
        swatch, element("bdi", {}, name));
      return element("li", {}, button);
    }));
    if (absent?.length) {
      const named = absent.slice(0, NAMED).join(", ") + (absent.length > NAMED ? " …" : "");
      list.append(element("li", { class: "soft" }, `Not on this map, ${absent.length} of the file's words: `, element("bdi", {}, named)));
    }
  }

  return { paintOf, legend, entries };
})();
