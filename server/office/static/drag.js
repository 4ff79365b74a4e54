// Dragging with pointer events: one card follows the hand, a gap shows where it would fall. Mouse: the whole card;
// finger: its grip, so that the page can still be scrolled. Escape puts it back.
const NEAR = 80; // pixels from the edge of the window where it begins to scroll
const FAR = 5; // pixels before a press is a drag

/** `dropped(code, lane, place)` when a card fell somewhere else; `board()` is asked each time, it may be a new one. */
export function follow(board, dropped) {
  let held = null;

  document.addEventListener("pointerdown", event => {
    const card = event.target.closest?.("[data-board] .stop");
    const grip = event.target.closest?.("[data-grip]");
    const own = event.target.closest?.("a,button,summary,select,input,form");
    if (held || !card || event.button || !board().querySelector("[data-drag]") || board().hasAttribute("aria-busy")) return;
    if (!grip && (event.pointerType !== "mouse" || own)) return;
    held = { card, id: event.pointerId, x: event.clientX, y: event.clientY, ghost: null, gap: null };
  });

  document.addEventListener("pointermove", event => {
    if (!held || event.pointerId !== held.id) return;
    if (!held.ghost && Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    event.preventDefault();
    if (!held.ghost) lift(held);
    held.at = { x: event.clientX, y: event.clientY };
    show(held);
  });

  document.addEventListener("pointerup", event => {
    if (!held || event.pointerId !== held.id) return;
    const done = held;
    const { gap, card } = done;
    const lane = gap?.closest("[data-lane]");
    const place = gap && [...gap.parentElement.querySelectorAll(".stop:not(.held)")]
      .filter(one => gap.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING).length;
    const was = card.closest("[data-lane]");
    const before = [...card.parentElement.querySelectorAll(".stop")].indexOf(card);
    drop();
    if (lane && (lane !== was || (lane.dataset.lane && place !== before))) dropped(card.dataset.code, lane.dataset.lane, place);
  });

  document.addEventListener("pointercancel", drop);
  document.addEventListener("keydown", event => { if (event.key === "Escape") drop(); });
  document.addEventListener("selectstart", event => { if (held) event.preventDefault(); });
  document.addEventListener("dragstart", event => { if (held) event.preventDefault(); });

  function drop() {
    held?.ghost?.remove();
    held?.gap?.remove();
    held?.card.classList.remove("held");
    document.body.classList.remove("dragging");
    held = null;
  }

  function lift(one) {
    const box = one.card.getBoundingClientRect();
    one.dx = one.x - box.left;
    one.dy = one.y - box.top;
    one.ghost = one.card.cloneNode(true);
    one.ghost.classList.add("carried");
    one.ghost.removeAttribute("data-code");
    one.ghost.style.width = `${box.width}px`;
    one.gap = document.createElement("li");
    one.gap.className = "gap";
    one.card.classList.add("held");
    document.body.classList.add("dragging");
    document.body.append(one.ghost);
    const scroll = () => {
      if (held !== one) return;
      const by = one.at.y < NEAR ? one.at.y - NEAR : one.at.y > innerHeight - NEAR ? one.at.y - innerHeight + NEAR : 0;
      if (by) { scrollBy(0, by / 4); show(one); }
      requestAnimationFrame(scroll);
    };
    one.at = { x: one.x, y: one.y };
    requestAnimationFrame(scroll);
  }

  /** The card under the hand, and the gap where it would fall. */
  function show(one) {
    one.ghost.style.transform = `translate(${one.at.x - one.dx}px,${one.at.y - one.dy}px)`;
    const lane = document.elementFromPoint(one.at.x, one.at.y)?.closest("[data-lane]");
    if (!lane) return one.gap.remove();
    const list = lane.querySelector("[data-doors]");
    if (!lane.dataset.lane) return lane.querySelector("h2").after(one.gap);
    const next = [...list.querySelectorAll(".stop:not(.held)")].find(other => {
      const box = other.getBoundingClientRect();
      return one.at.y < box.top + box.height / 2;
    });
    list.insertBefore(one.gap, next || null);
  }
}
