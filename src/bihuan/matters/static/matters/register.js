// Keys of the register: j k move, x ticks, Enter opens, p peeks, / finds, ? helps. A click on a row's empty part peeks too.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const rows = [...document.querySelectorAll("#register tbody tr")];
  const help = document.getElementById("keys");
  const button = document.querySelector("[data-keys]");
  if (button) { button.hidden = false; button.addEventListener("click", () => help.showModal()); }
  let at = -1;
  const choose = (number) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].removeAttribute("aria-selected");
    at = Math.max(0, Math.min(rows.length - 1, number));
    rows[at].setAttribute("aria-selected", "true");
    rows[at].querySelector("a").focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  };
  const peek = () => at >= 0 && window.htmx && window.htmx.ajax("GET", rows[at].dataset.peek, { target: "#peek", swap: "innerHTML" });
  const keys = {
    j: () => choose(at + 1), k: () => choose(at - 1), p: peek,
    x: () => { if (at >= 0) { const box = rows[at].querySelector("input[type=checkbox]"); box.checked = !box.checked; } },
    Enter: () => at >= 0 && window.location.assign(rows[at].dataset.open),
    "/": () => document.getElementById("words").focus(), "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.matches("input, select, textarea, button, summary") && event.target.type !== "checkbox") return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  rows.forEach((row, number) => row.addEventListener("click", (event) => {
    if (event.target.closest("a, input, label, button")) return;
    choose(number); peek();
  }));
});
