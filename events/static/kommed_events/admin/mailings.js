/* Writing to many: the count while somebody chooses, placeholders by a click, and the numbers while
   mails leave. Each works without this, by a button, by typing, and by a link. */
(() => {
  "use strict";
  const PAUSE = 400; // milliseconds after the last tick
  const BETWEEN_LOOKS = 3000; // milliseconds
  const LONGEST = 60000; // when the site does not answer

  /** Fetch a page and return it as a document; null when it is not what was asked for. */
  async function page(url, signal) {
    try {
      const answer = await fetch(url, { signal, credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return null;
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return null;
    }
  }

  /** Put in what is new, and leave alone what is the same, so that nothing is said twice. */
  function renew(found, selector) {
    const here = document.querySelector(selector);
    const there = found.querySelector(selector);
    if (!here || !there) return false;
    if (here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
    return true;
  }

  function countWhileChoosing(form) {
    let timer = null;
    let asking = null;
    async function look() {
      if (asking) asking.abort();
      asking = new AbortController();
      const data = new FormData(form);
      data.delete("csrfmiddlewaretoken");
      const found = await page(`${location.pathname}?${new URLSearchParams(data)}`, asking.signal);
      if (!found) return;
      renew(found, "[data-km-number]");
      renew(found, "[data-km-who]");
    }
    form.addEventListener("change", () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    });
  }

  function insertByClick(list) {
    let field = null;
    document.addEventListener("focusin", (event) => {
      if (event.target.matches("[data-km-words]")) field = event.target;
    });
    for (const code of list.querySelectorAll("[data-km-insert]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = code.textContent;
      button.addEventListener("click", () => {
        const target = field || document.querySelector("textarea[data-km-words]");
        if (!target) return;
        target.setRangeText(button.textContent, target.selectionStart, target.selectionEnd, "end");
        target.focus();
        target.dispatchEvent(new Event("input", { bubbles: true }));
      });
      code.replaceWith(button);
    }
  }

  function watch(place) {
    let pause = BETWEEN_LOOKS;
    async function look() {
      if (document.hidden) return again();
      const found = await page(location.href);
      if (!found || !renew(found, "[data-km-progress]")) {
        pause = Math.min(pause * 2, LONGEST);
        return again();
      }
      pause = BETWEEN_LOOKS;
      renew(found, "[data-km-troubles]");
      const isUnderWay = found.querySelector("[data-km-under-way]") !== null;
      if (!isUnderWay) return place.removeAttribute("data-km-under-way");
      return again();
    }
    function again() {
      setTimeout(look, pause);
    }
    again();
  }

  const form = document.querySelector("[data-km-choose]");
  if (form) countWhileChoosing(form);
  const list = document.querySelector("[data-km-placeholders]");
  if (list) insertByClick(list);
  const place = document.querySelector("[data-km-under-way]");
  if (place) watch(place);
})();
