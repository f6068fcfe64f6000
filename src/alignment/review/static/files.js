"use strict";
// Files of a program: dropped with their folders or picked, shown, and sent in portions, so that a hundred files fit
// whatever one request may hold. What was picked stays picked when something goes wrong.
const PORTION = 20;
const BYTES = 30e6;
const LISTED = 6;

async function walk(entry, before, found) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    found.push({ file, path: before + entry.name });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const inner of some) await walk(inner, `${before}${entry.name}/`, found);
  }
}

function portions(files) {
  const all = [[]];
  let size = 0;
  for (const item of files) {
    const last = all[all.length - 1];
    if (last.length && (last.length >= PORTION || size + item.file.size > BYTES)) { all.push([]); size = 0; }
    all[all.length - 1].push(item);
    size += item.file.size;
  }
  return all;
}

for (const form of document.querySelectorAll("form[data-files]")) {
  const list = form.querySelector(".chosen");
  const problem = form.querySelector(".problem");
  const sending = form.querySelector(".sending");
  const clear = form.querySelector(".clear");
  const button = form.querySelector("button[type=submit]");
  const csrf = form.querySelector("[name=csrf]").value;
  let files = [];

  const show = () => {
    const bytes = files.reduce((sum, item) => sum + item.file.size, 0);
    const [size, words] = bytes < 1e6 ? [Math.ceil(bytes / 1e3), form.dataset.small] : [bytes / 1e6, form.dataset.count];
    const shown = size.toLocaleString(document.documentElement.lang, { maximumFractionDigits: size < 10 ? 1 : 0 });
    const said = words.replace("{n}", files.length).replace("{size}", shown);
    const names = files.slice(0, LISTED).map(item => item.path);
    if (files.length > LISTED) names.push(form.dataset.more.replace("{n}", files.length - LISTED));
    list.replaceChildren(...[said, ...names].map(text => Object.assign(document.createElement("li"), { textContent: text })));
    list.hidden = clear.hidden = !files.length;
    problem.hidden = true;
  };
  const add = more => {
    const known = new Map(files.map(item => [item.path, item]));
    for (const item of more) known.set(item.path, item);
    files = [...known.values()].sort((one, other) => one.path.localeCompare(other.path, undefined, { numeric: true }));
    show();
  };
  clear.addEventListener("click", () => { files = []; show(); });
  const fail = text => { problem.textContent = text; problem.hidden = false; sending.hidden = true; button.disabled = false; };

  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      add([...input.files].map(file => ({ file, path: file.webkitRelativePath || file.name })));
      input.value = "";
    });
  }
  form.addEventListener("dragover", event => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", async event => {
    event.preventDefault();
    form.classList.remove("over");
    const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
    const found = [];
    for (const entry of entries) await walk(entry, "", found);
    add(entries.length ? found : [...event.dataTransfer.files].map(file => ({ file, path: file.name })));
  });

  const post = async (address, values, some = []) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ csrf, ...values })) body.append(name, value);
    for (const { file, path } of some) { body.append("files", file); body.append("paths", path); }
    const answer = await fetch(address, { method: "POST", body });
    if (answer.ok) return answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = page.querySelector("[role=alert]")?.textContent || page.body.textContent.trim() || answer.statusText;
    // Whatever is too large for one request comes alone: it is named.
    throw new Error(answer.status === 413 && some.length === 1 ? `${some[0].path}: ${said}` : said);
  };
  form.addEventListener("submit", async event => {
    event.preventDefault();
    if (!files.length) { fail(form.dataset.none); return; }
    problem.hidden = true;
    sending.hidden = false;
    button.disabled = true;
    try {
      const given = name => form.querySelector(`[name=${name}]`)?.value ?? "";
      const run = form.dataset.run || (await post(form.action, { name: given("name"), more: "true" })).url;
      form.dataset.run = run;
      let sent = 0;
      for (const some of portions(files)) {
        sending.querySelector("p").textContent = form.dataset.sending.replace("{name}", some[0].path);
        await post(`${run}/files`, {}, some);
        sent += some.length;
        sending.querySelector("progress").value = 100 * sent / files.length;
      }
      location.assign((await post(`${run}/read`, { choice: given("choice") })).url);
    } catch (error) {
      fail(error instanceof TypeError ? form.dataset.lost : error.message);
    }
  });
}
