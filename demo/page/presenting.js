// The presenting view: larger type, the pad, both cards and the open tab on the whole screen. A button switches it, and
// Alt+P; Escape leaves it.

import { page } from "./state.js";

const root = document.documentElement;

/** Start the view with the button that switches it. */
export function present(button) {
  function turn(on) {
    page.set({ presenting: on });
    if (on)
      root.requestFullscreen?.().catch(() => {}); // a frame may not: then it fills the frame
    else if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  }

  button.addEventListener("click", () => turn(!page.get().presenting));
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) page.set({ presenting: false });
  });
  addEventListener(
    "keydown",
    (event) => {
      const { presenting } = page.get();
      const asked = event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyP";
      const leaves = presenting && event.key === "Escape" && !document.querySelector("dialog[open]");
      if (!asked && !leaves) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // Escape means nothing else then
      turn(!presenting);
    },
    { capture: true },
  );
  page.subscribe(["presenting"], ({ presenting }) => {
    root.classList.toggle("presenting", presenting);
    button.setAttribute("aria-pressed", String(presenting));
  });
}
