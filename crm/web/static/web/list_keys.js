// A list by keyboard: j and k go through its rows, x chooses the one the focus is in, Enter follows its link as always.
(() => {
  "use strict";

  const off = () => document.cookie.split("; ").includes("single_keys=off");
  const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");
  const links = () => [...document.querySelectorAll("[data-rows] [data-row]")];

  const go = (step) => {
    const all = links();
    const row = document.activeElement?.closest("[data-rows] tbody tr");
    const here = row ? all.findIndex((link) => row.contains(link)) : step > 0 ? -1 : all.length;
    const next = all[here + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    return Boolean(next);
  };

  const pick = () => {
    const box = document.activeElement?.closest("[data-rows] tbody tr")?.querySelector("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || off()) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const handled = event.key === "j" ? go(1) : event.key === "k" ? go(-1) : event.key === "x" ? pick() : false;
    if (handled) event.preventDefault();
  });

  // One box for all rows of the page, and the number that is chosen said in words.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (!form) return;
    const boxes = [...form.querySelectorAll("input[name=pk]")];
    if (event.target.matches("[data-every-row]")) for (const box of boxes) box.checked = event.target.checked;
    const chosen = boxes.filter((box) => box.checked).length;
    const every = form.querySelector("[data-every-row]");
    if (every) {
      every.checked = chosen > 0 && chosen === boxes.length;
      every.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const said = form.querySelector("[data-chosen]");
    if (said) said.textContent = `${chosen} chosen`;
  });
})();
