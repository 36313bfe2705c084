// Seatlink's own script. Every page works without it; this only saves steps. No framework, no inline code.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const place = document.getElementById("say");
  let silence;

  // What screen readers are told. The text is put in a moment after the place was emptied, so that it counts as a change.
  const say = (text) => {
    if (!place || !text) return;
    place.textContent = "";
    setTimeout(() => (place.textContent = text), 60);
    clearTimeout(silence);
    silence = setTimeout(() => (place.textContent = ""), 4000);
  };

  // Marks the page, so that buttons which need a script are shown.
  root.dataset.script = "";

  // Copy: <button data-copy="text">. What the message says is in the page, because it is in the reader's language.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(place?.dataset.copied);
    } catch {
      const value = button.closest("div, dd")?.querySelector("code");
      if (value) getSelection().selectAllChildren(value);
      say(place?.dataset.notCopied);
    }
  });

  // Dialogs: <a href="/page-that-asks-the-same" data-dialog="id">. Without script the link is followed.
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
      dialog.addEventListener("close", () => opener.focus(), { once: true });
      return;
    }
    const close = event.target.closest("dialog [data-close]");
    if (close) {
      event.preventDefault();
      close.closest("dialog").close();
    } else if (event.target instanceof HTMLDialogElement) {
      event.target.close(); // the backdrop
    }
  });

  // Colours: the form posts; with script the page changes at once and stays where it is.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "colours" || !event.target.matches(".prefs")) return;
    event.preventDefault();
    if (button.value === "system") delete root.dataset.theme;
    else root.dataset.theme = button.value;
    for (const other of all('[name="colours"]')) other.setAttribute("aria-pressed", String(other === button));
    const body = new URLSearchParams(new FormData(event.target, button));
    fetch(event.target.action, { method: "POST", body, keepalive: true }).catch(() => {});
  });

  // Search within a page: [data-search="#area"] hides each [data-find] that does not match.
  for (const field of all("[data-search]")) {
    const area = document.querySelector(field.dataset.search);
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      for (const row of all("[data-find]", area)) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      for (const box of all("details", area)) {
        box.hidden = !box.querySelector("[data-find]:not([hidden])");
        if (wanted) box.open = true;
      }
    });
  }

  // What is not saved yet: counted in the save bar, and asked about before the page is left.
  // <form data-unsaved> with <b data-none="No changes" data-some="Changes not saved: #">.
  for (const form of all("form[data-unsaved]")) {
    const bar = form.querySelector("[data-some]");
    const isChanged = (field) => {
      if (/checkbox|radio/.test(field.type)) return field.checked !== field.defaultChecked;
      if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
      return "defaultValue" in field && field.type !== "search" && field.value !== field.defaultValue;
    };
    const count = () => [...form.elements].filter(isChanged).length;
    form.addEventListener("input", () => {
      const changes = count();
      if (bar) bar.textContent = changes ? bar.dataset.some.replace("#", changes) : bar.dataset.none;
    });
    form.addEventListener("submit", () => (form.dataset.sent = ""));
    addEventListener("beforeunload", (event) => {
      if (!("sent" in form.dataset) && count()) event.preventDefault();
    });
  }

  // A button that was pressed cannot be pressed twice.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if ("busy" in event.target.dataset) return event.preventDefault();
    event.target.dataset.busy = "";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of all("form[data-busy]")) delete form.dataset.busy;
    for (const button of all('[aria-busy="true"]')) button.removeAttribute("aria-busy");
  });

  // Live parts: <div data-live="/path/fragment" data-events="/path/events">. Each server-sent event replaces the part by
  // the fragment; while the focus is inside it, the part waits.
  for (const part of all("[data-live][data-events]")) {
    const refresh = async () => {
      if (part.contains(document.activeElement)) {
        part.addEventListener("focusout", refresh, { once: true });
        return;
      }
      const answer = await fetch(part.dataset.live, { headers: { accept: "text/html" } }).catch(() => null);
      if (!answer?.ok) return;
      const fragment = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...fragment.body.childNodes);
      say(part.querySelector("[data-say]")?.dataset.say);
    };
    const events = new EventSource(part.dataset.events);
    events.addEventListener("message", refresh);
    addEventListener("pagehide", () => events.close());
  }

  // The current tab is in sight where tabs scroll.
  for (const tab of all(".tabs [aria-current]")) {
    const tabs = tab.parentElement;
    tabs.scrollLeft = tab.offsetLeft - tabs.clientWidth / 2 + tab.offsetWidth / 2;
  }

  // The list of errors is read first after a form came back.
  document.getElementById("problems")?.focus();
})();
