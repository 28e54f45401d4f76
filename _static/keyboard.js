// The keyboard on every page: "/" goes to the search, the arrows go to the neighbours. A button at the end of the page
// switches it off, since who speaks to the machine may say such a key unmeant (WCAG 2.1.4).

{
  const OFF = "keyboard-off";

  const isOff = () => localStorage.getItem(OFF) !== null;

  // Where a key means something else: in a field, and in code or a table that the arrows scroll.
  const isTaken = (element) =>
    element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null ||
    element.closest("[tabindex]")?.scrollWidth > element.closest("[tabindex]")?.clientWidth;

  const ACTIONS = {
    "/": () => document.querySelector(".search-form input, .sidebar-search"),
    ArrowLeft: () => document.querySelector("link[rel=prev]"),
    ArrowRight: () => document.querySelector("link[rel=next]"),
  };

  document.addEventListener("keydown", (event) => {
    const withAnother = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (isOff() || event.defaultPrevented || (withAnother && event.key !== "/") || isTaken(event.target)) return;
    const target = ACTIONS[event.key]?.();
    if (!target) return;
    event.preventDefault();
    if (target.href) {
      location.assign(target.href);
    } else {
      // On a phone it is in the menu, beside the screen.
      document.getElementById("__navigation").checked = target.getBoundingClientRect().right <= 0;
      target.focus();
    }
  });

  const button = document.querySelector(".keyboard-switch");
  if (button) {
    const show = () => button.setAttribute("aria-pressed", String(!isOff()));
    button.addEventListener("click", () => {
      if (isOff()) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "");
      show();
    });
    show();
    button.hidden = false;
  }
}
