/* Rows of conditions: asked if all, or any, of these hold of earlier answers. */
(() => {
  "use strict";

  const kommed = window.kommedForms;
  const { make, say, iconButton, button, option, config } = kommed;

  const OPERATORS = {
    one: ["is", "is_not", "is_not_empty", "is_empty"],
    many: ["contains", "is_not", "is_not_empty", "is_empty"],
    country: ["is", "is_not", "is_not_empty", "is_empty"],
    tick: ["is"],
    text: ["is", "is_not", "contains", "is_not_empty", "is_empty"],
  };
  const WITHOUT_VALUE = ["is_empty", "is_not_empty"];

  /* What a condition may look at: { id, label, kind, values, settle }. */
  const fixedSources = () =>
    config.fixed
      .map(({ name, label, relation, only_if: onlyIf }) => {
        const values = kommed.inlineRows(relation).flatMap((row) => {
          const field = (part) => row.element.querySelector(`[name="${row.prefix}-${part}"]`);
          const chosen = !onlyIf || field(onlyIf)?.checked;
          const text = field("name")?.value.trim();
          return chosen && text ? [[field("row_key").value, text]] : [];
        });
        return { id: name, label, kind: "one", values, settle() {} };
      })
      .filter((source) => source.values.length);

  const sourceOf = (row) => {
    const kind = config.types[row.type]?.compared;
    if (!kind || !row.label) return null;
    const part = row.choices;
    let values = [];
    if (kind === "one" || kind === "many") {
      values = part ? part.value().map(({ key, label }) => [key, label]) : [];
      if (row.field("has_other")?.checked) values.push([config.other, say("other")]);
    } else if (kind === "country") values = config.countries;
    else if (kind === "tick") values = [[config.yes, say("ticked")], [config.no, say("notTicked")]];
    return { id: row.key, label: row.label, kind, values, settle: (key) => part?.settle(key) };
  };

  kommed.sourcesFor = (row) => {
    const rows = kommed.questionRows();
    const earlier = rows.slice(0, rows.findIndex((each) => each.element === row.element));
    return [...fixedSources(), ...earlier.map(sourceOf).filter(Boolean)];
  };

  class Conditions {
    constructor(root, row) {
      this.root = root;
      this.row = row;
      this.input = root.querySelector("textarea");
      this.locked = this.input.disabled;
      this.read(JSON.parse(this.input.value || "{}"));
      this.box = make("div", {
        role: "group",
        "aria-labelledby": kommed.labelId(this.input),
        "aria-describedby": this.input.getAttribute("aria-describedby"),
      });
      this.input.hidden = true;
      root.append(this.box);
    }

    read({ join = "all", rules = [] }) {
      this.join = join;
      this.rules = rules.map((rule) => ({ ...rule }));
      this.drawn = null;
    }

    fill(value) {
      this.read(value || {});
      this.write();
    }

    write() {
      this.input.value = JSON.stringify({ join: this.join, rules: this.rules.filter((rule) => rule.question) });
      kommed.changed(this.input);
    }

    /* In words, for the heading of the row. */
    words() {
      const sources = kommed.sourcesFor(this.row);
      const parts = this.rules
        .filter((rule) => rule.question)
        .map((rule) => {
          const source = sources.find((each) => each.id === rule.question);
          const name = source ? `“${source.label}”` : say("gone");
          const value = source?.values.find(([key]) => key === rule.value)?.[1] ?? (rule.value || "…");
          const operator = config.operators[rule.operator] || rule.operator;
          return WITHOUT_VALUE.includes(rule.operator) ? `${name} ${operator}` : `${name} ${operator} “${value}”`;
        });
      return parts.join(this.join === "any" ? say("or") : say("and"));
    }

    /* Draw again when what there is to look at has changed. */
    refresh() {
      const sources = kommed.sourcesFor(this.row);
      const now = JSON.stringify([sources, this.rules, this.join]);
      if (now === this.drawn) return;
      this.drawn = now;
      this.sources = sources;
      if (this.locked) {
        const words = this.words();
        this.box.replaceChildren(make("p", {}, words ? say("onlyIf", { conditions: words }) : say("askedAlways")));
        return;
      }
      const children = this.rules.map((rule, index) => this.drawRule(rule, index));
      if (this.rules.length > 1) children.unshift(this.drawJoin());
      if (sources.length) {
        children.push(button("plus-inverse", say("addCondition"), () => this.add(), { "data-add": true }));
      } else if (!this.rules.length) {
        children.push(make("p", { class: "kommed-hint" }, say("noEarlier")));
      }
      this.box.replaceChildren(...children);
    }

    drawJoin() {
      const select = make("select", {
        "aria-label": say("join"),
        onchange: (event) => {
          this.join = event.target.value;
          this.keepFocus(() => this.write(), "[data-join]");
        },
        "data-join": true,
      });
      select.append(...Object.entries(config.joins).map(([value, label]) => option(value, label, this.join)));
      return make("p", { class: "kommed-conditions__join" }, make("span", {}, say("askedIf")), select);
    }

    keepFocus(action, selector) {
      action();
      this.refresh();
      this.box.querySelector(selector)?.focus();
    }

    add() {
      const source = this.sources[this.sources.length - 1];
      this.rules.push(this.fresh(source));
      this.keepFocus(() => this.write(), `[data-rule="${this.rules.length - 1}"] select`);
    }

    fresh(source) {
      const rule = { question: source.id, operator: OPERATORS[source.kind][0], value: "" };
      if (source.kind === "tick") rule.value = config.yes;
      return rule;
    }

    drawRule(rule, index) {
      const source = this.sources.find((each) => each.id === rule.question);
      const at = (part) => `[data-rule="${index}"] [data-${part}]`;
      const question = make("select", {
        "aria-label": say("question"),
        "data-question": true,
        onchange: (event) => {
          const chosen = this.sources.find((each) => each.id === event.target.value);
          if (chosen) Object.assign(rule, this.fresh(chosen));
          this.keepFocus(() => this.write(), at("question"));
        },
      });
      if (!source) question.append(option(rule.question, say("gone"), rule.question));
      question.append(...this.sources.map((each) => option(each.id, each.label, rule.question)));
      const operators = [...(OPERATORS[source?.kind] || OPERATORS.text)];
      if (!operators.includes(rule.operator)) operators.push(rule.operator);
      const operator = make("select", {
        "aria-label": say("operator"),
        "data-operator": true,
        onchange: (event) => {
          rule.operator = event.target.value;
          if (WITHOUT_VALUE.includes(rule.operator)) rule.value = "";
          this.keepFocus(() => this.write(), at("operator"));
        },
      });
      operator.append(...operators.map((value) => option(value, config.operators[value] || value, rule.operator)));
      const value = WITHOUT_VALUE.includes(rule.operator) ? null : this.drawValue(rule, source);
      const remove = iconButton("bin", `${say("remove")} (${index + 1})`, () => {
        this.rules.splice(index, 1);
        this.keepFocus(() => this.write(), "[data-add]");
      });
      return make("div", { class: "kommed-conditions__rule", "data-rule": index }, question, operator, value, remove);
    }

    drawValue(rule, source) {
      if (!source || source.kind === "text") {
        return make("input", {
          type: "text",
          "aria-label": say("answer"),
          "data-value": true,
          maxlength: 255,
          value: rule.value,
          oninput: (event) => {
            rule.value = event.target.value;
            this.drawn = JSON.stringify([this.sources, this.rules, this.join]);
            this.write();
          },
          onkeydown: (event) => event.key === "Enter" && event.preventDefault(),
        });
      }
      const select = make("select", {
        "aria-label": say("answer"),
        "data-value": true,
        onchange: (event) => {
          rule.value = event.target.value;
          source.settle(rule.value);
          this.drawn = JSON.stringify([this.sources, this.rules, this.join]);
          this.write();
        },
      });
      const isThere = source.values.some(([key]) => key === rule.value);
      if (!isThere) select.append(option(rule.value, rule.value ? say("gone") : say("choose"), rule.value));
      select.append(...source.values.map(([key, label]) => option(key, label, rule.value)));
      return select;
    }
  }

  kommed.conditionsOf = (root, row) => {
    if (!root) return null;
    if (!kommed.parts.has(root)) kommed.parts.set(root, new Conditions(root, row));
    return kommed.parts.get(root);
  };
})();
