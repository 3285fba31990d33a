"use strict";
/* Questions to the server that this page came from. */

Explorer.asking = (() => {
  /** Ask; what is wrong comes back as an error with one sentence. */
  async function ask(name, question = {}) {
    let response;
    try {
      response = await fetch(`api/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(question),
      });
    } catch {
      throw new Error("the program that answers has ended: start it again");
    }
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  }

  return { ask, saved: false };
})();
