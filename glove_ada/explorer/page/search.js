"use strict";
/* The field for questions, with completion of the word that is being written. */

Explorer.search = (() => {
  const { element, frequency } = Explorer.words;
  const SEPARATORS = /[ \t,:]/;

  const field = document.getElementById("query");
  const list = document.getElementById("completions");
  let asked = 0;
  let active = -1;
  let submit = () => {};
  let modelOf = () => 0;

  /** Where the word begins that the cursor is in. */
  function beginning() {
    let place = field.selectionStart;
    while (place > 0 && !SEPARATORS.test(field.value[place - 1])) place -= 1;
    return place;
  }

  function close() {
    asked += 1;
    active = -1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  async function complete() {
    const mine = ++asked;
    const written = field.value.slice(beginning(), field.selectionStart);
    if (!written || written === "+" || written === "-") return close();
    let found;
    try {
      found = await Explorer.asking.ask("complete", { beginning: written, count: 10, model: modelOf() });
    } catch {
      return close();
    }
    if (mine !== asked) return undefined;
    if (!found.length || document.activeElement !== field) return close();
    active = -1;
    list.replaceChildren(...found.map((each, place) =>
      element(
        "li",
        { role: "option", id: `completion-${place}`, "aria-selected": "false", onmousedown: (event) => {
          event.preventDefault();
          take(each.word);
        } },
        element("bdi", {}, each.word), element("span", { class: "soft" }, frequency(each)))));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    return undefined;
  }

  /** Put a word in the place of the one that is being written; one that stands alone is asked for. */
  function take(word) {
    const first = beginning();
    const rest = field.value.slice(field.selectionStart);
    field.value = field.value.slice(0, first) + word + rest;
    field.setSelectionRange(first + word.length, first + word.length);
    close();
    if (field.value === word) submit(word);
  }

  function select(place) {
    const options = [...list.children];
    active = (place + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
    field.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    if (list.hidden) {
      if (event.key === "ArrowDown") complete();
      return;
    }
    if (event.key === "ArrowDown") select(active + 1);
    else if (event.key === "ArrowUp") select(active < 0 ? -1 : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Tab" && active < 0) return close();
    else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) {
      take(list.children[active].firstChild.textContent);
    } else return undefined;
    event.preventDefault();
    return undefined;
  }

  function start(onSubmit, model) {
    submit = onSubmit;
    modelOf = model;
    field.addEventListener("input", complete);
    field.addEventListener("keydown", onKey);
    field.addEventListener("blur", close);
    document.getElementById("search").addEventListener("submit", (event) => {
      event.preventDefault();
      close();
      if (field.value.trim()) submit(field.value.trim());
    });
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    });
  }

  return { start, set: (query) => { field.value = query; }, focus: () => field.focus() };
})();
