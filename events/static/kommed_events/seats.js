/* Keeps the numbers of seats on the event page true while the form is in sight, and shows what holds
   for the audience that is chosen. Without it the numbers that came with the page stand. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-km-places]");
  if (!form) return;
  const PAUSE = 1000; // milliseconds between two looks
  const LONGEST_PAUSE = 60000; // when the site does not answer
  const QUIET = 15000; // milliseconds between two things said aloud
  let sessions = new Map();
  let pause = PAUSE;
  let timer = null;
  let inSight = !("IntersectionObserver" in window);
  let isAsking = false;
  let saidAt = 0;
  let lastSaid = "";

  const heard = document.createElement("p");
  heard.className = "visually-hidden";
  heard.setAttribute("role", "status");
  form.append(heard);

  const chosen = (name) => {
    const input = form.querySelector(`input[name="${name}"]:checked`);
    return input ? input.value : "";
  };
  const lineOf = (session, audience) => (audience && session.audiences[audience]) || session;

  function show() {
    const audience = chosen("audience");
    for (const place of document.querySelectorAll("[data-km-seats]")) {
      const session = sessions.get(place.dataset.kmSeats);
      if (!session) continue;
      const line = "kmBare" in place.dataset ? lineOf(session, audience) : session;
      const words = place.querySelector("span");
      if (words.textContent !== line.text) words.textContent = line.text;
      place.dataset.kmState = line.state;
      place.classList.toggle("km-few", line.state === "few");
      const meter = place.querySelector("meter");
      if (meter && session.capacity) {
        meter.max = session.capacity;
        meter.value = session.taken;
      }
    }
    for (const input of form.querySelectorAll('input[name="event_session"][type=radio]')) {
      const session = sessions.get(input.value);
      if (session) input.disabled = session.state === "closed";
    }
    hint(audience);
    trimSecondChoice();
  }

  function stateOf(key, audience) {
    const session = sessions.get(key);
    if (session) return lineOf(session, audience).state;
    const place = form.querySelector(`[data-km-seats="${CSS.escape(key)}"]`);
    return place ? place.dataset.kmState : "";
  }

  const takes = (state) => state !== "full" && state !== "closed";

  function hint(audience) {
    const mine = chosen("event_session");
    for (const words of form.querySelectorAll("[data-km-full]")) {
      const key = words.dataset.kmFull;
      const hide = key !== mine || stateOf(key, audience) !== "full";
      if (words.hidden !== hide) words.hidden = hide;
      const others = words.querySelector("[data-km-others]");
      let any = false;
      for (const other of words.querySelectorAll("[data-km-other]")) {
        other.hidden = !takes(stateOf(other.dataset.kmOther, audience));
        any = any || !other.hidden;
      }
      others.hidden = !any;
    }
  }

  function trimSecondChoice() {
    const list = form.querySelector("[data-km-second-choice] select");
    if (!list) return;
    const mine = chosen("event_session");
    for (const option of list.options) {
      if (!option.value) continue;
      const out = option.value === mine || stateOf(option.value, "") === "closed";
      option.hidden = option.disabled = out;
      if (out && option.selected) list.value = "";
    }
  }

  function say() {
    const mine = chosen("event_session");
    const session = sessions.get(mine);
    if (!session) return;
    const line = lineOf(session, chosen("audience"));
    const now = mine + line.state;
    if (lastSaid && lastSaid !== now && lastSaid.startsWith(mine) && Date.now() - saidAt > QUIET) {
      const name = form.querySelector('input[name="event_session"]:checked').closest("label").querySelector("b");
      heard.textContent = `${name ? name.textContent : ""}: ${line.text}`;
      saidAt = Date.now();
    }
    lastSaid = now;
  }

  async function look() {
    timer = null;
    if (isAsking) return;
    isAsking = true;
    try {
      const answer = await fetch(form.dataset.kmPlaces, { credentials: "omit", signal: AbortSignal.timeout(8000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      sessions = new Map(found.sessions.map((session) => [session.key, session]));
      pause = PAUSE;
      show();
      say();
    } catch {
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
    isAsking = false;
    plan(pause);
  }

  function plan(after) {
    clearTimeout(timer);
    timer = inSight && !document.hidden ? setTimeout(look, after) : null;
  }

  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  document.addEventListener("visibilitychange", () => plan(0));
  if (!inSight) {
    const seen = new Set();
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) seen.add(entry.target);
        else seen.delete(entry.target);
      }
      inSight = seen.size > 0;
      plan(0);
    });
    watch.observe(form);
    document.querySelectorAll("[data-km-seats]:not([data-km-bare])").forEach((place) => watch.observe(place));
  }
  show();
  plan(0);
})();
