// Numbers go in, line charts come out, as SVG that is changed in place.

// ---- scales: values go in; ticks, and where a value stands between 0 (left, bottom) and 1 (right, top), come out

window.digitDuelScales = (() => {
  const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
  const format = (value) => (value && (value >= 1e4 || value < 1e-3) ? value.toExponential(0) : number.format(value));
  const largest = (values, least) => values.reduce((most, value) => Math.max(most, value), least);
  const step = (span) => {
    const power = 10 ** Math.floor(Math.log10(span / 4));
    return power * [1, 2, 5, 10].find((factor) => factor * power >= span / 4);
  };
  const ticks = (top, by) => Array.from({ length: Math.floor(top / by + 1e-6) + 1 }, (_, i) => i * by);

  return {
    // from 0 to the largest value
    clock(values) {
      const top = largest(values, 1);
      return { place: (value) => value / top, ticks: ticks(top, step(top)).map((value) => [value, format(value)]) };
    },

    // from 0 to a round number
    linear(values) {
      const most = largest(values, 0) || 1, by = step(most), top = Math.ceil(most / by - 1e-6) * by;
      return { place: (value) => value / top, ticks: ticks(top, by).map((value) => [value, format(value)]) };
    },

    // between round numbers, at least from 0.1 to 3; each factor of ten is as high as any other
    log(values) {
      const lower = values.reduce((least, value) => (value > 0 ? Math.min(least, value) : least), 0.1);
      const all = [];
      for (let power = -6; power < 40; power++) all.push(10 ** power, 3 * 10 ** power);
      const low = Math.max(0, all.findLastIndex((value) => value <= lower));
      const high = all.findIndex((value) => value >= largest(values, 3)), every = Math.ceil((high - low) / 6);
      const span = Math.log(all[high] / all[low]);
      return {
        place: (value) => Math.max(0, Math.log(value / all[low]) / span),
        ticks: all.slice(low, high + 1).filter((_, i) => i % every === 0).map((value) => [value, format(value)]),
      };
    },

    // shares of 1: what is missing to a little more than 1, logarithmic, so that the last percents can be read
    accuracy() {
      const place = (value) => Math.log(1.0005 - value) / Math.log(0.0005);
      const told = [0, 0.8, 0.95, 0.99, 0.998, 1].map((value) => [value, `${number.format(100 * value)}\u202f%`]);
      return { place, ticks: told };
    },
  };
})();

// ---- a chart: an empty <svg> and what its clock is called go in, a function that draws comes out
// It takes a scale for the values, lines [{ key, x, y, kind, network, label }] and a moment to mark, or null. Kinds are
// classes: raw, strong, thin, dots, earlier.

window.digitDuelChart = function (svg, clock) {
  const LEFT = 50, RIGHT = 84, TOP = 8, BOTTOM = 40, LINE = 14; // pixels
  const scales = window.digitDuelScales, kept = new Map();
  let last = [scales.linear, [], null], width = 0, height = 0;

  // The element of this key, made when it is first asked for; what is not asked for while drawing is removed.
  let asked;
  function part(key, tag, attributes, text) {
    asked.add(key);
    let node = kept.get(key);
    if (!node) {
      node = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", tag));
      kept.set(key, node);
    }
    for (const [name, value] of Object.entries(attributes))
      if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
    if (text !== undefined) window.digitDuelWrite(node, text);
  }

  function draw(scale, lines, moment) {
    last = [scale, lines, moment];
    if (!width) return; // not visible
    const across = scales.clock(lines.flatMap(({ x }) => x.slice(-1))), up = scale(lines.flatMap(({ y }) => y));
    const px = (value) => Math.round(10 * (LEFT + across.place(value) * (width - LEFT - RIGHT))) / 10;
    const py = (value) => Math.round(10 * (height - BOTTOM - up.place(value) * (height - BOTTOM - TOP))) / 10;
    asked = new Set();
    up.ticks.forEach(([value, text], i) => {
      part(`grid ${i}`, "line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: py(value), y2: py(value) });
      part(`up ${i}`, "text", { class: "tick", x: LEFT - 8, y: py(value) + 4, "text-anchor": "end" }, text);
    });
    across.ticks.forEach(([value, text], i) =>
      part(`x ${i}`, "text", { class: "tick", x: px(value), y: height - BOTTOM + 18, "text-anchor": "middle" }, text),
    );
    part("clock", "text", { class: "tick", x: width - RIGHT, y: height - 6, "text-anchor": "end" }, clock);
    if (moment !== null)
      part("moment", "line", { class: "moment", x1: px(moment), x2: px(moment), y1: TOP, y2: height - BOTTOM });
    const labels = [];
    for (const { key, x, y, kind, network, label } of lines) {
      let d = "", end;
      for (let i = 0; i < x.length; i++) {
        if (!Number.isFinite(y[i])) continue;
        end = [px(x[i]), py(y[i])];
        d += kind === "dots" ? `M${end}h0` : `${d ? "L" : "M"}${end}`;
      }
      part(key, "path", { class: kind, style: `stroke: var(--${network})`, d });
      if (label && end) labels.push({ key, label, network, x: end[0] + 8, y: end[1] + 4 });
    }
    // Labels keep a line's distance: downwards from the highest, then upwards from the lowest that the frame allows.
    labels.sort((a, b) => a.y - b.y);
    labels.forEach((label, i) => i && (label.y = Math.max(label.y, labels[i - 1].y + LINE)));
    labels.reduceRight((below, label) => (label.y = Math.min(label.y, below - LINE)), height - BOTTOM + 4 + LINE);
    for (const { key, label, network, x, y } of labels)
      part(`${key} label`, "text", { class: "label", style: `fill: var(--${network}-text)`, x, y }, label);
    for (const [key, node] of kept) if (!asked.has(key)) node.remove(), kept.delete(key);
  }

  new ResizeObserver(([{ contentRect }]) => {
    ({ width, height } = contentRect);
    draw(...last);
  }).observe(svg);
  return draw;
};
