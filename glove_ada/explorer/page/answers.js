"use strict";
/* The answers beside the map: a list for each model, arrows of pairs, how true the map is. */

Explorer.answers = (() => {
  const { element, wordButton, frequency, number } = Explorer.words;
  const SVG = "http://www.w3.org/2000/svg";
  const panel = document.getElementById("answers");

  const TITLES = {
    nearest: "Nearest words",
    similarity: "Cosine of the two words",
    analogy: "Analogy",
    sum: "Nearest to the sum",
    "odd one out": "The odd one out first",
    pairs: "Pairs as arrows",
    difference: "Difference of the two cosines",
    spelling: "Words that are spelled so",
  };

  /**
   * Show the answers to a query, and how true the map is; `acts`: choose(word), copy(text, what),
   * more() or null if there are no more words to be had, askSure() for standard errors; `sure` is what
   * has become of those, for each model.
   */
  function show(answer, models, shownModel, { choose, copy, more, sure, askSure }) {
    const parts = [element("h2", {}, element("bdi", {}, answer.query))];
    const lists = answer.answers.map((each, place) => {
      const others = answer.answers.filter((_, other) => other !== place).flatMap((other) => other.words ?? []);
      return one(each, models[place], models.length > 1 ? others.map((other) => other.word) : null, choose, sure[place], askSure);
    });
    const arePairs = answer.answers.some((each) => each.pairs);
    parts.push(element("div", { class: arePairs ? "models pictures" : "models" }, ...lists));
    if (anyAlone(lists)) parts.push(element("p", { class: "soft" }, "◆ in the list of this model only"));
    const told = truth(answer.answers[shownModel], models.length > 1 ? models[shownModel].name : null);
    if (told) parts.push(told);
    if (answer.answers.some((each) => each.words?.length || each.pairs)) {
      parts.push(element("div", { class: "tools" },
        more && answer.answers.some((each) => each.words?.length >= 10)
          ? element("button", { type: "button", id: "more", onclick: more }, "More words") : null,
        element("button", { type: "button", onclick: () => copy(asTable(answer, models, sure), "The list is") }, "Copy list"),
        arePairs ? element("button", { type: "button", onclick: saveArrows }, "Save arrows (SVG)") : null));
    }
    panel.replaceChildren(...parts);
  }

  /**
   * The words as a spreadsheet takes them: model, word, cosine, count where it is known (of pairs: model,
   * from, to, cosine), and where
   * that was asked for the standard error and the ends of the 95 % interval.
   */
  function asTable(answer, models, sure) {
    const ofPair = (name) => (pair) => [name, pair.from.word, pair.to.word, pair.cosine.toFixed(4)].join("\t");
    return answer.answers.flatMap((each, place) => each.pairs?.map(ofPair(models[place].name)) ?? (each.words ?? []).map((found) => {
      const known = sure[place]?.words?.find((other) => other.word === found.word);
      const errors = known ? [known.standard_error, known.low, known.high].map((value) => value?.toFixed(4) ?? "") : [];
      return [models[place].name, found.word, found.cosine?.toFixed(4) ?? "", found.count ?? "", ...errors].join("\t");
    })).join("\n");
  }

  const saveArrows = () => panel.querySelectorAll(".arrows").forEach((each) => Explorer.saving.drawing(each));

  const anyAlone = (boxes) => boxes.some((box) => box.querySelector(".alone"));

  const SURE = ["nearest", "similarity", "analogy", "sum", "difference"];
  const ALONE = ["similarity", "difference"]; /* answers of one cosine */

  /** The interval of a cosine that is asked for alone; those of a list are copied with it. */
  function intervalOf(answer, sure) {
    const [only] = sure.words ?? [];
    if (!ALONE.includes(answer.kind)) return "Copy list has the 95 % intervals, too.";
    if (!only || only.standard_error === null) return "The words are in too few documents to tell.";
    return `95 % interval: ${only.low.toFixed(3)} to ${only.high.toFixed(3)}.`;
  }

  /** A button that asks for standard errors, or what has become of that: state, words, note. */
  function sureness(answer, model, sure, ask) {
    if (!model.sure || !SURE.includes(answer.kind)) return null;
    if (!sure) return element("button", { type: "button", class: "sure", onclick: ask }, "How sure?");
    const told = {
      running: "Reading the text that the model was trained on …",
      failed: sure.note,
      done: `±: standard error, from the documents of the text. ${intervalOf(answer, sure)}`,
    };
    return element("p", { class: sure.state === "failed" ? "wrong" : "soft", "aria-live": "polite" }, told[sure.state]);
  }

  /** A cosine, with its standard error where that is known. */
  function figure(each, sure) {
    if (each.cosine === null) return element("span", { class: "figure" }, frequency(each));
    const known = sure?.words?.find((other) => other.word === each.word);
    const cosine = each.cosine.toFixed(3);
    if (!known) return element("span", { class: "figure" }, cosine);
    if (known.standard_error === null) return element("span", { class: "figure", title: "in too few documents to tell" }, `${cosine} ± ?`);
    const interval = `95 % interval ${known.low.toFixed(3)} to ${known.high.toFixed(3)}; in ${number(known.documents)} documents`;
    return element("span", { class: "figure", title: interval }, `${cosine} ± ${known.standard_error.toFixed(3)}`);
  }

  function one(answer, model, others, choose, sure, askSure) {
    const box = element("div", {});
    if (others) box.append(element("h3", {}, model.name));
    if (answer.error) {
      box.append(...[element("p", { class: "wrong" }, answer.error), instead(answer.instead, choose)].filter(Boolean));
      return box;
    }
    const listed = answer.total > answer.words?.length ? `: the ${number(answer.words.length)} most frequent of ${number(answer.total)}` : "";
    box.append(element("p", { class: "soft" }, TITLES[answer.kind] + listed));
    if (answer.kind === "pairs") box.append(...pairs(answer, choose, others ? 280 : 400));
    else box.append(list(answer, others, choose, sure));
    const told = sureness(answer, model, sure, askSure);
    if (told) box.append(told);
    if (answer.asked.length && answer.kind !== "pairs") {
      const asked = answer.asked.flatMap((each, place) =>
        [place ? ", " : "", element("bdi", {}, each.word), ` (${frequency(each)})`]);
      box.append(element("p", { class: "soft" }, "Asked for: ", ...asked));
    }
    return box;
  }

  function instead(queries, choose) {
    if (!queries?.length) return null;
    return element("p", { class: "instead" }, "Did you mean ",
      ...queries.flatMap((query, place) => [place ? " or " : "", wordButton(query, choose)]), "?");
  }

  function list(answer, others, choose, sure) {
    const made = element("ol", { class: "list" });
    for (const each of answer.words) {
      const alone = others && !ALONE.includes(answer.kind) && !others.includes(each.word);
      const share = element("span", { class: "share", "aria-hidden": "true" });
      share.style.width = `${Math.max(0, each.cosine) * 100}%`;
      made.append(element(
        "li", { class: alone ? "alone" : false, title: answer.kind === "difference" ? false : frequency(each) },
        share, wordButton(each.word, choose),
        alone ? element("span", { class: "soft", role: "img", "aria-label": "only here" }, "◆") : null,
        figure(each, sure)));
    }
    return made;
  }

  function truth(answer, name) {
    if (!answer || answer.kind !== "nearest" || !answer.asked.length) return null;
    const rows = answer.words.slice(0, 10).map((each) => each.row);
    if (!Explorer.map.isShown()) return null; /* it is still to come */
    const found = Explorer.map.fidelity(answer.asked[0].row, rows);
    const of = name ? ` of ${name}` : "";
    if (!found) return element("p", { id: "truth" }, `This word is not on the map${of}: show more words to see it.`);
    const beyond = found.all - found.on;
    return element("p", { id: "truth" },
      `The map${of} shows ${found.near} of its ${found.all} nearest words near it (among the ` +
      `${number(found.among)} nearest of ${number(found.shown)} points)` +
      `${beyond ? `; ${beyond} ${beyond === 1 ? "is" : "are"} beyond the words shown` : ""}.`);
  }

  /** Arrows in the plane of their differences, and how parallel each is to the others. */
  function pairs(answer, choose, width) {
    const rows = answer.pairs.map((pair) => element("li", {},
      wordButton(pair.from.word, choose), "→", wordButton(pair.to.word, choose),
      element("span", { class: "figure" }, pair.cosine.toFixed(3))));
    return [
      drawing(answer.pairs, width),
      element("p", { class: "soft" }, `Across: the main direction of the differences, which holds ` +
        `${Math.round(100 * answer.share)} % of their squares. Figures: the cosine of each difference ` +
        `with the sum of the others.`),
      element("ul", { class: "list" }, ...rows),
    ];
  }

  function svg(name, attributes, text = "") {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  }

  function drawing(pairList, width) {
    const [height, room] = [300, 30];
    const places = pairList.flatMap((pair) => [pair.from.place, pair.to.place]);
    const ends = [0, 1].map((axis) => places.map((place) => place[axis]))
      .map((values) => [Math.min(...values), Math.max(...values)]);
    const unit = Math.max((ends[0][1] - ends[0][0]) / (width - 4 * room), (ends[1][1] - ends[1][0]) / (height - 2 * room)) || 1;
    const at = ([x, y]) => [
      width / 2 + (x - (ends[0][0] + ends[0][1]) / 2) / unit,
      height / 2 - (y - (ends[1][0] + ends[1][1]) / 2) / unit,
    ];
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "arrows", role: "img" });
    picture.append(svg("title", {}, `Arrows: ${pairList.map((pair) => `${pair.from.word} to ${pair.to.word}`).join(", ")}`));
    const marker = svg("marker", { id: "head", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" });
    marker.append(svg("path", { d: "M0 0 L8 4 L0 8 z", class: "head" }));
    picture.append(marker);
    for (const pair of pairList) {
      const [from, to] = [at(pair.from.place), at(pair.to.place)];
      picture.append(svg("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], "marker-end": "url(#head)" }));
    }
    const measure = (text) => text.length * 7;
    const dots = pairList.flatMap((pair) => [[pair.from, "from"], [pair.to, "to"]]);
    const labels = dots.map(([end]) => ({ text: end.word, x: at(end.place)[0], y: at(end.place)[1], force: true }));
    for (const [end, kind] of dots) {
      const [x, y] = at(end.place);
      picture.append(svg("circle", { cx: x, cy: y, r: 4, class: kind }));
    }
    for (const label of Explorer.labels.place(labels, width, height, measure, 13, 0)) {
      picture.append(svg("text", { x: label.left, y: label.baseline }, label.text));
    }
    return picture;
  }

  function welcome(models) {
    const told = models.map((model) => element("li", {}, element("bdi", {}, model.name),
      `: ${number(model.words)} words${model.of ? ` (the most frequent of ${number(model.of)})` : ""}, ` +
      `${number(model.dimensions)} dimensions`));
    panel.replaceChildren(
      element("h2", {}, "Ask, or click on a point"),
      element("ul", {}, ...told),
      element("p", { class: "soft" }, "Answers come from all words, not from the map, which can only show a ",
        "little of so many dimensions. The / key leads to the field."));
  }

  return { show, welcome };
})();
