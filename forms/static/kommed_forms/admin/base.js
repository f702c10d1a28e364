/* What the parts of the question editor share. */
(() => {
  "use strict";

  const holder = document.getElementById("kommed-authoring");
  const config = holder ? JSON.parse(holder.textContent) : { types: {}, words: {}, fixed: [] };
  const kommed = (window.kommedForms = { config, parts: new WeakMap() });

  kommed.say = (name, values = {}) =>
    (config.words[name] || name).replace(/%\((\w+)\)s/g, (_all, key) => values[key] ?? "");

  /* Make an element. Texts are set as text, never as HTML. */
  kommed.make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === false || value === null || value === undefined) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  kommed.icon = (name) => {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    picture.setAttribute("class", `icon icon-${name}`);
    picture.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", `#icon-${name}`);
    picture.append(use);
    return picture;
  };

  kommed.iconButton = (icon, label, action, attributes = {}) =>
    kommed.make(
      "button",
      { type: "button", class: "kommed-icon-button", "aria-label": label, title: label, onclick: action, ...attributes },
      kommed.icon(icon),
    );

  kommed.button = (icon, label, action, attributes = {}) =>
    kommed.make(
      "button",
      { type: "button", class: "button button-small button-secondary chooser__choose-button", onclick: action, ...attributes },
      kommed.icon(icon),
      label,
    );

  kommed.option = (value, label, chosen) => {
    const option = kommed.make("option", { value }, label);
    option.selected = value === chosen;
    return option;
  };

  /* Tell Wagtail (unsaved changes, autosave, preview) and our own parts that an input has changed. */
  kommed.changed = (input) => {
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  kommed.uuid = () => {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  /* The same keys as forms.validators.question_key and unique_key make on the server. */
  const LETTERS = { æ: "ae", ø: "oe", å: "aa", Æ: "Ae", Ø: "Oe", Å: "Aa", ß: "ss" };
  const LONGEST_KEY = 60;
  const LONGEST_MADE_KEY = 55;
  const bare = (text) => text.replace(/^_+|_+$/g, "");

  kommed.keyOf = (label) => {
    if (!label.trim()) return "";
    const folded = label.replace(/[æøåÆØÅß]/g, (letter) => LETTERS[letter]).normalize("NFKD");
    // eslint-disable-next-line no-control-regex
    const words = folded.replace(/[^\x00-\x7f]/g, "").toLowerCase().match(/[a-z0-9]+/g) || [];
    return bare(words.join("_").slice(0, LONGEST_KEY)) || "question";
  };

  kommed.uniqueKey = (label, taken) => {
    const key = bare(kommed.keyOf(label).slice(0, LONGEST_MADE_KEY));
    if (!taken.has(key)) return key;
    let number = 2;
    while (taken.has(`${key}_${number}`)) number += 1;
    return `${key}_${number}`;
  };

  kommed.labelId = (input) => {
    const label = input.id && document.getElementById(`${input.id}-label`);
    return label ? label.id : null;
  };
})();
