"use strict";
/* The costs and scores of trainings by epoch, as they come. */

Explorer.training = (() => {
  const { element, PALETTE, say } = Explorer.words;
  const view = document.getElementById("training-view");
  const SECONDS = 2;
  let before = "";
  let running = false;

  /** Load plotly, which draws the curves, when it is first needed. */
  function plotly() {
    return new Promise((resolve, reject) => {
      if (window.Plotly) return resolve();
      const script = element("script", { src: "plotly.js" });
      script.onload = resolve;
      script.onerror = () => reject(new Error("the curves need plotly: pip install 'glove-ada[explore]'"));
      document.head.append(script);
      return undefined;
    });
  }

  function curves(title, runs, axis) {
    const lines = runs.filter((run) => run.y.length);
    if (!lines.length) return null;
    const box = element("div", { class: "curve", role: "img", "aria-label": `${title}, by epoch` });
    return { title, lines, axis, box };
  }

  async function plot({ lines, axis, box }) {
    const style = getComputedStyle(document.documentElement);
    const [ink, grid, ground] = ["--ink", "--line", "--ground"].map((name) => style.getPropertyValue(name).trim());
    const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const traces = lines.map((run, place) => ({
      type: "scatter", mode: "lines+markers", x: run.x, y: run.y, name: escaped(run.name),
      line: { color: PALETTE[place % PALETTE.length], dash: run.dash ?? "solid" }, marker: { size: 5 },
    }));
    const few = Math.max(...lines.flatMap((run) => run.x)) <= 10; /* else there are ticks between epochs */
    await window.Plotly.react(box, traces, {
      margin: { l: 60, r: 10, t: 10, b: 40 }, font: { color: ink }, showlegend: lines.length > 1,
      legend: { orientation: "h", y: 1.15 },
      xaxis: { title: { text: "epoch" }, gridcolor: grid, rangemode: "tozero", tickformat: "d", ...(few ? { dtick: 1 } : {}) },
      yaxis: { title: { text: axis }, gridcolor: grid, type: axis === "cost" ? "log" : "linear", minorloglabels: "complete" },
      paper_bgcolor: ground, plot_bgcolor: ground, /* of saved pictures, too */
    }, { responsive: true, displayModeBar: false });
  }

  const epochs = (values) => values.map((_, place) => place + 1);

  function table(trainings) {
    const last = (values) => (values.length ? values.at(-1) : null);
    const rows = trainings.map((each) => element("tr", {},
      element("td", {}, element("bdi", {}, each.name)),
      element("td", {}, each.error ?? each.state),
      element("td", { class: "number" }, each.costs ? `${each.costs.length} of ${each.epochs ?? "?"}` : ""),
      element("td", { class: "number" }, each.costs && last(each.costs) !== null ? last(each.costs).toPrecision(5) : ""),
      element("td", {}, ...(each.scores ?? []).map((score) =>
        element("div", {}, `${score.name} ${last(score.points)[1].toFixed(3)}`)))));
    return element("table", { class: "trainings" },
      element("thead", {}, element("tr", {}, ...["Training", "State", "Epochs", "Cost", "Scores"].map((name) =>
        element("th", { scope: "col", class: ["Epochs", "Cost"].includes(name) ? "number" : false }, name)))),
      element("tbody", {}, ...rows));
  }

  async function draw(trainings) {
    const known = trainings.filter((each) => each.costs);
    const parts = [
      curves("Cost of a nonzero", known.map((each) => ({ name: each.name, x: epochs(each.costs), y: each.costs })), "cost"),
      curves("Cost of a pair that never meets", known.map((each) =>
        ({ name: each.name, x: epochs(each.zero_costs), y: each.zero_costs })), "cost"),
      curves("Scores", known.flatMap((each) => each.scores.map((score) => ({
        name: known.length > 1 ? `${each.name}: ${score.name}` : score.name,
        x: score.points.map((point) => point[0]), y: score.points.map((point) => point[1]),
      }))), "score"),
    ].filter((part) => part !== null);
    view.replaceChildren(
      element("h2", {}, "Costs and scores by epoch"), element("div", { class: "scrolled" }, table(trainings)),
      ...parts.flatMap((part) => [element("h3", {}, part.title), part.box]));
    if (!parts.length) view.append(element("p", {}, "No epoch is done yet."));
    if (parts.length) await plotly();
    for (const part of parts) await plot(part);
  }

  /** Show the trainings, and again whenever there is something new. */
  async function show() {
    if (running) return;
    running = true;
    while (!view.hidden) {
      try {
        const trainings = await Explorer.asking.ask("trainings");
        const now = JSON.stringify(trainings) + Explorer.words.theme();
        if (now !== before) {
          before = now;
          await draw(trainings);
        }
      } catch (error) {
        say(error.message, true);
      }
      if (Explorer.asking.saved) break;
      await new Promise((resolve) => { setTimeout(resolve, 1000 * SECONDS); });
    }
    running = false;
  }

  /** Save each of the curves. */
  async function save(format) {
    for (const box of view.querySelectorAll(".curve.js-plotly-plot")) {
      const filename = box.getAttribute("aria-label").replace(/[^A-Za-z]+/g, "-");
      await window.Plotly.downloadImage(box, { format, filename, width: 900, height: 400, scale: 3 });
    }
  }

  return { show, save };
})();
