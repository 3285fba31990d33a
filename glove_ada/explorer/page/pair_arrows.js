"use strict";
/* Pairs as arrows in a saved page: the plane that `glove_ada.pictures.pair_arrows` shows them in. */

Explorer.pairArrows = (() => {
  const TURNS = 10000;
  const CLOSE = 1e-9;

  const dot = (one, other) => one.reduce((sum, value, each) => sum + value * other[each], 0);
  const scaled = (vector, factor) => vector.map((value) => value * factor);
  const plus = (one, other) => one.map((value, each) => value + other[each]);
  const minus = (one, other) => one.map((value, each) => value - other[each]);
  const total = (rows) => rows.reduce(plus, new Float64Array(rows[0].length));
  const squares = (rows) => rows.reduce((sum, row) => sum + dot(row, row), 0);

  function unit(vector) {
    return scaled(vector, 1 / (Math.sqrt(dot(vector, vector)) || 1));
  }

  /** The direction in which rows are longest, by power iteration; its largest component is positive. */
  function principalAxis(rows) {
    let axis = unit(rows.reduce((one, other) => (dot(other, other) > dot(one, one) ? other : one)));
    for (let turn = 0; turn < TURNS; turn++) {
      const next = unit(total(rows.map((row) => scaled(row, dot(row, axis)))));
      const moved = squares([minus(next, axis)]);
      axis = next;
      if (moved < CLOSE * CLOSE) break;
    }
    const largest = axis.reduce((one, other) => (Math.abs(other) > Math.abs(one) ? other : one));
    return largest < 0 ? scaled(axis, -1) : axis;
  }

  /**
   * Where pairs of unit vectors start and end in the plane of their differences, the cosine of each
   * difference with the sum of the others, and the share of the first axis.
   */
  function project(firsts, seconds) {
    const differences = seconds.map((second, each) => minus(second, firsts[each]));
    const sum = total(differences);
    let along = principalAxis(differences);
    const share = squares([differences.map((row) => dot(row, along))]) / (squares(differences) || 1);
    if (dot(sum, along) < 0) along = scaled(along, -1);
    const words = [...firsts, ...seconds];
    const mean = scaled(total(words), 1 / words.length);
    const centred = words.map((row) => minus(row, mean));
    const across = principalAxis(centred.map((row) => minus(row, scaled(along, dot(row, along)))));
    const places = centred.map((row) => [dot(row, along), dot(row, across)]);
    const units = differences.map(unit);
    const whole = total(units);
    return {
      starts: places.slice(0, firsts.length),
      ends: places.slice(firsts.length),
      cosines: units.map((row) => dot(row, unit(minus(whole, row)))),
      share,
    };
  }

  return { project };
})();
