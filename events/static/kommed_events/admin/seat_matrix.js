/* The table of seats for each audience at each session. Its rows follow the rows of the form. */
(() => {
  "use strict";

  const { make, changed } = window.kommedForms;
  const NAMES = ["most", "aim", "kept", "until"];
  const SESSIONS = "event_sessions";
  const AUDIENCES = "audiences";

  /* The rows of an inline panel, in the order they stand in, without those marked for deletion. */
  const rowsOf = (relation) =>
    [...(document.getElementById(`id_${relation}-FORMS`)?.children || [])]
      .filter((row) => row.hasAttribute("data-inline-panel-child") && !row.classList.contains("deleted"))
      .map((row) => {
        const prefix = row.id.replace("inline_child_", "");
        const field = (name) => row.querySelector(`[name="${prefix}-${name}"]`);
        return {
          key: field("row_key")?.value || "",
          name: field("name")?.value.trim() || "",
          seats: field("capacity")?.value.trim() || "",
          isChoice: field("is_choice")?.checked ?? true,
        };
      })
      .filter((row) => row.key);

  class Matrix {
    constructor(root) {
      this.root = root;
      this.input = root.querySelector("textarea");
      this.words = JSON.parse(root.dataset.words);
      this.wrong = new Set(JSON.parse(root.dataset.wrong));
      this.cells = this.read();
      this.input.hidden = true;
      this.box = make("div", {
        role: "group",
        "aria-labelledby": document.getElementById(`${this.input.id}-label`) ? `${this.input.id}-label` : null,
        "aria-describedby": this.input.getAttribute("aria-describedby"),
      });
      root.append(this.box);
    }

    read() {
      try {
        const value = JSON.parse(this.input.value || "{}");
        return value && typeof value === "object" && !Array.isArray(value) ? value : {};
      } catch {
        return {};
      }
    }

    say(name, values = {}) {
      return this.words[name].replace(/%\((\w+)\)s/g, (_all, key) => values[key] ?? "");
    }

    nameOf(row) {
      return row.name || this.say("unnamed");
    }

    cell(session, audience) {
      return this.cells[session.key]?.[audience.key] || {};
    }

    type(session, audience, name, text) {
      const row = (this.cells[session.key] ||= {});
      const cell = (row[audience.key] ||= {});
      if (text) cell[name] = text;
      else delete cell[name];
      if (!Object.keys(cell).length) delete row[audience.key];
      if (!Object.keys(row).length) delete this.cells[session.key];
      this.input.value = JSON.stringify(this.cells);
      changed(this.input);
    }

    /* Draw again when the rows have changed; what is typed stays, and so does the focus. */
    refresh() {
      const sessions = rowsOf(SESSIONS);
      const audiences = rowsOf(AUDIENCES).filter((row) => row.isChoice);
      const now = JSON.stringify([sessions.map(({ key, name }) => [key, name]), audiences]);
      if (now !== this.drawn) {
        this.drawn = now;
        const focused = document.activeElement?.dataset?.cell;
        this.box.replaceChildren(this.draw(sessions, audiences));
        if (focused) this.box.querySelector(`[data-cell="${focused}"]`)?.focus();
      }
      for (const session of sessions) this.sumUp(session, audiences);
    }

    draw(sessions, audiences) {
      if (!sessions.length || !audiences.length) {
        return make("p", { class: "kommed-matrix__hint" }, this.say("nothing"));
      }
      const heads = ["audience", ...NAMES].map((name) => make("th", { scope: "col" }, this.say(name)));
      const groups = sessions.map((session) =>
        make(
          "tbody",
          { "data-session": session.key },
          make("tr", {}, make("th", { scope: "rowgroup", colspan: 1 + NAMES.length })),
          ...audiences.map((audience) => this.drawRow(session, audience)),
        ),
      );
      const caption = make("caption", { class: "w-sr-only" }, this.say("caption"));
      const table = make("table", {}, caption, make("thead", {}, make("tr", {}, ...heads)), ...groups);
      return make("div", { class: "kommed-matrix__scroll" }, table);
    }

    drawRow(session, audience) {
      const inputs = NAMES.map((name) => make("td", {}, this.drawInput(session, audience, name)));
      return make("tr", {}, make("th", { scope: "row" }, this.nameOf(audience)), ...inputs);
    }

    drawInput(session, audience, name) {
      const id = `${session.key}:${audience.key}:${name}`;
      const label = { session: this.nameOf(session), audience: this.nameOf(audience), name: this.say(name) };
      const typed = String(this.cell(session, audience)[name] ?? "");
      const isDate = name === "until" && (!typed || /^\d{4}-\d\d-\d\d$/.test(typed));
      return make("input", {
        type: isDate ? "date" : "text",
        inputmode: name === "until" ? null : "numeric",
        autocomplete: "off",
        maxlength: isDate ? null : 20,
        value: typed,
        "aria-label": this.say("field", label),
        "aria-invalid": this.wrong.has(id) ? "true" : null,
        "data-cell": id,
        disabled: this.input.disabled,
        oninput: (event) => this.type(session, audience, name, event.target.value.trim()),
        onkeydown: (event) => event.key === "Enter" && event.preventDefault(),
      });
    }

    sumUp(session, audiences) {
      const head = this.box.querySelector(`tbody[data-session="${session.key}"] th[scope=rowgroup]`);
      if (!head) return;
      const kept = audiences.reduce((sum, each) => sum + (parseInt(this.cell(session, each).kept, 10) || 0), 0);
      const values = { session: this.nameOf(session), seats: session.seats, kept };
      const text = this.say(session.seats ? "seats" : "noLimit", values);
      if (head.textContent !== text) head.textContent = text;
      head.classList.toggle("kommed-matrix__over", Boolean(session.seats) && kept > Number(session.seats));
    }
  }

  const start = (root) => {
    const matrix = new Matrix(root);
    let isScheduled = false;
    const schedule = () => {
      if (isScheduled) return;
      isScheduled = true;
      requestAnimationFrame(() => {
        isScheduled = false;
        matrix.refresh();
      });
    };
    const form = root.closest("form");
    for (const kind of ["input", "change", "w-formset:removed"]) form.addEventListener(kind, schedule);
    for (const relation of [SESSIONS, AUDIENCES]) {
      const rows = document.getElementById(`id_${relation}-FORMS`);
      const options = { childList: true, subtree: true, attributeFilter: ["class"] };
      if (rows) new MutationObserver(schedule).observe(rows, options);
    }
    matrix.refresh();
  };

  document.querySelectorAll("[data-kommed-matrix]").forEach(start);
})();
