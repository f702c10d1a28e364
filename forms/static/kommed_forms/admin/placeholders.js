/* Puts a placeholder where somebody was writing. Without this they are typed. */
(() => {
  "use strict";

  const fields = () => ["subject", "text"].map((name) => document.getElementById(`id_${name}`)).filter(Boolean);
  let last = null;

  document.addEventListener("focusin", (event) => {
    if (fields().includes(event.target)) last = event.target;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-placeholder]");
    if (!button) return;
    const field = last && document.contains(last) ? last : document.getElementById("id_text");
    if (!field) return;
    // Whoever has not been in the text yet goes on where it ends.
    const start = last === field ? field.selectionStart : field.value.length;
    const end = last === field ? field.selectionEnd : start;
    field.focus();
    field.setRangeText(button.dataset.placeholder, start, end, "end");
    // Wagtail notices unsaved changes, grows the box and draws the preview anew.
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
