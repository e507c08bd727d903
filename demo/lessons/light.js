// The control that a step is about is lit, and the others rest: they are quiet to the eye, and still work.

const CONTROLS = [
  "#pad .tools",
  "#pad .samples",
  "#training",
  "#title button",
  "#tabs [role=tab]",
  "#tabs fieldset:not(.setup *)",
  "#tabs .setup",
  "#tabs .controls .buttons button", // not their bar: text runs under it
  "#tabs .steps label",
  "#inside .chain",
  "#compare .maps",
  "#compare .curves",
].join(", ");

const sheet = new CSSStyleSheet();
let open = false;

/** Light what these selectors choose; none: all is as ever. */
export function light(selectors) {
  if (!open) document.adoptedStyleSheets.push(sheet);
  open = true;
  sheet.replaceSync(selectors?.length ? rules(selectors.join(", ")) : "");
}

const rules = (chosen) => `
  :is(${chosen}) { outline: 2px solid var(--ink); outline-offset: 4px; border-radius: 8px; }
  :is(${CONTROLS}):not(:is(${chosen}), :is(${chosen}) *, :has(${chosen}), #lesson *, :hover, :focus-within) {
    filter: saturate(0.3); opacity: 0.62;
  }`;
