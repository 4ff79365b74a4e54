// Helps on console pages; every page works without it. Keys: "/" to the search, "?" nothing else to learn.
import {watchSums} from "./sums.js";

document.addEventListener("keydown", event => {
  const typing = event.target.closest("input,select,textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
});

for (const select of document.querySelectorAll("select[data-submit]"))
  select.addEventListener("change", () => select.form.requestSubmit());

for (const input of document.querySelectorAll("input[data-word]")) {
  const button = input.form.querySelector("button:not([type=button])");
  const check = () => { button.disabled = input.value.trim() !== input.dataset.word; };
  input.addEventListener("input", check);
  check();
}

for (const button of document.querySelectorAll("[data-print]"))
  button.addEventListener("click", () => window.print());

// the browser's own file button speaks the browser's language: ours names what was chosen
for (const input of document.querySelectorAll("input[data-files]"))
  input.addEventListener("change", () => {
    input.form.querySelector("output").textContent = [...input.files].map(file => file.name).join("、");
  });

// a form goes out once, however often it is clicked
for (const form of document.querySelectorAll("form[method=post]"))
  form.addEventListener("submit", event => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });

const live = document.querySelector("[data-reload]");
if (live) setTimeout(() => location.reload(), Number(live.dataset.reload) * 1000);

// what was typed is still there when one comes back from a refusal (its page does not load this script; all others do
// and forget). Never hidden fields, passwords or files; a fresh form keeps its own number, so nothing is booked twice.
const KEPT = "typed", here = location.pathname + location.search;
const fields = form => [...form.elements].filter(field => field.name && !/^(hidden|password|file)$/.test(field.type));
const [came] = performance.getEntriesByType("navigation");
const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
sessionStorage.removeItem(KEPT);
if (came?.type === "back_forward" && kept?.here === here && document.forms[kept.form]) {
  fields(document.forms[kept.form]).forEach((field, i) => {
    if (kept.values[i] === undefined) return;
    if (/^(checkbox|radio)$/.test(field.type)) field.checked = kept.values[i]; else field.value = kept.values[i];
  });
}
for (const form of document.querySelectorAll("main form[method=post]"))
  form.addEventListener("submit", () => sessionStorage.setItem(KEPT, JSON.stringify({
    here, form: [...document.forms].indexOf(form),
    values: fields(form).map(field => /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value),
  })));

// on a phone the menu is one long line: the page one is on comes into it
const on = document.querySelector(".nav .on");
if (on) on.parentNode.scrollLeft = on.offsetLeft - on.parentNode.offsetLeft - 48;

watchSums();
