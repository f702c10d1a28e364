/* The board: what the mix would be, while somebody ticks. Without this there is a button that counts. */
(() => {
  "use strict";
  const board = document.querySelector("[data-km-board]");
  if (!board) return;
  const number = (text) => (text === "" || text === undefined ? null : Number(text));

  /** Seats that the ticked applications would take, by session and by session and audience. */
  function added() {
    const found = new Map();
    const add = (key, by) => found.set(key, (found.get(key) || 0) + by);
    let ticked = 0;
    for (const box of board.querySelectorAll("input[name=take]:checked")) {
      const { session, audience } = box.dataset;
      ticked += 1;
      add("", 1);
      add(session, 1);
      if (audience) add(`${session}/${audience}`, 1);
    }
    return { found, ticked };
  }

  function say(element, value) {
    if (!element) return false;
    element.hidden = value <= 0;
    element.querySelector("span").textContent = String(value);
    return value > 0;
  }

  function count() {
    const { found, ticked } = added();
    let isOver = false;
    for (const mix of board.querySelectorAll("[data-mix]")) {
      const { session } = mix.dataset;
      let stillKept = 0;
      let whole = null;
      for (const row of mix.querySelectorAll("[data-row]")) {
        const { audience, capacity, base, kept } = row.dataset;
        const then = Number(base) + (found.get(audience ? `${session}/${audience}` : session) || 0);
        const limit = number(capacity);
        row.querySelector("[data-then]").textContent = String(then);
        const over = limit === null ? 0 : then - limit;
        isOver = say(row.querySelector("[data-over]"), over) || isOver;
        if (row.hasAttribute("data-whole")) whole = { row, limit, then };
        else stillKept += Math.max(0, Number(kept) - then);
      }
      if (whole && whole.limit !== null) {
        const lacking = Math.min(stillKept, Math.max(0, stillKept - (whole.limit - whole.then)));
        isOver = say(whole.row.querySelector("[data-out-of-kept]"), lacking) || isOver;
      }
    }
    board.querySelector("[data-ticked]").textContent = String(ticked);
    board.querySelector("[data-any-over]").hidden = !isOver;
  }

  board.addEventListener("change", (event) => {
    if (event.target.name === "take") count();
  });
  board.querySelector("[data-count]").hidden = true;
  count();
})();
