// Saves while one writes. Words that are not with the server yet are kept on this device, under the writer's and
// the draft's id, and leave it only when the server has said that it has them. Everything works without this too.
(() => {
  const PREFIX = "ayni.words.";
  const form = document.querySelector("form[data-writer]");
  const line = document.getElementById("saved");
  const writer = form ? form.dataset.writer : document.querySelector("[data-writer]")?.dataset.writer;
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]");
  const say = (name, time) => { if (line) line.textContent = (line.dataset[name] || "").replace("{time}", time || ""); };
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    put(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* nothing is kept then */ } },
    mine() { try { return Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${writer}.`)); } catch { return []; } },
  };

  // Sends what is kept under a key. Answers with the server's words, or null when they did not get through.
  async function send(kept, again = true) {
    const body = new URLSearchParams(kept.fields.filter(([name]) => name !== "csrfmiddlewaretoken"));
    const headers = { Accept: "application/json", "X-CSRFToken": token()?.value || "" };
    const answer = await fetch(kept.to, { method: "POST", body, headers, redirect: "error", credentials: "same-origin" });
    const told = (answer.headers.get("Content-Type") || "").startsWith("application/json") ? await answer.json() : {};
    if (told.token) for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = told.token;
    if (told.error === "token" && again) return send(kept, false);
    return { status: answer.status, ...told };
  }

  // Pages written elsewhere or before: sent in the background, one after the other.
  async function sendOthers(but) {
    for (const key of store.mine()) {
      const kept = store.get(key);
      if (key === but || !kept) continue;
      try {
        const told = await send(kept);
        if (told.status === 200 && !Object.keys(told.faults).length && store.get(key)?.at === kept.at) store.drop(key);
        else if (told.status !== 200) break;
      } catch { break; }
    }
  }

  if (!form) {
    if (writer) { sendOthers(); addEventListener("online", () => sendOthers()); }
    return;
  }

  const key = `${PREFIX}${writer}.${form.dataset.draft}.${location.pathname.split("/").slice(-2)[0]}`;
  const fields = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const words = () => JSON.stringify(fields().filter(([name]) => !name.startsWith("was.") && name !== "csrfmiddlewaretoken"));
  let saved = words(), busy = false, timer = 0, leaving = false;

  function keep() {
    if (words() === saved) return true;
    return store.put(key, { to: form.getAttribute("action"), fields: fields(), at: Date.now() });
  }

  async function save() {
    clearTimeout(timer);
    if (busy || leaving || words() === saved) return;
    busy = true;
    const sent = words();
    const kept = { to: form.getAttribute("action"), fields: fields(), at: Date.now() };
    store.put(key, kept);
    try {
      const told = await send(kept);
      if (told.status === 200) acknowledged(told, sent);
      else say({ 401: "loggedOut", 413: "tooLarge" }[told.status] || (told.status < 500 ? "refused" : "kept"));
      if (told.status !== 200) timer = setTimeout(save, told.status >= 500 ? 15000 : 60000);
    } catch {
      say("kept");
      timer = setTimeout(save, 15000);
    }
    busy = false;
    if (words() !== saved && !timer) timer = setTimeout(save, 3000);
  }

  function acknowledged(told, sent) {
    for (const [path, print] of Object.entries(told.was)) {
      const input = form.querySelector(`input[name="was.${CSS.escape(path)}"]`);
      if (input) input.value = print;
    }
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    const wrong = Object.keys(told.faults);
    for (const path of wrong) document.getElementById(`f-${path.replaceAll(".", "-")}`)?.setAttribute("aria-invalid", "true");
    timer = 0;
    saved = sent;
    if (words() === sent && !wrong.length) store.drop(key); else store.put(key, { to: form.getAttribute("action"), fields: fields(), at: Date.now() });
    if (told.clashes.length) say("clash"); else if (wrong.length) say("faults"); else if (told.saved_at) say("saved", told.saved_at);
  }

  // Puts back what was not sent when the page was left, with what it began from.
  function restore() {
    const kept = store.get(key);
    if (!kept) return;
    const lists = new Map();
    for (const [name, value] of kept.fields) lists.set(name, [...(lists.get(name) || []), value]);
    for (const input of form.elements) {
      if (!input.name || ["csrfmiddlewaretoken", "writer", "sort", "language"].includes(input.name) || input.type === "submit") continue;
      const values = lists.get(input.name);
      if (input.type === "checkbox" || input.type === "radio") input.checked = Boolean(values?.includes(input.value));
      else if (values?.length) input.value = values.shift();
    }
    say("kept");
    save();
  }

  form.addEventListener("input", () => { keep() || say("kept"); clearTimeout(timer); timer = setTimeout(save, 3000); });
  form.addEventListener("focusout", () => { if (words() !== saved) save(); });
  form.addEventListener("submit", () => { leaving = true; keep(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) { keep(); save(); } });
  addEventListener("pagehide", keep);
  addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; save(); } });
  addEventListener("online", () => { save(); sendOthers(key); });
  restore();
  sendOthers(key);
})();
