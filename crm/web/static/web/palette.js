// Ctrl K: search or jump to. Asks the server for the options of each query; arrows choose, Enter opens.
(() => {
  "use strict";

  const dialog = document.getElementById("palette");
  const url = document.body?.dataset.paletteUrl;
  if (!dialog || !url) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  let asked = 0; // the number of the last question, so that a late answer does not replace a newer one
  let answer = Promise.resolve();

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };

  const ask = () => {
    const number = ++asked;
    const query = new URLSearchParams({ q: input.value });
    answer = fetch(`${url}?${query}`, { headers: { "HX-Request": "true" } })
      .then((response) => {
        if (response.redirected || !response.ok) throw new Error("no answer");
        return response.text();
      })
      .then((html) => {
        if (number !== asked) return;
        list.innerHTML = html;
        choose(options()[0]);
        document.getElementById("announcer").textContent = `${options().length} results`;
      })
      .catch(() => {
        if (number === asked) list.textContent = "The search does not answer. Try again in a moment.";
      });
  };

  const open = () => {
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    input.focus();
    ask();
  };

  const go = async () => {
    await answer;
    const option = chosen();
    if (option) window.location.assign(option.dataset.href);
  };

  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    answer = new Promise((done) => {
      waiting = setTimeout(() => { ask(); done(answer); }, 80);
    });
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      event.preventDefault();
      go();
    } else if (step) {
      event.preventDefault();
      const all = options();
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    }
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) window.location.assign(option.dataset.href);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      dialog.open ? dialog.close() : open();
    }
  });
  for (const link of document.querySelectorAll("[data-open-palette]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  }
})();
