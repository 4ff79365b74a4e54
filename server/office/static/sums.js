// Bulk buttons say how many homes and how much: "派给小闫 12 户 ￥34,120".
const yuan = fen => "￥" + Math.round(fen / 100).toLocaleString("en-US");

export function watchSums() {
  for (const form of document.querySelectorAll("form[data-sums]")) {
    const show = () => {
      let count = 0, fen = 0;
      for (const box of form.querySelectorAll("input[data-fen]:checked")) { count += 1; fen += Number(box.dataset.fen); }
      for (const spot of form.querySelectorAll("[data-sum]")) spot.textContent = `${count} 户 ${yuan(fen)}`;
    };
    form.addEventListener("change", event => {
      if (event.target.matches("[data-all]"))
        for (const box of form.querySelectorAll("input[data-fen]")) box.checked = event.target.checked;
      show();
    });
    show();
  }
}
