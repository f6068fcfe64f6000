"use strict";
for (const bar of document.querySelectorAll(".filters")) {
  const table = document.getElementById(bar.dataset.for + "-findings");
  const rows = [...table.tBodies[0].rows];
  const count = bar.querySelector("[data-count]");
  const field = name => bar.querySelector(`[data-filter="${name}"]`);
  const apply = () => {
    const text = field("text").value.toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = (!field("verdict").value || row.dataset.verdict === field("verdict").value)
        && (!field("basis").value || row.dataset.basis === field("basis").value)
        && (!field("function").value || row.dataset.function === field("function").value)
        && (!text || row.textContent.toLowerCase().includes(text));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown;
  };
  bar.addEventListener("input", apply);
  table.tHead.addEventListener("click", event => {
    const head = event.target.closest("th");
    if (!head) return;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => { const cell = row.cells[head.cellIndex]; return cell.dataset.value ?? cell.textContent; };
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
    rows.sort((a, b) => (down ? -1 : 1) * order.compare(key(a), key(b)));
    table.tBodies[0].append(...rows);
  });
  for (const button of document.querySelectorAll(`.heat button[data-part="${bar.dataset.for}"]`)) {
    button.addEventListener("click", () => {
      field("verdict").value = field("basis").value = "";
      field("function").value = button.dataset.function;
      field("text").value = button.dataset.discipline;
      apply();
      table.scrollIntoView({ behavior: "smooth", block: "start" });
    });
  }
}
