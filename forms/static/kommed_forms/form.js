/* What the page does besides what it does without a script: hides the questions that do not apply,
   counts characters, and takes two clicks for one. The server judges all of it; see
   forms/conditions.py, whose rules these are. */
(function () {
  "use strict";
  const RESTING = 10000; // milliseconds after which a form that got no answer may be sent again

  // Conditions

  function empty(answer) {
    return answer === undefined || answer === null || answer === false || answer.length === 0;
  }

  function parts(answer) {
    if (Array.isArray(answer)) return answer.map((part) => part.trim().toLowerCase());
    if (typeof answer === "boolean") return [answer ? "yes" : "no"];
    return answer === undefined || answer === null ? [] : [answer.trim().toLowerCase()];
  }

  function holds(rule, answers) {
    const answer = answers[rule.question];
    const wanted = (rule.value || "").trim().toLowerCase();
    switch (rule.operator) {
      case "always": return true;
      case "never": return false;
      case "is_empty": return empty(answer);
      case "is_not_empty": return !empty(answer);
      case "contains":
        return Array.isArray(answer) ? parts(answer).includes(wanted) : parts(answer).some((part) => part.includes(wanted));
      case "is_not": return !parts(answer).includes(wanted);
      default: return parts(answer).includes(wanted);
    }
  }

  function isAsked(question, answers) {
    if (!question.dataset.kmIf) return true;
    const conditions = JSON.parse(question.dataset.kmIf);
    const results = conditions.rules.map((rule) => holds(rule, answers));
    return conditions.join === "any" ? results.some(Boolean) : results.every(Boolean);
  }

  function number(text) {
    if (/^[+-]?[1-9]\d{0,2}([.,]\d{3})+$/.test(text.trim())) return null; // thousands, or decimals?
    const plain = text.includes(".") ? text : text.replaceAll(",", ".");
    const found = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(plain.trim());
    if (!found || !/\d/.test(plain)) return null; // the server will say that it is no number
    let digits = (found[2] || "0") + (found[3] ? "." + found[3] : "");
    if (/^[1-9]\d{0,2}\.\d{3}$/.test(digits)) digits += "0"; // as the server writes it
    return (found[1] === "-" ? "-" : "") + digits;
  }

  function answerTo(question) {
    const kind = question.dataset.kmAnswer;
    if (kind === "fixed") return "set"; // what it is, the server knows
    const inputs = Array.from(question.querySelectorAll("input, select, textarea"))
      .filter((input) => input.name === question.dataset.kmQuestion && !input.disabled);
    if (kind === "tick") return inputs.some((input) => input.checked);
    if (kind === "list") {
      return inputs.flatMap((input) => input.tagName === "SELECT"
        ? Array.from(input.selectedOptions, (option) => option.value)
        : (input.checked ? [input.value] : []));
    }
    const chosen = inputs.find((input) => input.type !== "radio" || input.checked);
    if (!chosen) return null;
    if (kind === "number") return number(chosen.value);
    return chosen.type === "file" ? chosen.value : chosen.value.trim();
  }

  function showWhatApplies(items) {
    const answers = Object.create(null);
    // In the order of the page: conditions look at earlier questions only.
    for (const question of items.querySelectorAll("[data-km-question]")) {
      const around = question.parentElement.closest("[data-km-question]");
      const asked = !(around && around.hidden) && isAsked(question, answers);
      question.hidden = !asked;
      if (asked && question.dataset.kmAnswer) answers[question.dataset.kmQuestion] = answerTo(question);
    }
  }

  function dropWords(items) {
    // The page shows what the words say.
    for (const words of items.querySelectorAll(".km-if")) {
      for (const described of items.querySelectorAll(`[aria-describedby~="${CSS.escape(words.id)}"]`)) {
        const others = described.getAttribute("aria-describedby").split(/\s+/).filter((id) => id !== words.id);
        if (others.length) described.setAttribute("aria-describedby", others.join(" "));
        else described.removeAttribute("aria-describedby");
      }
      words.remove();
    }
  }

  function watchConditions(items) {
    if (!items.querySelector("[data-km-if]")) return;
    dropWords(items);
    const update = () => showWhatApplies(items);
    items.addEventListener("input", update);
    items.addEventListener("change", update);
    window.addEventListener("pageshow", update); // the browser has put back what was typed
    update();
  }

  // Characters

  function countCharacters(words) {
    const input = words.parentElement.querySelector("input, textarea");
    const limit = Number(words.dataset.kmLimit);
    const seen = document.createElement("p");
    const heard = document.createElement("p");
    seen.className = words.className;
    seen.setAttribute("aria-hidden", "true");
    heard.className = "visually-hidden";
    heard.setAttribute("role", "status");
    words.classList.add("visually-hidden");
    words.after(seen, heard);
    let pause;
    const text = () => {
      const left = limit - Array.from(input.value.replaceAll("\r\n", "\n")).length;
      seen.classList.toggle("km-over", left < 0);
      return left < 0 ? `${words.dataset.kmOver} ${-left}` : `${words.dataset.kmLeft} ${left}`;
    };
    const show = () => { seen.textContent = text(); };
    input.addEventListener("input", () => {
      show();
      clearTimeout(pause);
      pause = setTimeout(() => { heard.textContent = text(); }, 1000); // not at every key
    });
    window.addEventListener("pageshow", show);
    show();
  }

  // Sending

  function sendOnce(form) {
    let waking;
    const buttons = () => form.querySelectorAll("button[type=submit]");
    const wake = () => {
      clearTimeout(waking);
      delete form.dataset.kmSent;
      buttons().forEach((button) => button.removeAttribute("aria-disabled"));
    };
    form.addEventListener("submit", (event) => {
      if (form.dataset.kmSent) {
        event.preventDefault();
        return;
      }
      form.dataset.kmSent = "yes";
      // Not disabled: the button that was pressed is part of what is sent.
      buttons().forEach((button) => button.setAttribute("aria-disabled", "true"));
      waking = setTimeout(wake, RESTING);
    });
    window.addEventListener("pageshow", wake);
  }

  // A number made up when the page is loaded: what is sent with it again is no second submission.
  const sending = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("-");

  function markSending(form) {
    if (form.elements.namedItem("form_sending")) return; // carried through a step in between
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = "form_sending";
    input.value = sending;
    form.append(input);
  }

  document.querySelectorAll("[data-km-items]").forEach(watchConditions);
  document.querySelectorAll("[data-km-limit]").forEach(countCharacters);
  document.querySelectorAll("form.km-form").forEach(sendOnce);
  document.querySelectorAll("form.km-form").forEach(markSending);
})();
