/* Rows of choices in place of a box of lines. */
(() => {
  "use strict";

  const kommed = window.kommedForms;
  const { make, say, iconButton, button, config } = kommed;

  class Choices {
    constructor(root) {
      this.root = root;
      this.input = root.querySelector("textarea");
      this.labelsOnly = root.hasAttribute("data-labels-only");
      const known = root.querySelector("input[type=hidden]").value;
      this.choices = JSON.parse(known || "[]").map((choice) => ({ ...choice, settled: true }));
      this.list = make("ol", { class: "kommed-choices__list" });
      this.limit = make("input", { type: "checkbox", onchange: () => this.toggleLimit() });
      this.limit.checked = this.choices.some((choice) => choice.places !== null);
      const described = this.input.getAttribute("aria-describedby");
      this.box = make(
        "div",
        { role: "group", "aria-labelledby": kommed.labelId(this.input), "aria-describedby": described },
        this.list,
      );
      if (!this.labelsOnly) {
        this.box.append(
          make(
            "div",
            { class: "kommed-choices__foot" },
            button("plus-inverse", say("addChoice"), () => this.add(this.choices.length)),
            make("label", { class: "kommed-choices__limit" }, this.limit, say("limitPlaces")),
          ),
          make("p", { class: "kommed-hint" }, say("pasteHelp")),
        );
      }
      this.input.hidden = true;
      root.append(this.box);
      this.draw();
    }

    /* What the choices are now: key, label and places, without those that have no label. */
    value() {
      const taken = new Set([config.other, ...this.choices.filter((c) => c.settled).map((c) => c.key)]);
      for (const choice of this.choices.filter((c) => !c.settled)) {
        choice.key = choice.label.trim() ? kommed.uniqueKey(choice.label, taken) : "";
        taken.add(choice.key);
      }
      return this.choices
        .filter((choice) => choice.label.trim())
        .map(({ key, label, places }) => ({ key, label: label.trim(), places }));
    }

    /* Something refers to the choice now, so its key stays whatever it is called later. */
    settle(key) {
      const choice = this.choices.find((each) => each.key === key);
      if (choice) choice.settled = true;
    }

    fill(choices) {
      this.choices = choices.map((choice) => ({ ...choice, settled: true }));
      this.limit.checked = choices.some((choice) => choice.places !== null);
      this.draw();
      this.write();
    }

    write() {
      this.input.value = JSON.stringify(this.value());
      this.choices.forEach((choice, index) => {
        const key = this.list.children[index]?.querySelector(".kommed-choices__key");
        if (key) key.textContent = choice.label.trim() ? say("key", { key: choice.key }) : "";
      });
      kommed.changed(this.input);
    }

    toggleLimit() {
      if (!this.limit.checked) this.choices.forEach((choice) => (choice.places = null));
      this.draw();
      this.write();
    }

    add(index, labels = [""]) {
      const added = labels.map((label) => ({ key: "", label, places: null, settled: false }));
      this.choices.splice(index, 0, ...added);
      this.draw();
      this.write();
      this.focus(index + added.length - 1);
    }

    remove(index) {
      this.choices.splice(index, 1);
      this.draw();
      this.write();
      if (this.choices.length) this.focus(Math.min(index, this.choices.length - 1));
      else this.box.querySelector(".kommed-choices__foot button").focus();
    }

    move(index, by, selector) {
      const other = index + by;
      if (other < 0 || other >= this.choices.length) return;
      const [choice] = this.choices.splice(index, 1);
      this.choices.splice(other, 0, choice);
      this.draw();
      this.write();
      const row = this.list.children[other];
      const target = row.querySelector(selector);
      if (target.disabled || selector === "input") this.focus(other);
      else target.focus();
    }

    focus(index) {
      const input = this.list.children[index]?.querySelector("input");
      input?.focus();
      input?.setSelectionRange(input.value.length, input.value.length);
    }

    draw() {
      this.value();
      this.list.replaceChildren(...this.choices.map((choice, index) => this.row(choice, index)));
    }

    row(choice, index) {
      const number = index + 1;
      const label = make("input", {
        type: "text",
        maxlength: 255,
        value: choice.label,
        class: "kommed-choices__label",
        "aria-label": say("choice", { number }),
        oninput: (event) => {
          choice.label = event.target.value;
          this.write();
        },
        onkeydown: (event) => this.typed(event, index),
        onpaste: (event) => this.pasted(event, choice, index),
      });
      const places = make("input", {
        type: "number",
        min: 0,
        value: choice.places ?? "",
        class: "kommed-choices__places",
        disabled: this.labelsOnly,
        placeholder: say("places"),
        "aria-label": say("placesOf", { choice: choice.label || number }),
        oninput: (event) => {
          choice.places = event.target.value === "" ? null : Math.max(0, Number(event.target.value));
          this.write();
        },
      });
      const key = make(
        "span",
        { class: "kommed-choices__key" },
        choice.label.trim() ? say("key", { key: choice.key }) : "",
      );
      const buttons = this.labelsOnly
        ? null
        : make(
            "span",
            { class: "kommed-choices__buttons" },
            iconButton("arrow-up", `${say("moveUp")} (${number})`, () => this.move(index, -1, "[data-up]"), {
              "data-up": true,
              disabled: index === 0,
            }),
            iconButton("arrow-down", `${say("moveDown")} (${number})`, () => this.move(index, 1, "[data-down]"), {
              "data-down": true,
              disabled: index === this.choices.length - 1,
            }),
            iconButton("bin", `${say("remove")} (${number})`, () => this.remove(index)),
          );
      return make("li", {}, label, this.limit.checked ? places : null, buttons, key);
    }

    typed(event, index) {
      if (event.key === "Enter") {
        event.preventDefault();
        if (!this.labelsOnly) this.add(index + 1);
      } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        event.preventDefault();
        if (!this.labelsOnly) this.move(index, event.key === "ArrowUp" ? -1 : 1, "input");
      } else if (event.key === "Backspace" && !event.target.value && this.choices.length > 1) {
        event.preventDefault();
        if (!this.labelsOnly) this.remove(index);
      }
    }

    pasted(event, choice, index) {
      const lines = event.clipboardData
        .getData("text")
        .split(/\r?\n/)
        .map((line) => line.replace(/^\s*[-*•]\s+/, "").trim())
        .filter(Boolean);
      if (lines.length < 2 || this.labelsOnly) return;
      event.preventDefault();
      if (!choice.label.trim()) choice.label = lines.shift();
      this.add(index + 1, lines);
    }
  }

  kommed.choicesOf = (root) => {
    if (!root) return null;
    if (!kommed.parts.has(root)) kommed.parts.set(root, new Choices(root));
    return kommed.parts.get(root);
  };
})();
