"use strict";
/* Labels of points that thin out, so that none covers another. */

Explorer.labels = (() => {
  const CELL = 48;
  const GAP = 3;

  /** Rectangles that are taken, found by the cells of a grid that they touch. */
  class Taken {
    constructor() {
      this.cells = new Map();
    }

    *keys(box) {
      for (let x = Math.floor(box.left / CELL); x <= Math.floor(box.right / CELL); x++) {
        for (let y = Math.floor(box.top / CELL); y <= Math.floor(box.bottom / CELL); y++) {
          yield x * 65536 + y;
        }
      }
    }

    free(box) {
      for (const key of this.keys(box)) {
        for (const other of this.cells.get(key) ?? []) {
          if (box.left < other.right && other.left < box.right &&
              box.top < other.bottom && other.top < box.bottom) return false;
        }
      }
      return true;
    }

    add(box) {
      for (const key of this.keys(box)) {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(box);
      }
    }
  }

  /**
   * Choose the labels that have room.
   *
   * candidates: { text, x, y (pixels), force, wanted } with the most important first; measure: the width
   * of a text, and whether it is forced, which is drawn bold; most: how many at most besides those that are forced. For these and for those that are wanted, more
   * places are tried.
   */
  function place(candidates, width, height, measure, size, most) {
    const taken = new Taken();
    const placed = [];
    let free = most;
    for (const each of candidates) {
      if (!each.force && free <= 0) break;
      const wide = measure(each.text, each.force);
      const centred = Math.max(2, Math.min(width - wide - 2, each.x - wide / 2));
      const [above, below, beside] = [each.y - size - 6, each.y + 6, each.y - size / 2 - 2];
      const [after, before] = [each.x + 9, each.x - wide - 9];
      const places = [[centred, above], [centred, below], [after, beside], [before, beside], [after, above],
        [after, below], [before, above], [before, below], [centred, above - size - 5], [centred, below + size + 5]];
      const box = places.slice(0, each.force || each.wanted ? places.length : above < 0 ? 2 : 1)
        .map(([left, top]) => ({ left: left - GAP, right: left + wide + GAP, top, bottom: top + size + 4 }))
        .find((found) => found.left >= -GAP && found.right <= width + GAP && found.top >= 0 &&
          found.bottom <= height && taken.free(found));
      if (!box) continue;
      taken.add(box);
      placed.push({ ...each, left: box.left + GAP, baseline: box.bottom - 3 });
      if (!each.force) free -= 1;
    }
    return placed;
  }

  return { place };
})();
