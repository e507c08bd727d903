// What draws on a canvas draws here into SVG: as much of a canvas's context as the maps use.

const escaped = (text) => String(text).replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);

/** An element of SVG as text. */
export function element(tag, attributes, content = "") {
  const told = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => ` ${name}="${escaped(typeof value === "number" ? Number(value.toFixed(2)) : value)}"`)
    .join("");
  return content === "" ? `<${tag}${told}/>` : `<${tag}${told}>${escaped(content)}</${tag}>`;
}

/** A context, and with `markup` what was drawn in it. */
export function vector() {
  const parts = [];
  let run = null; // the last rectangle that was filled: those in a row of the same colour are one
  let path = "";
  let dash = "";

  function add(tag, attributes, content) {
    if (run) parts.push(element("rect", run));
    run = null;
    if (tag) parts.push(element(tag, attributes, content));
  }

  const paint = {
    fillStyle: "#000",
    strokeStyle: "#000",
    lineWidth: 1,
    lineJoin: "miter",
    font: "",
    textAlign: "start",
    textBaseline: "alphabetic",
    fillRect(x, y, width, height) {
      const { fillStyle: fill } = paint;
      if (run?.fill === fill && run.y === y && run.height === height && run.x + run.width === x) run.width += width;
      else (add(), (run = { x, y, width, height, fill, "shape-rendering": "crispEdges" }));
    },
    strokeRect: (x, y, width, height) => add("rect", { x, y, width, height, ...line() }),
    setLineDash: (lengths) => void (dash = lengths.join(" ")),
    beginPath: () => void (path = ""),
    moveTo: (x, y) => void (path += `M${x} ${y}`),
    lineTo: (x, y) => void (path += `L${x} ${y}`),
    stroke: () => add("path", { d: path, ...line() }),
    fillText: (content, x, y) => add("text", { x, y, fill: paint.fillStyle, ...type() }, content),
    strokeText: (content, x, y) => add("text", { x, y, ...line(), ...type() }, content),
    markup() {
      add();
      return parts.join("");
    },
  };

  const line = () => {
    const { strokeStyle, lineWidth, lineJoin } = paint;
    return {
      fill: "none",
      stroke: strokeStyle,
      "stroke-width": lineWidth,
      "stroke-linejoin": lineJoin,
      "stroke-dasharray": dash,
    };
  };
  const type = () => {
    const [weight, size] = paint.font.split(" ");
    const anchor = paint.textAlign === "center" ? "middle" : "start";
    const middle = paint.textBaseline === "middle" ? "central" : "auto";
    return { "font-weight": weight, "font-size": size, "text-anchor": anchor, "dominant-baseline": middle };
  };
  return paint;
}
