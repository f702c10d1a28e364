/* Send the form of the editor only when the save that is under way has been answered.
 *
 * Wagtail saves a page by itself. Who publishes a new page before the editor has heard of its first
 * save would ask for the same page a second time: it is refused, since its own draft has taken its
 * address, and the draft is left over.
 */
(() => {
  "use strict";

  const EDITOR = "form[data-edit-form]";
  const LONGEST_WAIT = 15000; // milliseconds; after that the form is sent as it is
  const LONGEST_LEAVING = 30000; // who is still here then has stopped it, and wants to be saved

  let saving = false;
  let leaving = false;
  let held = null;

  const stay = () => {
    leaving = false;
  };

  const send = () => {
    saving = false;
    if (!held) return;
    const { form, button, timer } = held;
    held = null;
    window.clearTimeout(timer);
    // Wagtail disables the button that was pressed, and a disabled button is not sent.
    const disabled = Boolean(button?.disabled);
    if (button) button.disabled = false;
    form.requestSubmit(button);
    if (button) button.disabled = disabled;
  };

  const submitted = (event) => {
    if (!event.target.matches(EDITOR)) return;
    if (!saving) {
      leaving = true;
      window.setTimeout(stay, LONGEST_LEAVING);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    window.clearTimeout(held?.timer);
    held = { form: event.target, button: event.submitter, timer: window.setTimeout(send, LONGEST_WAIT) };
  };

  document.addEventListener("w-autosave:save", (event) => {
    if (leaving) event.preventDefault();
    else if (!event.defaultPrevented) saving = true;
  });
  document.addEventListener("w-autosave:success", send);
  document.addEventListener("w-autosave:error", send);
  document.addEventListener("submit", submitted, { capture: true });
  window.addEventListener("pageshow", stay);
})();
