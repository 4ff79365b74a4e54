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

// on a phone the menu is one long line: the page one is on comes into it
const on = document.querySelector(".nav .on");
if (on) on.parentNode.scrollLeft = on.offsetLeft - on.parentNode.offsetLeft - 48;

watchSums();
