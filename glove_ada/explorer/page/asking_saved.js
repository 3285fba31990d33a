"use strict";
/* Answers in a saved page, from the words and vectors that it holds. */

Explorer.asking = (() => {
  const saved = Explorer.saved;

  const models = saved.models.map((about, place) => {
    const bytes = Uint8Array.from(atob(about.vectors), (character) => character.charCodeAt(0));
    const whole = new DataView(bytes.buffer);
    const vectors = new Float32Array(bytes.length / 2);
    for (let each = 0; each < vectors.length; each++) vectors[each] = whole.getInt16(2 * each, true) * about.scale;
    return {
      ...about, vectors, size: saved.start.models[place].dimensions,
      rows: new Map(about.words.map((word, row) => [word, row])),
    };
  });

  const known = (model, row) => ({
    word: model.words[row], row, count: model.counts ? model.counts[row] : null,
  });

  function rowOf(model, word) {
    const row = model.rows.get(model.folds ? word.toLowerCase() : word);
    if (row === undefined) {
      throw new Error(`'${word}' is not among the ${model.words.length.toLocaleString("en")} words of this page, which has the most frequent ones`);
    }
    return row;
  }

  function sumOf(model, terms) {
    const sum = new Float64Array(model.size);
    for (const [row, weight] of terms) {
      for (let each = 0; each < model.size; each++) sum[each] += weight * model.vectors[row * model.size + each];
    }
    return sum;
  }

  function unit(vector) {
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  }

  function dot(model, row, query) {
    let sum = 0;
    for (let each = 0, at = row * model.size; each < model.size; each++, at++) sum += model.vectors[at] * query[each];
    return sum;
  }

  function nearest(model, terms, topn) {
    const query = unit(sumOf(model, terms));
    const left = new Set(terms.map(([row]) => row));
    const best = [];
    for (let row = 0; row < model.words.length; row++) {
      if (left.has(row)) continue;
      const cosine = dot(model, row, query);
      if (best.length < topn || cosine > best.at(-1).cosine) {
        const place = best.findIndex((other) => cosine > other.cosine);
        best.splice(place < 0 ? best.length : place, 0, { row, cosine });
        best.length = Math.min(best.length, topn);
      }
    }
    return best.map(({ row, cosine }) => ({ ...known(model, row), cosine }));
  }

  function vectorOf(model, row) {
    return unit(Array.from(model.vectors.subarray(row * model.size, (row + 1) * model.size)));
  }

  function arrows(model, pairs) {
    if (pairs.length < 2) throw new Error("arrows need two pairs or more: man:woman king:queen");
    const rows = pairs.map((pair) => pair.map((word) => rowOf(model, word)));
    const [firsts, seconds] = [0, 1].map((end) => rows.map((pair) => vectorOf(model, pair[end])));
    const { starts, ends, cosines, share } = Explorer.pairArrows.project(firsts, seconds);
    return {
      kind: "pairs",
      asked: [...new Set(rows.flat())].map((row) => known(model, row)),
      pairs: rows.map(([first, second], each) => ({
        from: { ...known(model, first), place: starts[each] },
        to: { ...known(model, second), place: ends[each] },
        cosine: cosines[each],
      })),
      share,
    };
  }

  /** The words that are spelled so, `*` for any letters. */
  function spelling(model, pattern, topn) {
    if (pattern.replaceAll("*", "").length < 2) throw new Error(`'${pattern}' leaves too much open: write 2 letters`);
    const parts = (model.folds ? pattern.toLowerCase() : pattern).split("*");
    const sought = new RegExp(`^${parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(".*")}$`, "su");
    const rows = model.words.flatMap((word, row) => (sought.test(word) ? [row] : []));
    if (!rows.length) throw new Error(`no word of ${model.words.length} is spelled '${pattern}': leave more open`);
    const words = rows.slice(0, topn).map((row) => ({ ...known(model, row), cosine: null }));
    return { kind: "spelling", asked: [], words, total: rows.length };
  }

  /** How much nearer a word is to a second than a third to a fourth. */
  function difference(model, terms) {
    const rows = terms.map((word) => rowOf(model, word));
    const cosine = (one, other) => dot(model, other, unit(sumOf(model, [[one, 1]])));
    const value = cosine(rows[0], rows[1]) - cosine(rows[2], rows[3]);
    const word = `${terms[0]} ${terms[1]} - ${terms[2]} ${terms[3]}`;
    return { kind: "difference", asked: [...new Set(rows)].map((row) => known(model, row)), words: [{ word, cosine: value }] };
  }

  /** Answer a query as `glove_ada.explorer.queries` does. */
  function answer(model, query, topn) {
    const terms = query.split(/[ \t]+/).filter(Boolean);
    const rows = (words) => words.map((word) => rowOf(model, word));
    const made = (kind, asked, words) => ({ kind, asked: asked.map((row) => known(model, row)), words });
    const pairs = query.replace(/[ \t]*:[ \t]*/g, ":").split(/[ \t,]+/).filter(Boolean).map((term) => term.split(":"));
    const isKnown = terms.every((term) => model.rows.has(term));
    if (!isKnown && pairs.every((pair) => pair.length === 2 && pair[0] && pair[1])) return arrows(model, pairs);
    if (terms.length === 1 && !isKnown && query.includes("*")) return spelling(model, query, topn);
    if (terms.length === 5 && terms.indexOf("-") === 2 && terms.lastIndexOf("-") === 2 && !terms.includes("+")) {
      return difference(model, terms.filter((term) => term !== "-"));
    }
    if (terms.length > 1 && terms.some((term) => term.includes(","))) {
      const asked = rows(query.split(/[ \t,]+/).filter(Boolean));
      if (asked.length < 3) throw new Error("too few words to tell which does not fit: write three");
      const mean = unit(sumOf(model, asked.map((row) => [row, 1])));
      const words = asked.map((row) => ({ ...known(model, row), cosine: dot(model, row, mean) }));
      return made("odd one out", asked, words.sort((a, b) => a.cosine - b.cosine));
    }
    if (terms.length > 1 && (terms.includes("+") || terms.includes("-"))) {
      const signed = ["+", "-"].includes(terms[0]) ? terms : ["+", ...terms];
      const weights = [];
      for (let place = 0; place < signed.length; place += 2) {
        const [sign, word] = [signed[place], signed[place + 1]];
        if (!["+", "-"].includes(sign) || !word || ["+", "-"].includes(word)) {
          throw new Error("this is no sum: signs and words must take turns");
        }
        weights.push([rowOf(model, word), sign === "+" ? 1 : -1]);
      }
      return made("sum", weights.map(([row]) => row), nearest(model, weights, topn));
    }
    const asked = rows(terms);
    if (asked.length === 1) return made("nearest", asked, nearest(model, [[asked[0], 1]], topn));
    if (asked.length === 2) {
      const cosine = dot(model, asked[1], unit(sumOf(model, [[asked[0], 1]])));
      return made("similarity", asked, [{ ...known(model, asked[1]), cosine }]);
    }
    if (asked.length === 3) {
      const [a, b, c] = asked;
      return made("analogy", asked, nearest(model, [[b, 1], [c, 1], [a, -1]], topn));
    }
    throw new Error("this is no query: see what may be asked");
  }

  const questions = {
    start: () => saved.start,
    prepare_map: () => ({ state: "done", done: 1, note: "" }),
    map: ({ model, words, method }) => {
      const [x, y] = models[model].places[method].map((values) => values.slice(0, words));
      const counts = models[model].counts?.slice(0, words) ?? null;
      return { words: models[model].words.slice(0, words), rows: null, x, y, counts };
    },
    colours: ({ model, words, by }) => {
      const { names, part, absent } = models[model].colours[by];
      return { names, part: part.slice(0, words), absent };
    },
    complete: ({ beginning, count, model }) => {
      const low = beginning.toLowerCase();
      const found = [];
      for (let row = 0; row < models[model].words.length && found.length < count; row++) {
        if (models[model].words[row].toLowerCase().startsWith(low)) found.push(known(models[model], row));
      }
      return found;
    },
    ask: ({ query, topn }) => ({
      query,
      answers: models.map((model) => {
        try {
          return answer(model, query.trim(), topn);
        } catch (error) {
          const instead = query.replace(/[\u2212\u2013\u2014]/g, "-"); /* a minus as papers print it */
          return { error: error.message, instead: instead === query ? [] : [instead] };
        }
      }),
    }),
    compare: () => saved.compare,
    trainings: () => saved.trainings,
  };

  return { ask: async (name, question = {}) => questions[name](question), saved: true };
})();
