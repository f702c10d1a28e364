/* The row of a question: its type, the settings of that type, its heading, its copy. */
(() => {
  "use strict";

  const kommed = window.kommedForms;
  const { make, say, config, iconButton } = kommed;
  const relation = config.relation;
  const formsOf = (name) => document.getElementById(`id_${name}-FORMS`);
  const container = relation ? formsOf(relation) : null;
  const rows = new WeakMap();

  /* The rows of an inline panel, in the order they stand in, without those marked for deletion. */
  kommed.inlineRows = (name) =>
    [...(formsOf(name)?.children || [])]
      .filter((element) => element.hasAttribute("data-inline-panel-child") && !element.classList.contains("deleted"))
      .map((element) => ({ element, prefix: element.id.replace("inline_child_", "") }));

  kommed.questionRows = () => kommed.inlineRows(relation).map(({ element }) => setUp(element));

  class Row {
    constructor(element, prefix) {
      this.element = element;
      this.prefix = prefix;
      this.panel = element.querySelector(".w-panel");
      this.choices = kommed.choicesOf(element.querySelector("[data-kommed-choices]"));
      this.conditions = kommed.conditionsOf(element.querySelector("[data-kommed-conditions]"), this);
      this.settings = [...element.querySelectorAll(".kommed-setting")].map((panel) => [
        panel,
        [...panel.classList].find((name) => name.startsWith("kommed-setting--")).slice("kommed-setting--".length),
      ]);
      this.failed = new Set(
        this.settings.filter(([panel]) => panel.querySelector("[aria-invalid=true], .error-message, .w-field--error")),
      );
      this.field("privacy_class")?.addEventListener("change", () => this.classChanged());
      for (const fold of element.querySelectorAll("[data-kommed-fold]")) {
        const target = fold.querySelector("[data-kommed-fold-set]");
        fold.addEventListener("toggle", () => (target.hidden = fold.open));
      }
    }

    field(name) {
      const full = this.prefix ? `${this.prefix}-${name}` : name;
      return this.element.querySelector(`[name="${full}"]`);
    }

    get key() {
      return this.field("row_key").value;
    }

    get label() {
      return this.field("label").value.trim();
    }

    get type() {
      return this.field("field_type").value;
    }

    /* Open the row and go to its label. */
    open() {
      const toggle = this.panel.querySelector("[data-panel-toggle]");
      if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
      this.panel.scrollIntoView({ block: "start" });
      this.field("label").focus();
    }

    /* A special category may not be required, and is kept for a short time. */
    classChanged() {
      const days = this.field("keep_days");
      const special = this.field("privacy_class").value === config.special;
      if (special && this.field("required").checked && !this.field("required").disabled) {
        this.field("required").click();
      }
      if (special && days.value === String(config.keepDays)) days.value = config.keepDaysSpecial;
      else if (!special && days.value === String(config.keepDaysSpecial)) days.value = config.keepDays;
      if (special) this.field("special_basis").closest("details").open = true;
    }

    showSettings() {
      const known = config.types[this.type];
      const special = this.field("privacy_class")?.value === config.special;
      for (const setting of this.settings) {
        const [panel, name] = setting;
        const shows = !known || known.shows.includes(name);
        const wanted = shows && (name !== "special_basis" || special);
        panel.hidden = !wanted && !this.failed.has(setting);
      }
      for (const group of this.element.querySelectorAll(".w-field-row, [data-kommed-fold]")) {
        const wrapper = group.closest(".w-panel__wrapper");
        if (wrapper) wrapper.hidden = !this.settings.some(([panel]) => group.contains(panel) && !panel.hidden);
      }
    }

    /* Say beside each folded group what has been set in it. */
    showFolded() {
      for (const fold of this.element.querySelectorAll("[data-kommed-fold]")) {
        const said = this.settings
          .filter(([panel, name]) => fold.contains(panel) && !panel.hidden && !["legal_basis", "keep_days"].includes(name))
          .map(([, name]) => this.field(name))
          .filter((field) => field?.value && !(field.name.endsWith("privacy_class") && field.selectedIndex === 0))
          .map((field) => (field.tagName === "SELECT" ? field.selectedOptions[0].textContent : field.value));
        const target = fold.querySelector("[data-kommed-fold-set]");
        target.textContent = said.join(" · ");
      }
    }

    showHeading() {
      const heading = this.panel?.querySelector("[data-panel-heading-text]");
      if (!heading) return;
      let summary = heading.querySelector(".kommed-summary");
      if (!summary) {
        summary = make("span", { class: "kommed-summary" });
        heading.append(summary);
      }
      const known = config.types[this.type];
      const facts = [known?.label];
      if (known?.answered && this.field("required").checked) facts.push(say("mustBeAnswered"));
      const words = known?.shows.includes("conditions") ? this.conditions?.words() : "";
      if (words) facts.push(say("onlyIf", { conditions: words }));
      const text = facts.filter(Boolean).join(" · ");
      const now = `${this.label}\n${text}`;
      if (summary.dataset.now === now) return;
      summary.dataset.now = now;
      summary.replaceChildren(
        make("span", { class: "kommed-summary__label" }, this.label || say("noLabel")),
        make("span", { class: "kommed-summary__facts" }, ` ${text}`),
      );
      this.element.classList.toggle("kommed-row--section", this.type === "section");
    }

    refresh() {
      this.showSettings();
      this.showFolded();
      this.conditions?.refresh();
      this.showHeading();
    }

    /* The fields of the row by name, as the library and other pages give them. */
    read() {
      const values = {};
      for (const input of this.element.querySelectorAll("input[name], select[name], textarea[name]")) {
        const name = input.name.slice(this.prefix.length + 1);
        if (["id", "ORDER", "DELETE", "row_key", "choices", "choices-known", "conditions"].includes(name)) continue;
        values[name] = input.type === "checkbox" ? input.checked : input.value;
      }
      values.choices = this.choices.value();
      values.conditions = JSON.parse(this.conditions.input.value || "{}");
      return values;
    }

    fill(values) {
      for (const [name, value] of Object.entries(values)) {
        if (name === "choices") this.choices.fill(value || []);
        else if (name === "conditions") this.conditions.fill(value || {});
        else {
          const input = this.field(name);
          if (!input) continue;
          if (input.type === "checkbox") input.checked = Boolean(value);
          else input.value = value ?? "";
        }
      }
      kommed.changed(this.field("label"));
    }
  }

  const setUp = (element) => {
    if (!rows.has(element)) {
      const row = new Row(element, element.id.replace("inline_child_", ""));
      rows.set(element, row);
      if (!config.locked) addDuplicateButton(row);
    }
    return rows.get(element);
  };

  const addDuplicateButton = (row) => {
    const controls = row.panel.querySelector("[data-panel-controls]");
    const duplicate = iconButton("copy", say("duplicate"), () => {
      const copy = kommed.addQuestion(row.read());
      row.element.after(copy.element);
      reorder();
      copy.open();
      copy.field("label").select();
    });
    duplicate.className = "button button--icon text-replace white";
    duplicate.dataset.kommedDuplicate = "";
    controls?.prepend(duplicate);
  };

  /* Number the rows as they stand. Wagtail's own buttons swap these numbers. */
  const reorder = () => {
    const all = kommed.questionRows();
    all.forEach((row, index) => {
      row.field("ORDER").value = index + 1;
      const count = row.element.querySelector("[data-inline-panel-child-count]");
      if (count) count.textContent = ` ${index + 1}`;
      row.element.querySelector("[data-inline-panel-child-move-up]").disabled = index === 0;
      row.element.querySelector("[data-inline-panel-child-move-down]").disabled = index === all.length - 1;
    });
    kommed.changed(all[0].field("ORDER"));
  };

  /* Add a row at the end and fill it. */
  kommed.addQuestion = (values) => {
    const number = Number(document.getElementById(`id_${relation}-TOTAL_FORMS`).value);
    document.getElementById(`id_${relation}-ADD`).click();
    const element = document.getElementById(`inline_child_${relation}-${number}`);
    element.querySelector("input[name$=-row_key]").value = kommed.uuid();
    element.dataset.kommedKeyed = "";
    const row = setUp(element);
    row.fill(values);
    schedule();
    return row;
  };

  let scheduled = false;
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      const all = kommed.questionRows();
      all.forEach((row) => row.refresh());
      kommed.showWarnings(container, all);
    });
  };

  /* New rows come from one template, with one key: each gets its own. */
  const watch = (forms) => {
    new MutationObserver((changes) => {
      for (const element of changes.flatMap((change) => [...change.addedNodes])) {
        const key = element.querySelector?.("input[name$=-row_key]");
        const id = element.querySelector?.("input[name$='-id']");
        if (key && !id?.value && !("kommedKeyed" in element.dataset) && !element.dataset.kommedOld) {
          key.value = kommed.uuid();
          element.dataset.kommedKeyed = "";
        }
      }
      schedule();
    }).observe(forms, { childList: true });
  };

  const start = () => {
    for (const template of document.querySelectorAll("template[id$='-EMPTY_FORM_TEMPLATE']")) {
      const forms = document.getElementById(template.id.replace("-EMPTY_FORM_TEMPLATE", "-FORMS"));
      if (!forms || !template.content.querySelector("input[name$=-row_key]")) continue;
      // Rows that are here already have keys of their own, also when they are moved.
      for (const element of forms.children) element.dataset.kommedOld = "1";
      watch(forms);
    }
    for (const row of kommed.questionRows()) {
      if (row.label) row.panel.classList.add("collapsed");
      row.refresh();
    }
    const form = container.closest("form");
    for (const kind of ["input", "change", "w-formset:removed"]) form.addEventListener(kind, schedule);
    schedule();
  };

  if (container) start();
  else if (document.querySelector("form .kommed-setting")) {
    const form = document.querySelector(".kommed-setting").closest("form");
    const row = new Row(form, "");
    row.refresh();
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => row.refresh());
  }
})();
