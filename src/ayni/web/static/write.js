// Saves while one writes. Words the server does not have yet are kept on this device, under the writer's, the draft's
// and the page's name, and leave it only when the server has said that it has them. Everything works without this.
(() => {
  const words = document.querySelector("[data-writer]")?.dataset;
  if (!words) return;
  const mine = `ayni.words.${words.writer}.`;
  const form = document.querySelector("form[data-draft]");
  const line = document.getElementById("saved");
  const say = (name, time = "") => { if (line) line.textContent = (words[name] || "").replace("{time}", time); };
  const tryTo = (what, otherwise) => { try { return what(); } catch { return otherwise; } };
  const get = (key) => tryTo(() => JSON.parse(localStorage.getItem(key)), null);
  // More than the server takes in one go is never kept: it would be sent, and refused, for ever.
  const isTooLarge = (kept) => new URLSearchParams(kept.fields).toString().length > Number(words.limit);
  const store = (key, kept) => tryTo(() => { localStorage.setItem(key, JSON.stringify(kept)); return true; }, false);
  const put = (key, kept) => !isTooLarge(kept) && store(key, kept);
  const drop = (key) => tryTo(() => localStorage.removeItem(key));
  const keys = () => tryTo(() => Object.keys(localStorage).filter((key) => key.startsWith(mine)), []);
  const underWay = {}; // key -> the fields last sent, while it is not known whether the server has them
  const note = (key, sent) => { underWay[key] = sent; const there = get(key); if (there) store(key, { ...there, sent }); };
  const tokens = () => document.querySelectorAll("input[name=csrfmiddlewaretoken]");

  // The server's answer to what is kept; throws when the line is broken. What was sent before, and never answered, may
  // have been saved: the same again says what the newer words begin from. Else they would clash with the writer's own.
  async function send(key, kept) {
    const before = kept.sent;
    let { fields } = kept, was = {};
    if (before && JSON.stringify(before) !== JSON.stringify(fields)) {
      const told = await post(kept.to, before);
      if (told.status !== 200) return told;
      was = told.was;
      fields = fields.map(([name, value]) => [name, (name.startsWith("was.") && was[name.slice(4)]) || value]);
    }
    note(key, fields);
    const told = await post(kept.to, fields);
    if (told.status === 200) note(key);
    else if (told.status < 500) note(key, before); // refused: nothing of it was saved
    return told.was ? { ...told, was: { ...was, ...told.was } } : told;
  }

  // A new token is tried once.
  async function post(to, fields, again = true) {
    const body = new URLSearchParams(fields);
    const headers = { Accept: "application/json", "X-CSRFToken": tokens()[0]?.value || "" };
    const answer = await fetch(to, { method: "POST", body, headers, redirect: "error" });
    const told = await answer.json().catch(() => ({}));
    if (told.token) for (const input of tokens()) input.value = told.token;
    if (told.error === "token" && again) return post(to, fields, false);
    // Only an answer in the server's own words counts: a log-in page of some network is none.
    return { ...told, status: answer.status === 200 && !told.was ? 502 : answer.status };
  }

  // What was written elsewhere, or before: sent in the background. What cannot be sent is shown, to be copied.
  async function sendOthers(but) {
    for (const key of keys()) {
      const kept = get(key);
      if (!kept) continue;
      if (kept.refused || isTooLarge(kept)) { show(key, kept, { message: words.tooLarge }); continue; }
      if (key === but) continue;
      const told = await send(key, kept).catch(() => ({ status: 0 }));
      if (told.status === 200 && !Object.keys(told.faults).length) { if (get(key)?.at === kept.at) drop(key); }
      else if (told.status === 413) { store(key, { ...kept, refused: true }); show(key, kept, { message: words.tooLarge }); }
      else if (told.status === 200 || [403, 404, 409].includes(told.status)) show(key, kept, told);
      else return;
    }
  }

  // Why it could not be sent, the words to copy, and the page on which they can be mended.
  function show(key, kept, { message, faults = {} }) {
    const box = document.createElement("section");
    box.className = "note wait";
    const text = (tag, content) => Object.assign(document.createElement(tag), { textContent: content });
    const gone = Object.assign(text("button", words.delete), { className: "button plain", type: "button" });
    gone.onclick = () => { drop(key); box.remove(); };
    const wrong = Object.keys(faults), row = text("p", "");
    box.append(text("p", words.unsent), text("p", [message, ...Object.values(faults)].filter(Boolean).join(" ")));
    const isTold = (name) => wrong.length ? wrong.some((path) => path === name || path.startsWith(`${name}.`)) : true;
    for (const [name, value] of kept.fields) if (value && isTold(name) && !/^(was\.|writer$|sort$|language$|go$|clashes$)/.test(name)) box.append(text("blockquote", value.length > 300 ? `${value.slice(0, 300)}…` : value));
    row.className = "row";
    if (wrong.length) row.append(Object.assign(text("a", words.open), { href: kept.to }));
    row.append(gone);
    box.append(row);
    document.querySelector("main .wide").append(box);
  }

  if (!form) {
    sendOthers();
    addEventListener("online", () => sendOthers());
    return;
  }

  // A tab has a name of its own, so that two tabs do not keep their words in one place.
  const tab = tryTo(() => (sessionStorage.ayniTab ||= Math.random().toString(36).slice(2)), "");
  const page = `${mine}${form.dataset.draft}.${form.getAttribute("action").split("/").at(-2)}.`;
  const key = page + tab;
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const wordsOf = (some) => JSON.stringify(some.filter(([name]) => !name.startsWith("was.")));
  const typed = () => wordsOf(fields());
  const kept = () => ({ to: form.getAttribute("action"), fields: fields(), at: Date.now(), sent: underWay[key] });
  let saved = typed(), busy = null, timer = 0, leaving = false;

  function later(wait) { clearTimeout(timer); timer = setTimeout(save, wait); }

  async function save() {
    clearTimeout(timer);
    if (busy || leaving || typed() === saved) return;
    const sent = typed(), now = kept();
    if (isTooLarge(now)) return say("tooLarge");
    put(key, now);
    busy = send(key, now).catch(() => ({ status: 0 }));
    const told = await busy;
    busy = null;
    if (told.status === 200) acknowledged(told, sent);
    else {
      if (told.status === 413) store(key, { ...now, refused: true }); // something on the way takes less than the server
      say({ 401: "loggedOut", 413: "tooLarge", 403: "refused", 404: "refused", 409: "refused" }[told.status] || "kept");
      later(told.status === 413 ? 3e5 : 15000);
    }
  }

  const beginFrom = (was) => { for (const [path, print] of Object.entries(was || {})) form.elements[`was.${path}`].value = print; };

  function acknowledged(told, sent) {
    beginFrom(told.was);
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    const wrong = Object.keys(told.faults);
    for (const path of wrong) document.getElementById(`f-${path.replaceAll(".", "-")}`)?.setAttribute("aria-invalid", "true");
    saved = sent;
    // What was refused as too large, and is older than what the server now has of this page, is done with.
    for (const old of keys()) if (old !== key && old.startsWith(page) && (get(old)?.refused || isTooLarge(get(old) || { fields: [] }))) drop(old);
    if (typed() === sent && !wrong.length) drop(key);
    else { put(key, kept()); if (typed() !== sent) later(3000); }
    if (told.clashes.length) say("clash");
    else if (wrong.length) say("faults");
    else if (told.saved_at) say("saved", told.saved_at);
  }

  // On the lid of a long list of choices: what is chosen.
  form.addEventListener("change", (event) => {
    const list = event.target.closest("details.many");
    const lid = list?.querySelector("summary span");
    if (lid) lid.textContent = [...list.querySelectorAll("input:checked")].map((one) => one.parentElement.textContent.trim()).join(lid.dataset.and) || lid.dataset.none;
  });

  // Puts back what was not sent when the page was left, with what it began from. Rows that this page does not show
  // are sent first, and the page fetched anew.
  async function restore() {
    const newest = keys().filter((one) => one.startsWith(page) && get(one) && !get(one).refused && !isTooLarge(get(one))).sort((a, b) => get(b).at - get(a).at)[0];
    const found = newest && get(newest);
    if (!found) return;
    if (newest !== key) { drop(newest); put(key, found); }
    underWay[key] = found.sent;
    const known = (name) => form.elements[name] || name === "writer" || name === "sort" || name === "language";
    if (!found.fields.every(([name]) => known(name))) {
      const told = await send(key, found).catch(() => ({ status: 0 }));
      if (told.status === 200 && !Object.keys(told.faults).length) { drop(key); location.reload(); }
      else show(key, found, told.message || told.faults ? told : { message: words.kept });
      leaving = true;
      return;
    }
    const lists = new Map();
    for (const [name, value] of found.fields) lists.set(name, [...(lists.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || field.type === "submit" || ["csrfmiddlewaretoken", "writer", "sort", "language"].includes(field.name)) continue;
      const values = lists.get(field.name);
      if (["checkbox", "radio"].includes(field.type)) field.checked = Boolean(values?.includes(field.value));
      else if (values?.length) field.value = values.shift();
    }
    say("kept");
    save();
  }

  const keep = () => { if (typed() !== saved) return put(key, kept()); };
  form.addEventListener("input", () => { keep(); if (!("back" in form.dataset)) later(3000); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (leaving || !underWay[key] || wordsOf(underWay[key]) === typed()) { leaving = true; keep(); return; }
    event.preventDefault(); // other words are under way: first the answer to those, for some seconds
    leaving = true;
    const patience = new Promise((done) => { setTimeout(done, 5000, {}); });
    const answer = (busy || post(form.getAttribute("action"), underWay[key])).catch(() => ({}));
    Promise.race([answer, patience]).then((told) => { beginFrom(told.was); note(key); form.requestSubmit(event.submitter); });
  });
  addEventListener("pagehide", keep);
  if ("back" in form.dataset) { put(key, kept()); return; } // given back by the server: they are the newest there are
  form.addEventListener("focusout", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden) { keep(); save(); } });
  addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; saved = ""; save(); } });
  addEventListener("online", () => { save(); sendOthers(key); });
  restore().then(() => sendOthers(key));
})();
