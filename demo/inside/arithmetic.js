// How a network came to one number goes in, tables and sums that show it come out. Parts have a name in data-part, which
// words of the prose light.

// `words` are the page's; `number` writes one; `picture` makes a canvas of a map with a frame on it. Gives the function
// that makes the nodes for a worked cell.
window.digitDuelArithmetic = function (words, say, number, picture) {
  const make = window.digitDuelMake;
  const two = (value) => number(value, 2);

  // ---- parts

  // A square of numbers under its name; `signed` ones are tinted green and magenta, others as light as they are large.
  function square(part, values, columns, { signed = true, inside, winner } = {}) {
    const most = Math.max(1e-9, ...values.map(Math.abs));
    const cells = values.map((value, i) => {
      const out = inside && !inside[i], share = Math.abs(value) / most;
      const light = `background: hsl(0 0% ${Math.round(100 * share)}%); color: ${share > 0.5 ? "#000" : "#fff"}`;
      const style = signed ? tint(value, most) : light;
      const kinds = [out ? "out" : "", i === winner ? "winner" : ""].join(" ").trim();
      const attributes = { style: out ? undefined : style, class: kinds || undefined, title: number(value), "data-i": i };
      return make("td", { ...attributes, "data-part": i === winner ? "winner" : undefined }, out ? "0" : two(value));
    });
    const rows = [];
    for (let i = 0; i < cells.length; i += columns) rows.push(make("tr", {}, ...cells.slice(i, i + columns)));
    const caption = make("caption", {}, words[part]);
    return make("table", { class: "square", "data-part": part }, caption, make("tbody", {}, ...rows));
  }

  const sign = (text) => make("span", { class: "sign" }, text);
  function term(value, label, part) {
    const told = make("b", {}, typeof value === "number" ? number(value) : value);
    return make("span", { class: "term", "data-part": part }, told, make("small", {}, label));
  }
  const sum = (...terms) => make("p", { class: "sum" }, ...terms);
  const plus = (value, label, part) => [sign(value < 0 ? "−" : "+"), term(Math.abs(value), label, part)];
  const bracket = (value) => (value < 0 ? `(${number(value)})` : number(value));

  function rows(head, body) {
    const cells = (tag, list) =>
      list.map((cell) => (cell instanceof Node ? cell : make(tag, tag === "th" ? { scope: "col" } : {}, cell)));
    const [first, ...rest] = [head, ...body];
    return make(
      "table",
      { class: "terms" },
      make("thead", {}, make("tr", {}, ...cells("th", first))),
      make("tbody", {}, ...rest.map(({ list, ...attributes }) => make("tr", attributes, ...cells("td", list)))),
    );
  }

  // From the middle to either side, or from the left where it is a share of a whole.
  function bar(value, most, kind = value < 0 ? "negative" : "positive") {
    const style = `--length: ${(((kind === "whole" ? 100 : 50) * Math.abs(value)) / most).toFixed(1)}%`;
    return make("td", { class: `bar ${kind}`, style }, make("i", {}));
  }

  // What norm and activation make of it.
  function then(cell) {
    const told = cell.then.map(([name, value]) => say("then", name, number(value)));
    return told.length ? [make("p", {}, told.join(" "))] : [];
  }

  // The map below with the window framed.
  const source = (map, frame, name) =>
    make("figure", { "data-part": "window" }, picture(map, frame), make("figcaption", { class: "help" }, name));

  const tint = (value, most) => {
    const share = (45 * Math.abs(value)) / most;
    return `--share: ${share.toFixed(1)}%; --tint: var(--${value < 0 ? "negative" : "positive"})`;
  };

  // ---- a convolution: window times kernel, for every input map

  function product(cell, here, { channel, map, window, kernel, products }) {
    const { rows, columns, inside, maps, below, sums } = cell, wide = columns.length;
    const frame = { top: rows[0], bottom: rows.at(-1) + 1, left: columns[0], right: columns.at(-1) + 1 };
    const node = make(
      "div",
      { class: "product", "data-channel": channel },
      source({ ...maps, bytes: map }, frame, sums.length > 1 ? say("channel", channel, below) : below),
      square("window", window, wide, { signed: maps.signed, inside }),
      sign("×"),
      square("kernel", kernel, wide),
      sign("="),
      square("products", products, wide, { inside }),
      sign("→"),
      term(sums[channel], words.sum, "sum"),
    );
    node.addEventListener("pointerover", ({ target }) => {
      const i = target.dataset?.i;
      for (const td of node.querySelectorAll("td")) td.classList.toggle("at", td.dataset.i === i);
      if (i === undefined) return;
      const place = [rows[Math.floor(i / wide)], columns[i % wide]];
      here.textContent = inside[i]
        ? say("product_here", ...place, number(window[i]), bracket(kernel[i]), number(products[i]))
        : say("padding_here", ...place);
    });
    return node;
  }

  function convolution(cell, { channels, all }) {
    const { sums, order, bias, total, below } = cell, many = sums.length > 1;
    const open = cell.channels.map(({ channel }) => channel), most = Math.max(1e-9, ...sums.map(Math.abs));
    const here = make("p", { class: "help", "aria-hidden": "true" }, words.rounded);
    const nodes = [here, ...cell.channels.map((one) => product(cell, here, one))];
    if (many) {
      const shown = all() ? order : order.slice(0, 12);
      const buttons = shown.map((channel) => {
        const is = open.includes(channel), style = tint(sums[channel], most);
        const attributes = { type: "button", style, "aria-pressed": is, "data-key": `channel ${channel}` };
        const told = make("b", {}, number(sums[channel], 3));
        const button = make("button", attributes, make("small", {}, say("map", channel)), told);
        button.addEventListener("click", () => channels(is ? open.filter((c) => c !== channel) : [channel, ...open]));
        return button;
      });
      if (order.length > 12) {
        const label = all() ? words.fewer_channels : say("all_channels", order.length);
        const more = make("button", { type: "button", "data-key": "all" }, label);
        more.addEventListener("click", () => all(!all()));
        buttons.push(more);
      }
      nodes.push(make("p", { class: "help" }, say("channels", sums.length, below)));
      nodes.push(make("div", { class: "sums", "data-part": "sum" }, ...buttons));
    }
    const label = many ? say("sums", sums.length) : words.sum;
    const added = [term(total - bias, label, "sum"), ...plus(bias, words.bias, "bias")];
    return [...nodes, sum(...added, sign("="), term(total, cell.layer)), ...then(cell)];
  }

  // ---- the others

  const WORK = {
    convolution,

    normalisation(cell) {
      const { input, mean, variance, eps, weight, bias, normalised, total } = cell;
      const taken = [term(input, words.input, "input"), sign("−"), term(bracket(mean), words.mean, "mean")];
      const scaled = [sign("×"), term(bracket(weight), words.weight, "weight")];
      const spread = term(`√(${number(variance)} + ${eps})`, `√(${words.variance} + ε)`, "variance");
      return [
        sum(sign("("), ...taken, sign(") ÷"), spread, sign("="), term(normalised, "")),
        sum(term(normalised, ""), ...scaled, ...plus(bias, words.bias, "bias"), sign("="), term(total, cell.layer)),
        ...then(cell),
      ];
    },

    activation(cell) {
      const { name, input, slope, total } = cell, x = number(input);
      const worked = { ReLU: `max(0, ${x})`, LeakyReLU: `${slope} × (${x})`, ELU: `${slope} × (exp(${x}) − 1)` }[name];
      const shown = input > 0 && name !== "ReLU" ? x : worked;
      return [sum(term(shown, `${name}, ${cell.below}`, "input"), sign("="), term(total, cell.layer)), ...then(cell)];
    },

    pooling(cell) {
      const { rows: y, columns: x, window, winner, maps, map, total, how } = cell;
      const frame = { top: y[0], bottom: y.at(-1) + 1, left: x[0], right: x.at(-1) + 1 };
      const node = make(
        "div",
        { class: "product" },
        source({ ...maps, bytes: map }, frame, cell.below),
        square("window", window, x.length, { signed: maps.signed, winner: winner[0] * x.length + winner[1] }),
        sign("→"),
        term(total, words[how], "winner"),
      );
      return [node, ...then(cell)];
    },

    passed: (cell) => [make("p", {}, say("passed", number(cell.input))), ...then(cell)],

    pixel: () => [],

    linear(cell) {
      const { terms, rest, others, bias, total, softmax, at, place } = cell;
      const most = Math.max(1e-9, ...terms.map(({ product }) => Math.abs(product)));
      const part = (name, text) => make("td", { "data-part": name }, text);
      const length = (value) => bar(Math.max(-most, Math.min(most, value)), most);
      const row = (name, ...cells) => ({ list: [name, ...cells] });
      const body = terms.map(({ unit, place: from, input, weight, product }) =>
        row(
          from ? say("cell", from[0], ...from[1]) : say("unit", cell.below, unit),
          part("input", number(input)),
          part("weight", number(weight)),
          part("product", number(product)),
          length(product),
        ),
      );
      const many = say("others", others.toLocaleString("en"));
      body.push(row(many, "", "", part("product", number(rest)), length(rest)));
      body.push(row(words.bias, "", "", part("bias", number(bias)), length(bias)));
      body.push(row(place, "", "", number(total), ""));
      const nodes = [rows([words.from, words.input, words.weight, words.product, ""], body)];
      if (softmax) nodes.push(...shares(softmax, at[0]));
      return nodes;
    },
  };

  function shares({ prose, logits, exponentials, total, probabilities }, digit) {
    const body = logits.map((logit, i) => {
      const share = probabilities[i], told = [String(i), number(logit), number(exponentials[i], 6), number(share, 6)];
      return { list: [...told, bar(share, 1, "whole")], class: i === digit ? "chosen" : undefined };
    });
    body.push({ list: [words.total, "", make("td", { "data-part": "sum" }, number(total, 6)), "1", ""] });
    const table = rows(["", words.logit, words.exponential, words.share, ""], body);
    return [make("h3", {}, words.softmax), make("p", { class: "prose" }, prose), table];
  }

  return (cell, ask) => WORK[cell.kind](cell, ask);
};
