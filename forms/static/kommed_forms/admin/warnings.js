/* What is worth a thought before the form goes out. Nothing here stops anybody. */
(() => {
  "use strict";

  const kommed = window.kommedForms;
  const { make, say, config } = kommed;

  /* Return the warnings: text, and the row it is about if it is about one. */
  const found = (rows) => {
    const warnings = [];
    const answered = rows.filter((row) => config.types[row.type]?.answered);
    if (answered.length > config.longForm) {
      warnings.push({ text: say("warnLong", { count: answered.length, limit: config.longForm }) });
    }
    const seen = new Set();
    for (const row of rows) {
      const label = row.label;
      if (!label) continue;
      const warn = (name) => warnings.push({ text: say(name, { label }), row });
      const same = label.toLowerCase();
      if (seen.has(same)) warn("warnSame");
      seen.add(same);
      if (!config.types[row.type]?.answered) continue;
      const required = row.field("required")?.checked;
      if (row.field("privacy_class")?.value === config.special) {
        warn(required ? "warnSpecialRequired" : "warnSpecial");
      }
      if (row.type === "consent" && required) warn("warnConsent");
      if (row.field("purpose") && !row.field("purpose").value.trim()) warn("warnPurpose");
    }
    return warnings;
  };

  let box = null;
  let shown = "";

  kommed.showWarnings = (container, rows) => {
    const warnings = found(rows);
    const now = JSON.stringify(warnings.map(({ text, row }) => [text, row?.prefix]));
    if (now === shown) return;
    shown = now;
    if (!box) {
      box = make("div", { class: "kommed-warnings", role: "status" });
      container.before(box);
    }
    box.hidden = !warnings.length;
    box.replaceChildren(
      make("p", { class: "kommed-warnings__title" }, kommed.icon("warning"), say("warnings")),
      make(
        "ul",
        {},
        ...warnings.map(({ text, row }) =>
          make(
            "li",
            {},
            row
              ? make("a", { href: `#${row.panel.id}`, onclick: (event) => { event.preventDefault(); row.open(); } }, text)
              : text,
          ),
        ),
      ),
    );
  };
})();
