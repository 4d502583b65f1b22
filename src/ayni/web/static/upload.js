// Photos and documents in small pieces, so that a broken line costs one piece. Without this the form sends them whole.
"use strict";
for (const part of document.querySelectorAll("[data-upload]")) {
  const say = part.dataset, input = part.querySelector("input[type=file]"), form = input.form;
  const list = part.querySelector("[data-sending]"), status = part.querySelector("[data-status]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const SMALLEST = 8192, LARGEST = 262144, LONG_SIDE = 1600;
  const kilobytes = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
  const size = (bytes) => kilobytes.format(Math.ceil(bytes / 1000));
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (name, text) => { const element = document.createElement(name); if (text) element.textContent = text; return element; };

  const ask = async (url, method, body, headers, signal) => {
    const response = await fetch(url, { method, body, signal, credentials: "same-origin", headers: { "X-CSRFToken": token, Accept: "application/json", ...headers } });
    const json = (response.headers.get("Content-Type") || "").includes("json");
    return { status: response.status, ...(json ? await response.json() : { code: response.status === 403 ? "old_page" : "" }) };
  };

  // The same file gets the same name here, today and tomorrow; it need not be secret, nor hard to forge.
  const fingerprint = async (file, original) => {
    const ends = new Uint8Array(await new Blob([file.slice(0, 65536), file.slice(-65536)]).arrayBuffer());
    let one = 0xdeadbeef, two = 0x41c6ce57;
    for (const byte of [...new TextEncoder().encode(`${original.name}/${original.size}/${original.lastModified}/${file.size}`), ...ends]) {
      one = Math.imul(one ^ byte, 2654435761); two = Math.imul(two ^ byte, 1597334677);
    }
    return [one, two, file.size, original.lastModified].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
  };

  // A photo of 5 MB shows no more on a page than one of 300 kB.
  const smaller = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || !window.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
      const canvas = make("canvas");
      canvas.width = Math.round(picture.width * scale); canvas.height = Math.round(picture.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return blob && blob.size < file.size * 0.9 ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
    } catch { return file; }
  };

  const row = (name) => {
    const item = make("li"), words = make("p"), bar = make("progress"), pause = make("button", say.sayPause), cancel = make("button", say.sayCancel);
    const title = make("p"); title.append(make("bdi", name));
    for (const button of [pause, cancel]) { button.type = "button"; button.className = "button plain"; button.setAttribute("aria-label", `${button.textContent} – ${name}`); }
    bar.setAttribute("aria-label", name); bar.max = 100; bar.value = 0; words.className = "small";
    const buttons = make("p"); buttons.className = "row"; buttons.append(pause, cancel);
    item.append(title, bar, words, buttons); list.append(item);
    return { item, words, bar, pause, cancel, buttons };
  };

  const send = async (original) => {
    const shown = row(original.name);
    const tell = (text, loud) => { shown.words.textContent = text; if (loud) status.textContent = `${original.name}: ${text}`; };
    if (!/^image\//.test(original.type) && original.size > Number(say.limit)) { tell(say.sayLarge, true); shown.buttons.remove(); return; }
    const file = await smaller(original);
    if (file !== original) tell(fill(say.saySmaller, { before: size(original.size), after: size(file.size) }), true);
    let url = "", offset = 0, piece = 32768, tries = 0, paused = false, over = false, wake = null, running = null;
    const progress = () => { shown.bar.value = file.size ? (100 * offset) / file.size : 0; };
    const waitFor = (milliseconds) => new Promise((done) => { wake = done; setTimeout(done, milliseconds); });
    const stop = (text) => { over = true; shown.buttons.remove(); tell(text, true); };
    const hold = (text) => { paused = true; shown.pause.textContent = say.sayResume; tell(text, true); };
    shown.pause.onclick = () => {
      paused = !paused; tries = 0;
      shown.pause.textContent = paused ? say.sayResume : say.sayPause;
      if (paused) { running?.abort(); tell(fill(say.sayPaused, { done: size(offset) }), true); }
      wake?.();
    };
    shown.cancel.onclick = async () => {
      over = true; running?.abort(); wake?.(); shown.item.remove();
      if (url) await ask(url, "DELETE").catch(() => 0);
      input.focus();
    };
    addEventListener("online", () => { tries = 0; wake?.(); });
    const mark = await fingerprint(file, original);

    const step = async () => {
      running = new AbortController();
      const patience = setTimeout(() => running.abort(), 110000), begun = performance.now();
      try {
        if (!url) return await ask(say.upload, "POST", JSON.stringify({ target: say.target, name: file.name, size: file.size, fingerprint: mark }), { "Content-Type": "application/json" }, running.signal);
        if (tries) return await ask(url, "GET", undefined, {}, running.signal);
        const answer = await ask(url, "PATCH", file.slice(offset, offset + piece), { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" }, running.signal);
        const took = performance.now() - begun;
        piece = took < 2000 ? Math.min(piece * 2, LARGEST) : took > 8000 ? Math.max(piece / 2, SMALLEST) : piece;
        return answer;
      } finally { clearTimeout(patience); }
    };
    while (!over) {
      if (paused) { await waitFor(3600000); continue; }
      if (url && offset >= file.size) tell(say.sayChecking, true);
      let answer;
      try { answer = await step(); } catch { answer = { status: 0 }; }
      if (over || paused) continue;
      if (answer.state === "done") {
        const rows = form.querySelector("[data-files]");
        if (answer.html && !document.getElementById(`file-${answer.file}`)) rows.insertAdjacentHTML("beforeend", answer.html);
        shown.item.remove(); status.textContent = `${original.name}: ${say.sayArrived}`;
        if (document.activeElement === document.body) input.focus();
        return;
      }
      if (answer.status === 200 && answer.state === "receiving") {
        url = say.upload + answer.id + "/"; offset = answer.offset; tries = 0; progress();
        tell(fill(say.sayProgress, { done: size(offset), all: size(file.size) }));
      } else if (answer.code === "wrong_offset") { offset = answer.offset; progress(); }
      else if (answer.status === 401) hold(say.sayLogin);
      else if (answer.code === "old_page") stop(say.sayReload);
      else if (answer.state === "refused" || (answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429)) stop(answer.say || say.sayUnknown);
      else {
        tries += 1; piece = Math.max(piece / 2, SMALLEST);
        tell(fill(say.sayWaiting, { done: size(offset) }), tries === 1);
        await waitFor(Math.min(30000, 500 * 2 ** tries));
      }
    }
  };

  input.multiple = true;
  part.querySelector("button[value=add]").hidden = true;
  let turn = Promise.resolve();
  const queue = () => {
    for (const file of input.files) turn = turn.then(() => send(file));
    input.value = "";
  };
  input.addEventListener("change", queue);
}
