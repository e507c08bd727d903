// Light or dark: as the page's state has it, or else as the system has.

import { page } from "./state.js";

/** Call this whenever light has become dark, or dark light. */
export const onTheme = (show) =>
  new MutationObserver(() => show()).observe(document.body, { attributes: true, attributeFilter: ["class"] });

/** Follow the theme from now on. */
export function followTheme() {
  const system = matchMedia("(prefers-color-scheme:dark)");
  let mine = false; // whether it was set here, and not left to Gradio, which follows the system or the address

  function show() {
    const { theme } = page.get();
    if (!theme && !mine) return;
    mine = theme !== "";
    document.body.classList.toggle("dark", theme ? theme === "dark" : system.matches);
  }

  page.subscribe(["theme"], show);
  system.addEventListener("change", () => setTimeout(show)); // after Gradio, which follows the system by itself
  show();
}
