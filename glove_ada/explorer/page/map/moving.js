"use strict";
/* Hands on the map: drag, wheel, pinch, click, keys. What they do to the view is the map's affair. */

Explorer.moving = (() => {
  const CLICK_PIXELS = 5;
  const WHEEL = 0.0018;
  const LINE = 18;

  /** The middle of the pointers on the map, and how far they are apart. */
  function grip(pointers) {
    const places = [...pointers.values()];
    const x = places.reduce((sum, place) => sum + place.x, 0) / places.length;
    const y = places.reduce((sum, place) => sum + place.y, 0) / places.length;
    const apart = places.length > 1 ? Math.hypot(places[0].x - places[1].x, places[0].y - places[1].y) : 0;
    return { x, y, apart };
  }

  /**
   * Listen to a box; `acts`: shift(x, y) by pixels, zoom(factor, x, y) about a place, click(x, y),
   * hover(x, y) or hover() when the pointer leaves, whole().
   */
  function listen(box, acts) {
    const pointers = new Map();
    let before = null;
    let moved = 0;
    const place = (event) => {
      const bounds = box.getBoundingClientRect();
      return { x: event.clientX - bounds.left - box.clientLeft, y: event.clientY - bounds.top - box.clientTop };
    };

    box.addEventListener("pointerdown", (event) => {
      if (event.target.closest("button") || event.button !== 0) return;
      if (!pointers.size) moved = 0;
      pointers.set(event.pointerId, place(event));
      box.setPointerCapture(event.pointerId);
      before = grip(pointers);
    });
    box.addEventListener("pointermove", (event) => {
      const { x, y } = place(event);
      if (!pointers.has(event.pointerId)) {
        acts.hover(x, y);
        return;
      }
      pointers.set(event.pointerId, { x, y });
      const now = grip(pointers);
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y) + Math.abs(now.apart - before.apart);
      acts.shift(now.x - before.x, now.y - before.y);
      if (now.apart && before.apart) acts.zoom(before.apart / now.apart, now.x, now.y);
      before = now;
    });
    const release = (event) => {
      if (!pointers.delete(event.pointerId)) return;
      if (pointers.size) before = grip(pointers);
      else if (event.type === "pointerup" && moved < CLICK_PIXELS) acts.click(place(event).x, place(event).y);
    };
    box.addEventListener("pointerup", release);
    box.addEventListener("pointercancel", release);
    box.addEventListener("pointerleave", () => acts.hover());
    box.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { x, y } = place(event);
      acts.zoom(Math.exp(event.deltaY * (event.deltaMode ? LINE : 1) * WHEEL), x, y);
    }, { passive: false });
    box.addEventListener("keydown", (event) => {
      if (event.target !== box || event.ctrlKey || event.metaKey || event.altKey) return;
      const [across, down] = [box.clientWidth, box.clientHeight];
      const middle = [across / 2, down / 2];
      const keys = {
        "+": () => acts.zoom(1 / 1.4, ...middle), "=": () => acts.zoom(1 / 1.4, ...middle),
        "-": () => acts.zoom(1.4, ...middle), 0: acts.whole,
        ArrowLeft: () => acts.shift(0.15 * across, 0), ArrowRight: () => acts.shift(-0.15 * across, 0),
        ArrowUp: () => acts.shift(0, 0.15 * down), ArrowDown: () => acts.shift(0, -0.15 * down),
      };
      if (!(event.key in keys)) return;
      event.preventDefault();
      keys[event.key]();
    });
  }

  return { listen };
})();
