(function () {
  "use strict";
  var root = document.documentElement, key = "teasel-theme";
  // Storage may be forbidden, as for a page opened from a file; the choice then lasts as long as the page.
  function stored(work) { try { return work(); } catch (e) { return null; } }
  var kept = stored(function () { return localStorage.getItem(key); });
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.getElementById("theme");
    function name() {
      button.textContent = dark() ? "\u2600" : "\u263e";
      button.setAttribute("aria-label", dark() ? "Switch to light colours" : "Switch to dark colours");
      button.title = button.getAttribute("aria-label");
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      root.dataset.theme = dark() ? "light" : "dark";
      stored(function () { localStorage.setItem(key, root.dataset.theme); });
      name();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
    name();

    var links = document.querySelectorAll("nav a"), sections = document.querySelectorAll("main > section");
    function follow() {
      var current = 0;
      sections.forEach(function (section, i) { if (section.getBoundingClientRect().top < innerHeight / 3) current = i; });
      if (sections.length && innerHeight + scrollY >= root.scrollHeight - 2) current = sections.length - 1;
      links.forEach(function (link, i) { if (i === current) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current"); });
    }
    addEventListener("scroll", follow, { passive: true });
    follow();
  });
  // What is folded away would be missing on paper.
  var opened = [];
  addEventListener("beforeprint", function () {
    opened = Array.prototype.filter.call(document.querySelectorAll("details"), function (d) { return !d.open; });
    opened.forEach(function (d) { d.open = true; });
  });
  addEventListener("afterprint", function () { opened.forEach(function (d) { d.open = false; }); });
})();
