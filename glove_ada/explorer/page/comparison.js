"use strict";
/* Two models: words whose neighbours differ most, and words that one of them lacks. */

Explorer.comparison = (() => {
  const { element, wordButton, frequency, say } = Explorer.words;
  const view = document.getElementById("comparison-view");
  const NAMED = 6;
  let shown = false;

  function words(list, choose) {
    return list.slice(0, NAMED).flatMap((word, place) => [place ? ", " : "", wordButton(word, choose)]);
  }

  function changedTable(changed, models, choose) {
    const head = element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, "Word"),
      element("th", { scope: "col", class: "number" }, "Alike"),
      element("th", { scope: "col", class: "number" }, "Shared of 10"),
      element("th", { scope: "col" }, `Near only in ${models[0].name}`),
      element("th", { scope: "col" }, `Near only in ${models[1].name}`)));
    const body = element("tbody", {}, ...changed.map((each) => element("tr", {},
      element("td", {}, wordButton(each.word, choose)),
      element("td", { class: "number", "data-label": "Alike" }, each.likeness.toFixed(3)),
      element("td", { class: "number", "data-label": "Shared of 10" }, String(each.shared)),
      element("td", { "data-label": models[0].name }, ...words(each.first, choose)),
      element("td", { "data-label": models[1].name }, ...words(each.second, choose)))));
    return element("table", { class: "wide", id: "changed" }, head, body);
  }

  function onlyList(list, model, choose) {
    return element("div", {},
      element("h3", {}, `Only in ${model.name}`),
      list.length
        ? element("ul", { class: "list" }, ...list.map((each) => element("li", {},
          wordButton(each.word, choose), element("span", { class: "figure" }, frequency(each)))))
        : element("p", { class: "soft" }, "none"));
  }

  /** What a spreadsheet takes: word, alike, shared, the neighbours only here and only there. */
  const asTable = (changed) => changed.map((each) =>
    [each.word, each.likeness.toFixed(4), each.shared, each.first.join(" "), each.second.join(" ")].join("\t")).join("\n");

  /** Show the comparison; ask again until it is done; `acts`: choose(word), copy(text, what). */
  async function show(models, { choose, copy }) {
    if (shown) return;
    shown = true;
    for (;;) {
      let found;
      try {
        found = await Explorer.asking.ask("compare", { count: 100 });
      } catch (error) {
        shown = false;
        say(error.message, true);
        return;
      }
      if (found.done) {
        view.replaceChildren(
          element("h2", {}, "Words whose neighbours differ most"),
          element("p", { class: "soft" }, "Among the 3,000 most frequent words that both models know. Alike: the ",
            "cosine of a word's cosines in the two models, over the ten nearest words of either ",
            "(Hamilton, Leskovec and Jurafsky 2016). Differences of this kind come from chance, too: compare ",
            "two trainings that differ in the seed alone to see how much."),
          ...(found.changed.length ? [
            element("button", { type: "button", onclick: () => copy(asTable(found.changed), "The list is") }, "Copy list"),
            changedTable(found.changed, models, choose),
          ] : [element("p", {}, "The models have too few words in common.")]),
          element("h2", {}, "Words that one model lacks"),
          element("div", { class: "pair" }, ...found.only.map((list, place) => onlyList(list, models[place], choose))));
        say("");
        return;
      }
      view.replaceChildren(element("p", {}, "Comparing neighbours ",
        element("progress", { max: "1", value: String(found.share), "aria-label": "Comparing" })));
      await new Promise((resolve) => { setTimeout(resolve, 400); });
    }
  }

  return { show };
})();
