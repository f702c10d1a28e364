/* Shows three lines for people and adds one at a time. Without it all lines are there. */
(function () {
  "use strict";
  for (const list of document.querySelectorAll("[data-km-people]")) {
    const rows = Array.from(list.querySelectorAll("[data-km-person]"));
    const isUsed = (row) => row.classList.contains("km-invalid")
      || Array.from(row.querySelectorAll("input, select")).some((input) => input.value);
    const button = document.createElement("button");
    const tidy = () => {
      const last = rows.findLastIndex(isUsed);
      rows.forEach((row, number) => { row.hidden = row.hidden && number > last; });
      button.hidden = !rows.some((row) => row.hidden);
    };
    button.type = "button";
    button.className = "km-plain";
    button.textContent = list.dataset.kmAdd;
    button.addEventListener("click", () => {
      const next = rows.find((row) => row.hidden);
      if (!next) return;
      next.hidden = false;
      next.querySelector("input").focus();
      button.hidden = !rows.some((row) => row.hidden);
    });
    rows.forEach((row, number) => { row.hidden = number >= Number(list.dataset.kmPeople); });
    list.after(button);
    tidy();
    window.addEventListener("pageshow", tidy);
  }
})();
