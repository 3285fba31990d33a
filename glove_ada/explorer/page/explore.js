"use strict";
/* The page as a whole: what is shown is what its address says. */

(() => {
  const { element, number, say } = Explorer.words;
  const id = (name) => document.getElementById(name);
  const DEFAULTS = { view: "map", ask: "", map: "pca", words: 0, colour: "frequency", model: 0, top: 10, sure: 0, at: "" };
  const MORE = 100;
  const ANSWER_HEIGHT = 200; /* pixels of an answer that are to be seen without scrolling */
  const LATE = 200; /* milliseconds after which an answer is said to be on its way */
  const SIZES = [10000, 20000, 50000, 100000];
  const NOTATION = [
    ["frog", "the nearest words"],
    ["cat dog", "the cosine of two words"],
    ["king - man + woman", "the words nearest to a sum"],
    ["paris france tokyo", "an analogy: paris is to france as tokyo is to what?"],
    ["cat, dog, horse, paris", "the word that does not fit, then the others"],
    ["man:woman king:queen", "pairs as arrows"],
    ["cat dog - cat fish", "how much nearer cat is to dog than to fish"],
    ["*ness", "the words that end so; un*, un*able"],
  ];

  let start = null;
  let state = { ...DEFAULTS };
  let shown = {}; /* what of the state the page shows already */
  let answer = null;
  const scrolled = {}; /* how far down each view was when it was left */
  let viewSeen = "";
  let sure = []; /* what is known of standard errors, for each model */

  /* A word may hold bytes that are no UTF-8; JSON's escapes carry them, a bare address cannot. */
  const written = (text) => encodeURIComponent(JSON.stringify(text).slice(1, -1)).replaceAll("%20", "+");

  function unwritten(text) {
    try {
      const plain = decodeURIComponent(text.replaceAll("+", "%20"));
      try {
        return JSON.parse(`"${plain}"`);
      } catch {
        return plain;
      }
    } catch {
      return text;
    }
  }

  function readAddress() {
    const read = { ...DEFAULTS, words: start.shown, view: start.models.length ? "map" : "training" };
    for (const part of location.hash.slice(1).split("&")) {
      const [key, ...rest] = part.split("=");
      if (!(key in DEFAULTS)) continue;
      const value = unwritten(rest.join("="));
      read[key] = typeof DEFAULTS[key] === "number" ? Number.parseInt(value, 10) : value;
    }
    if (!(read.words >= 3)) read.words = start.shown;
    if (!(read.top >= 1)) read.top = DEFAULTS.top;
    if (read.sure !== 1) read.sure = DEFAULTS.sure;
    if (!start.models[read.model]) read.model = 0;
    if (!start.methods.some((method) => method.name === read.map)) read.map = "pca";
    if (!["frequency", "cluster", "group"].includes(read.colour)) read.colour = "frequency";
    return read;
  }

  function address() {
    const parts = Object.entries(state)
      .filter(([key, value]) => value !== DEFAULTS[key] && !(key === "words" && value === start.shown))
      .map(([key, value]) => `${key}=${written(String(value))}`);
    return `#${parts.join("&")}`;
  }

  /** Change the state, and with it the address and the page. */
  function go(change, { replace = false } = {}) {
    scrolled[state.view] = window.scrollY;
    state = { ...state, ...change };
    history[replace ? "replaceState" : "pushState"](null, "", address());
    update();
  }

  const choose = (word) => {
    Explorer.search.set(word);
    go({ view: "map", ask: word, top: DEFAULTS.top, sure: DEFAULTS.sure });
  };

  /** Choose where the answers may be out of sight. */
  function chooseAndLook(word) {
    choose(word);
    const { top } = id("answers").getBoundingClientRect();
    if (top < 0 || top > window.innerHeight - ANSWER_HEIGHT) id("answers").scrollIntoView();
  }

  let settled = 0;
  function moved(view) {
    clearTimeout(settled);
    settled = setTimeout(() => {
      state.at = view.map((value) => Number(value.toPrecision(5))).join(",");
      history.replaceState(null, "", address());
    }, 250);
  }

  /** Bring the page to what the state says; what is shown already stays. */
  async function update() {
    const now = { ...state };
    const isNew = (...keys) => keys.some((key) => shown[key] !== now[key]);
    const newMap = isNew("map", "words", "model");
    const newColour = newMap || isNew("colour");
    const newAnswer = isNew("ask", "top");
    const newSure = newAnswer || isNew("sure");
    shown = now;
    showView(now);
    fillSettings(now);
    if (now.view === "comparison") Explorer.comparison.show(start.models, { choose: chooseAndLook, copy });
    if (now.view === "training") Explorer.training.show();
    if (!start.models.length || now.view !== "map") {
      if (newMap || newAnswer || newColour) shown = { ...now, map: null, ask: null };
      return;
    }
    try {
      if (newAnswer) {
        Explorer.search.set(now.ask);
        answer = null;
        if (now.ask) await ask(now.ask);
        else Explorer.answers.welcome(start.models);
        if (!newMap) mark(now);
        else Explorer.map.mark([], []);
      }
      if (newColour) await showMap(now, newMap);
      if (newColour && state.ask === now.ask) mark(now);
      if (newSure) await askSure(now);
    } catch (error) {
      say(error.message, true);
    }
  }

  async function ask(query) {
    const late = setTimeout(() => say(`Looking for ${query} …`), LATE);
    let found;
    try {
      found = await Explorer.asking.ask("ask", { query, topn: state.top });
    } finally {
      clearTimeout(late);
    }
    if (query !== state.ask) return;
    answer = found;
    sure = [];
    show();
    const failed = found.answers.every((each) => each.error);
    say(failed ? found.answers[0].error : "", failed);
  }

  function show() {
    const more = state.top < MORE ? () => go({ top: MORE }) : null;
    const actions = { choose, more, copy, sure, askSure: () => go({ sure: 1 }) };
    Explorer.answers.show(answer, start.models, state.model, actions);
  }

  /** Ask for standard errors, model by model, and wait for them. */
  async function askSure(now) {
    if (!now.sure || !answer) return;
    const isAsked = () => state.sure && state.ask === now.ask && state.top === now.top;
    for (let model = 0; model < start.models.length; model++) {
      if (!start.models[model].sure || answer.answers[model].error) continue;
      do {
        if (sure[model]) await new Promise((resolve) => { setTimeout(resolve, 500); });
        if (!isAsked()) return;
        const found = await Explorer.asking.ask("sure", { query: now.ask, model, topn: now.top });
        if (!isAsked()) return;
        const isNew = found.state !== sure[model]?.state;
        sure[model] = found;
        if (isNew) show();
      } while (sure[model].state === "running");
    }
  }

  function mark(now) {
    const own = answer?.answers[now.model];
    if (!own || own.error) {
      Explorer.map.mark([], []);
      return;
    }
    const rows = (list) => list.map((each) => each.row);
    const arrows = (own.pairs ?? []).map((pair) => [pair.from.row, pair.to.row]);
    const words = ["odd one out", "difference"].includes(own.kind) ? [] : rows(own.words ?? []);
    const found = own.kind === "spelling" ? words : words.slice(0, DEFAULTS.top);
    Explorer.map.mark(rows(own.asked), found, arrows);
    show(); /* how true the map is about the word is known now */
    if (!now.at) Explorer.map.reveal();
  }

  async function showMap(now, newMap) {
    const late = setTimeout(() => say("Drawing the map …"), LATE);
    try {
      await fetchMap(now, newMap);
      if (id("status").textContent === "Drawing the map …") say("");
    } finally {
      clearTimeout(late);
    }
  }

  async function fetchMap(now, newMap) {
    const about = { model: now.model, words: now.words };
    if (newMap && !(await prepared({ ...about, method: now.map }))) return;
    const [map, colours] = await Promise.all([
      newMap ? Explorer.asking.ask("map", { ...about, method: now.map }) : null,
      now.colour === "frequency" ? { part: null, names: [] } : Explorer.asking.ask("colours", { ...about, by: now.colour }),
    ]);
    if (JSON.stringify(now) !== JSON.stringify({ ...state, at: now.at, ask: now.ask })) return;
    if (!map) {
      Explorer.map.colour(colours);
      return;
    }
    const at = now.at.split(",").map(Number);
    Explorer.map.show(map, colours, at.length === 4 && at.every(Number.isFinite) ? at : null);
    document.documentElement.dataset.ready = "map";
  }

  /** Wait until a map that takes long is there, and show how far it is. */
  async function prepared(about) {
    const box = id("progress");
    try {
      for (;;) {
        const found = await Explorer.asking.ask("prepare_map", about);
        if (found.note && found.state === "done") say(found.note);
        if (found.state === "failed") throw new Error(found.note);
        if (found.state === "done") return true;
        if (about.method !== state.map || about.words !== state.words || about.model !== state.model) return false;
        box.hidden = false;
        const title = start.methods.find((method) => method.name === about.method).title;
        box.firstElementChild.textContent = `${title}: ${found.note} (the picture before stays until it is done)`;
        id("bar").value = found.done;
        await new Promise((resolve) => { setTimeout(resolve, 500); });
      }
    } finally {
      box.hidden = true;
    }
  }

  function showView(now) {
    id("words-view").hidden = now.view !== "map" || !start.models.length;
    id("comparison-view").hidden = now.view !== "comparison";
    id("training-view").hidden = now.view !== "training";
    for (const button of id("views").children) {
      if (button.dataset.view === now.view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    for (const name of ["png", "svg"]) id(name).hidden = now.view === "comparison";
    if (now.view !== viewSeen) window.scrollTo(0, scrolled[now.view] ?? 0);
    viewSeen = now.view;
  }

  function fill(select, options, value) {
    select.replaceChildren(...options.map(([name, title, missing]) =>
      element("option", { value: name, disabled: Boolean(missing), selected: String(name) === String(value) },
        missing ? `${title} (pip install '${missing}')` : title)));
  }

  function fillSettings(now) {
    if (!start.models.length) return;
    fill(id("method"), start.methods.map((method) => [method.name, method.title, method.missing]), now.map);
    const all = start.models[now.model].words;
    const sizes = [...new Set([...SIZES, now.words].filter((size) => size < all))].sort((a, b) => a - b);
    fill(id("shown"), [...sizes.map((size) => [size, number(size)]), [all, `all ${number(all)}`]], Math.min(now.words, all));
    fill(id("colour"), [["frequency", "frequency"], ["cluster", "cluster"], ...(start.groups ? [["group", "group"]] : [])], now.colour);
    fill(id("model"), start.models.map((model, place) => [place, model.name]), now.model);
    id("which").hidden = start.models.length < 2;
    document.querySelector(".columns").classList.toggle("two", start.models.length > 1);
  }

  function setTheme(name) {
    document.documentElement.dataset.theme = name;
    id("theme").textContent = name === "dark" ? "Light" : "Dark";
  }

  async function copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
      say(`${what} copied.`);
    } catch {
      say(`This browser does not let a page copy: ${text}`);
    }
  }

  function listen() {
    id("method").onchange = (event) => go({ map: event.target.value, at: "" });
    id("shown").onchange = (event) => go({ words: Number(event.target.value), at: "" });
    id("colour").onchange = (event) => go({ colour: event.target.value });
    id("model").onchange = (event) => go({ model: Number(event.target.value), at: "" });
    id("settings").onsubmit = (event) => event.preventDefault();
    id("copy").onclick = () => copy(location.href, "The address is");
    for (const format of ["png", "svg"]) id(format).onclick = () => Explorer[state.view === "map" ? "map" : "training"].save(format);
    id("theme").onclick = () => {
      setTheme(Explorer.words.theme() === "dark" ? "light" : "dark");
      Explorer.map.colour();
      if (state.view === "training") Explorer.training.show();
    };
    window.addEventListener("popstate", () => {
      state = readAddress();
      update();
    });
    Explorer.map.start(choose, moved);
    Explorer.search.start(chooseAndLook, () => state.model);
    id("notation").querySelector("dl").replaceChildren(...NOTATION.flatMap(([example, meaning]) => [
      element("dt", {}, Explorer.words.wordButton(example, choose)), element("dd", {}, meaning)]));
  }

  function showViews() {
    const views = [
      ...(start.models.length ? [["map", "Map"]] : []),
      ...(start.models.length === 2 ? [["comparison", "Compare"]] : []),
      ...(start.trainings ? [["training", "Trainings"]] : []),
    ];
    id("views").replaceChildren(...views.map(([name, title]) =>
      element("button", { type: "button", "data-view": name, onclick: () => go({ view: name }) }, title)));
    id("views").hidden = views.length < 2;
    const names = start.models.map((model) => model.name).join(" and ");
    id("title").textContent = names || "Trainings";
    document.title = names || "Trainings";
  }

  async function begin() {
    setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    start = await Explorer.asking.ask("start");
    showViews();
    listen();
    state = readAddress();
    await update();
  }

  begin().catch((error) => say(error.message, true));
})();
