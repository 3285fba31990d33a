"use strict";
/* Small things that the parts of the page share: elements, words, figures, colours. */

const Explorer = {};

Explorer.words = (() => {
  const PALETTE = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
    "#8c564b", "#7f7fff", "#a6761d", "#66a61e", "#e7298a", "#17becf",
  ];
  const GREY = "#8a94a0";
  /* From rare to frequent: what is frequent stands out from the ground. */
  const RAMPS = { light: ["#cfd9e6", "#5b8fc7", "#08306b"], dark: ["#33435a", "#4d9bd6", "#ffe08a"] };

  /** Make an element; text is text, whatever is written in it. */
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  /** A word that can be asked for. */
  function wordButton(word, choose) {
    const button = element("button", { type: "button", class: "word", onclick: () => choose(word) });
    button.append(element("bdi", {}, word));
    return button;
  }

  const number = (value) => value.toLocaleString("en");

  /** How frequent a word is: its count, or else its place. */
  function frequency(known) {
    return known.count === null ? `rank ${number(known.row + 1)}` : `${number(known.count)}×`;
  }

  const colourOf = (part) => (part < 0 ? GREY : PALETTE[part % PALETTE.length]);
  const theme = () => document.documentElement.dataset.theme;
  const ramp = () => RAMPS[theme()];

  /** Say something in the line that screen readers read out. */
  function say(text, wrong = false) {
    const line = document.getElementById("status");
    line.textContent = text;
    line.classList.toggle("wrong", wrong);
  }

  return { element, wordButton, number, frequency, colourOf, theme, ramp, say, PALETTE };
})();
