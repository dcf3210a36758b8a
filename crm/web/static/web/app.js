// Makes pages quicker; every page works without it. No inline handlers, no eval: the policy of the site forbids both.
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1] ?? "";
  const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");

  const announce = (text) => {
    const place = one("#announcer");
    if (place && text) place.textContent = text;
  };

  const complain = (text) => {
    const place = one(".toasts");
    if (!place || place.textContent.includes(text)) return;
    const toast = document.createElement("div");
    toast.className = "toast bad";
    toast.append(Object.assign(document.createElement("p"), { textContent: text }));
    place.append(toast);
  };

  // A refused form: the summary takes the focus, and its links go into the field.
  const focusErrors = (root = document) => one("[data-focus]", root)?.focus();
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  // Messages can be put away; menus close on Escape and on a click elsewhere.
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      one("summary", menu).focus();
    }
  });

  // Colours change at once; the same form works as a plain POST.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const choice = event.submitter.value;
    if (choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === event.submitter));
    const body = new FormData(form);
    body.set("theme", choice);
    await fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true });
  });

  // The tab one is on may lie beyond the edge of a phone: bring it in, without moving the page.
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const bar = tab.closest(".tabs");
    bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
  }

  // A form is sent once: a second press of its button while the first is under way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // A table drawn as cards loses its meaning to screen readers; say it again.
  const nameTables = (root = document) => {
    for (const table of root.querySelectorAll("table.cards")) {
      table.setAttribute("role", "table");
      for (const part of table.querySelectorAll("thead, tbody, tfoot")) part.setAttribute("role", "rowgroup");
      for (const row of table.rows) {
        row.setAttribute("role", "row");
        for (const cell of row.cells) {
          if (cell.tagName === "TD") cell.setAttribute("role", "cell");
          else cell.setAttribute("role", cell.scope === "row" ? "rowheader" : "columnheader");
        }
      }
    }
  };

  // Single keys: "/" search, "n" new, "l" log, "?" help, "g" then a letter to go. Switched off on the shortcuts page.
  let leader = 0;
  const press = (element) => {
    if (!element) return false;
    element.matches("input, textarea") ? element.focus() : element.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || one("dialog[open]") || cookie("single_keys") === "off") return;
    const key = event.key;
    const afterG = event.timeStamp - leader < 1500 && leader > 0;
    leader = key === "g" && !afterG ? event.timeStamp : 0;
    if (!/^[a-z/?]$/.test(key)) return;
    const handled = afterG
      ? press(one(`[data-go="${key}"]`))
      : key === "/" ? press(one("[data-search-here]") ?? one("[data-open-palette]"))
      : key === "?" ? press(one("[data-help]"))
      : press(one(`[data-key="${key}"]`));
    if (handled) event.preventDefault();
  });

  // A field that offers choices below itself: arrows choose among them, Enter goes on to the next field while it is empty.
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("[data-chooses]");
    if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const radios = [...document.querySelectorAll(`#${field.dataset.chooses} input[type=radio]`)];
      if (!radios.length) return;
      event.preventDefault();
      const next = radios[(radios.findIndex((radio) => radio.checked) + step + radios.length) % radios.length];
      next.checked = true;
      announce(next.labels[0].textContent.trim());
    } else if (event.key === "Enter") {
      const next = one("textarea, input[type=text]:not([data-chooses])", field.form);
      if (!next || next.value) return;
      event.preventDefault();
      next.focus();
    }
  });

  // Ctrl Enter sends the form from a field of several lines, where Enter begins a new one.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
    event.preventDefault();
    event.target.form?.requestSubmit();
  });

  // htmx: no empty filters in the address, news read out, fresh tables named.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    for (const [name, value] of Object.entries(event.detail.parameters)) {
      if (value === "") delete event.detail.parameters[name];
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const fresh = document.getElementById(event.detail.target.id) ?? event.detail.target;
    announce(fresh.dataset.announce ?? one("[data-announce]", fresh)?.dataset.announce);
    focusErrors(fresh);
    nameTables(fresh.parentElement ?? fresh);
  });
  for (const problem of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(problem, () => complain("That did not work. Reload the page and try again."));
  }

  // An answer from another address (the sign-in page, mostly) is a page of its own, not a part of this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const came = new URL(xhr.responseURL || location.href, location.href);
    if (came.pathname === new URL(requestConfig.path, location.href).pathname) return;
    event.preventDefault();
    location.assign(came.href);
  });

  // A page that is opened at a row of a list goes on with what is to be done there, once the browser has gone to the row.
  const here = /^#row-\d+$/.test(location.hash) && one(location.hash);
  const goOn = () => one(".wide :is(input:not([type=hidden]), select, button)", here)?.focus({ preventScroll: true });
  if (here) window.addEventListener("load", () => requestAnimationFrame(() => setTimeout(goOn)));

  focusErrors();
  nameTables();
})();
