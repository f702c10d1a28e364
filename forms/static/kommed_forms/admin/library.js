/* Two dialogs: take a question from the library, or all questions of another page. */
(() => {
  "use strict";

  const kommed = window.kommedForms;
  const { make, say, config } = kommed;
  if (!config.relation || config.locked || !config.urls.library) return;

  const ask = async (url, parameters = {}) => {
    const query = new URLSearchParams(parameters);
    const response = await fetch(`${url}?${query}`, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.statusText);
    return response.json();
  };

  /* A dialog with a search box over a list of things to take. */
  const openDialog = ({ name, title, help, load, entry }) => {
    const list = make("ul", { class: "kommed-dialog__list" });
    const status = make("p", { class: "kommed-hint", role: "status" });
    const heading = make("h2", { id: `kommed-${name}-title`, class: "kommed-dialog__title" }, title);
    const dialog = make("dialog", { class: "kommed-dialog", "aria-labelledby": heading.id, "data-kommed-dialog": name });
    const close = () => dialog.close();
    let entries = [];
    const draw = (wanted) => {
      const matching = entries.filter((each) => each.search.includes(wanted.trim().toLowerCase()));
      list.replaceChildren(...matching.map((each) => entry(each, close)));
      status.textContent = matching.length ? "" : say("nothing");
    };
    const search = make("input", {
      type: "search",
      autofocus: true,
      "aria-label": say("search"),
      placeholder: say("search"),
      oninput: (event) => draw(event.target.value),
    });
    dialog.append(
      make(
        "div",
        { class: "kommed-dialog__head" },
        heading,
        kommed.iconButton("cross", say("close"), close),
      ),
      make("p", { class: "kommed-hint" }, help),
      search,
      status,
      list,
    );
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    load()
      .then((loaded) => {
        entries = loaded;
        draw(search.value);
      })
      .catch(() => (status.textContent = say("failed")));
  };

  const take = (title, facts, action) =>
    make(
      "li",
      {},
      make(
        "button",
        { type: "button", class: "kommed-dialog__entry", onclick: action },
        make("span", { class: "kommed-dialog__name" }, title),
        make("span", { class: "kommed-dialog__facts" }, facts.filter(Boolean).join(" · ")),
      ),
    );

  const library = () =>
    openDialog({
      name: "library",
      title: say("libraryTitle"),
      help: say("libraryHelp"),
      load: async () => {
        const { own, built_in: builtIn } = await ask(config.urls.library, { language: config.language });
        return [...own, ...builtIn].map((row) => ({ row, search: row.label.toLowerCase() }));
      },
      entry: ({ row }, close) =>
        take(row.label, [config.types[row.field_type]?.label, row.purpose], () => {
          close();
          kommed.addQuestion(row).open();
        }),
    });

  const copyPage = async (page, close) => {
    const { questions } = await ask(`${config.urls.copy}${page.id}/`);
    const here = new Set(kommed.questionRows().map((row) => row.key));
    const wanted = questions.filter((row) => !here.has(row.row_key));
    close();
    const added = wanted.map((row) => kommed.addQuestion(row));
    if (added.length) added[0].open();
    kommed.announce(added.length ? say("copied", { count: added.length }) : say("alreadyThere"));
  };

  const copy = () =>
    openDialog({
      name: "copy",
      title: say("copyTitle"),
      help: say("copyHelp"),
      load: async () => {
        const { pages } = await ask(config.urls.copy, config.page ? { without: config.page } : {});
        return pages.map((page) => ({ page, search: page.title.toLowerCase() }));
      },
      entry: ({ page }, close) =>
        take(page.title, [page.language, page.status], () =>
          copyPage(page, close).catch(() => kommed.announce(say("failed"))),
        ),
    });

  const buttons = [...document.querySelectorAll("[data-kommed-open]")];
  const said = make("p", { class: "kommed-hint kommed-announced", role: "status" });
  if (buttons.length) buttons[buttons.length - 1].after(said);
  kommed.announce = (text) => (said.textContent = text);
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", button.dataset.kommedOpen === "library" ? library : copy);
  }
})();
