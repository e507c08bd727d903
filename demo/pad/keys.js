// The pad by keyboard: undo and redo anywhere on the page, samples by their digits, and a pen that goes from cell to cell
// of a grid as fine as the image that the networks see.

const CELLS = 28;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NO_TEXT = ["range", "checkbox", "radio", "button", "submit", "file", "color"];

/** Whether what has the keyboard takes text, so that keys are its own. */
export function editsText(node) {
  if (node?.tagName === "INPUT") return !NO_TEXT.includes(node.type);
  return ["TEXTAREA", "SELECT"].includes(node?.tagName) || Boolean(node?.isContentEditable);
}

/** What a key asks for: "undo", "redo", "clear" or a digit; null where it asks for nothing, as on the pen's slider. */
export function asked({ key, ctrlKey, metaKey, altKey, shiftKey, target }, onPad) {
  if (altKey || editsText(target)) return null;
  const small = key.toLowerCase();
  if (ctrlKey || metaKey) {
    if (small === "z") return shiftKey ? "redo" : "undo";
    return small === "y" ? "redo" : null;
  }
  if (!onPad || target?.tagName === "INPUT") return null;
  if (small === "delete" || small === "backspace") return "clear";
  return /^[0-9]$/.test(small) ? small : null;
}

/**
 * A pen led by the arrow keys over a canvas whose side is that many pad units, with `cell` to show where it is. `sheet`
 * takes what it draws; `told(key, values)` hears where it is and whether it is down, as a sentence's key. Gives { lift }.
 */
export function cursor(canvas, cell, side, sheet, told) {
  let at = [CELLS / 2, CELLS / 2]; // column and row, from 0
  let down = false;

  const point = () => at.map((place) => ((place + 0.5) * side) / CELLS);

  function show() {
    const [column, row] = at;
    cell.style.setProperty("--column", String(column));
    cell.style.setProperty("--row", String(row));
    cell.classList.toggle("down", down);
  }

  function tell(key) {
    told(key, { column: at[0], row: at[1] });
  }

  function lift() {
    if (!down) return;
    down = false;
    sheet.up();
    show();
  }

  function move([across, along]) {
    at = [at[0] + across, at[1] + along].map((place) => Math.min(CELLS - 1, Math.max(0, place)));
    if (down) sheet.moved([point()]);
    else tell("pad.keys.at");
    show();
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) move(ARROWS[event.key]);
    else if (event.key === " " && down) {
      lift();
      tell("pad.keys.up");
    } else if (event.key === " ") {
      down = sheet.down(point());
      if (down) tell("pad.keys.down");
      show();
    } else if (event.key === "Escape") lift();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", lift);
  show();
  return { lift };
}
