// What the pages need of JavaScript; without it every page still works. Loaded in the head, so that dark pages do not flash white.
"use strict";
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  paint();
  dark.addEventListener("change", paint);

  // Menus are <details>: a click elsewhere or Escape closes them.
  const closeMenus = (except) =>
    document.querySelectorAll("details.menu[open]").forEach((one) => one !== except && one.removeAttribute("open"));
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null));

  // A form that asks before it acts: <form data-confirm="…">. A select that goes at once: <select data-submit>.
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.confirm;
    if (words && !window.confirm(words)) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());

  // <div class="chart" data-options="ID"> beside {{ options|json_script:"ID" }}; a point with `url` opens its list.
  const draw = (place) => {
    if (place.dataset.drawn || !window.echarts) return;
    place.dataset.drawn = "yes";
    const chart = window.echarts.init(place, dark.matches ? "dark" : null, { renderer: "svg" });
    chart.setOption({
      backgroundColor: "transparent", animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      ...JSON.parse(document.getElementById(place.dataset.options).textContent),
    });
    chart.on("click", (point) => point.data && point.data.url && window.location.assign(point.data.url));
    window.addEventListener("resize", () => chart.resize());
  };
  const drawAll = () => document.querySelectorAll(".chart[data-options]").forEach(draw);
  document.addEventListener("DOMContentLoaded", drawAll);
  document.addEventListener("htmx:afterSettle", drawAll);
})();
