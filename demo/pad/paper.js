// The paper: a canvas that shows a drawing as sharply as the screen can.

import { continues } from "./strokes.js";

/**
 * Paint drawings on a canvas whose side is that many pad units: a function of the drawing and the pen's width. Of one
 * that has grown it adds what is new; painted `afresh`, the joints of what was added are as smooth as all the rest.
 */
export function paper(canvas, side) {
  const brush = canvas.getContext("2d");
  let shown = [];
  let shownPen; // what lies on the canvas

  function line(points) {
    brush.beginPath();
    brush.moveTo(...points[0]);
    for (const point of points.slice(1)) brush.lineTo(...point);
    brush.stroke();
  }

  /** A browser paints nothing for a line from a point to itself. */
  function dot([x, y], pen) {
    brush.beginPath();
    brush.arc(x, y, pen / 2, 0, 2 * Math.PI);
    brush.fill();
  }

  function clear(size, pen) {
    if (canvas.width !== size) canvas.width = canvas.height = size;
    brush.setTransform(size / side, 0, 0, size / side, 0, 0);
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, side, side);
    brush.fillStyle = brush.strokeStyle = "#111";
    brush.lineWidth = pen;
    brush.lineCap = brush.lineJoin = "round";
    [shown, shownPen] = [[], pen];
  }

  return function paint(strokes, pen, afresh = false) {
    const size = Math.round(canvas.clientWidth * devicePixelRatio);
    if (!size) return; // not visible
    if (afresh || canvas.width !== size || pen !== shownPen || !continues(shown, strokes)) clear(size, pen);
    for (let i = Math.max(0, shown.length - 1); i < strokes.length; i++) {
      const before = shown[i]?.length ?? 0; // points of this stroke that are there already
      if (strokes[i].length === before) continue;
      const added = strokes[i].slice(Math.max(0, before - 1));
      if (hasExtent(added)) line(added);
      else if (!before) dot(added[0], pen);
    }
    shown = strokes;
  };
}

const hasExtent = ([[x, y], ...others]) => others.some(([u, v]) => u !== x || v !== y);
