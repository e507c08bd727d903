// What was answered about the MLP, about which pixels matter or about pooling goes in; its view is filled in. Gives
// { mlp, pixels, pooling }: functions that take an answer and the colours of bytes.

window.digitDuelViews = function (element, { words, names, methods }, number) {
  const write = window.digitDuelWrite, make = window.digitDuelMake, paint = window.digitDuelPaint;
  const { find, every, css, say } = window.digitDuelIn(element, words), decode = window.digitDuelDecode;
  const canvas = () => make("canvas", { role: "img" });

  // So many children in a box, made where they are missing, each then filled in.
  function fill(box, count, create, update) {
    while (box.children.length > count) box.lastChild.remove();
    while (box.children.length < count) box.append(create());
    [...box.children].forEach(update);
  }

  // A picture of all pixels with the drawing's outline on it.
  function overlay(node, picture, colours, image, label) {
    const view = paint.large(node, picture, colours);
    paint.outline(view, decode(image), 28, picture.signed ? css("--ink") : css("--faint"));
    node.ariaLabel = label;
  }

  function mlp({ digit, prose, image, hidden, evidence, first }, colours) {
    const most = number(evidence.largest), brought = ["for", "against", "remainder", "logit"];
    write(find("[data-view=mlp] .intro"), prose);
    write(find(".evidence h3"), say("evidence", digit));
    write(find(".evidence .help"), say("evidence_help", ...brought.map((name) => number(evidence[name], 2))));
    const label = say("evidence_label", digit, most, most);
    overlay(find(".evidence canvas"), { ...evidence, signed: true }, colours, image, label);

    const strip = () => make("figure", {}, make("figcaption", {}), canvas());
    fill(find(".strips > div"), hidden.length, strip, (figure, i) => {
      const { name, last, units, silent, largest } = hidden[i], node = find("canvas", figure);
      const title = name === last ? name : `${name}, ${last}`, logits = i === hidden.length - 1;
      write(find("figcaption", figure), logits ? say("logits_row", title) : say("hidden_row", title, units, silent));
      node.classList.toggle("bars", logits);
      if (logits) paint.bars(node, hidden[i], colours, { ink: css("--quiet") });
      else paint.small(node, hidden[i], colours);
      node.ariaLabel = say("hidden_label", units, name, number(largest));
    });

    const side = 28, size = side * side, weights = decode(first.bytes);
    write(find(".weights h3"), say("first", first.name, first.units.length, digit));
    write(find(".weights .help"), say("first_help", size));
    const unit = () => make("figure", {}, canvas(), make("figcaption", {}, make("small", {}), make("b", {})));
    fill(find(".weights > div"), first.units.length, unit, (figure, i) => {
      const node = find("canvas", figure), brings = number(first.importance[i], 2);
      const bytes = weights.subarray(i * size, (i + 1) * size);
      paint.small(node, { width: side, height: side, signed: true, bytes }, colours);
      node.ariaLabel = say("first_label", first.units[i], brings);
      write(find("small", figure), first.units[i]);
      write(find("b", figure), brings);
    });
  }

  function pixels({ networks }, colours) {
    for (const [network, { digit, image, pictures }] of Object.entries(networks))
      for (const [method, [title]] of Object.entries(methods)) {
        const figure = find(`[data-method=${method}] [data-network=${network}]`), picture = pictures[method];
        const node = find("canvas", figure);
        node.hidden = !picture;
        write(find("b", figure), say("reads", names[network], digit));
        write(find("span", figure), picture ? (picture.largest ? "" : words.nothing) : words.no_method);
        if (!picture) continue;
        const label = say("method_label", names[network], digit, title, number(picture.largest));
        overlay(node, { ...picture, signed: method !== "cam" }, colours, image, label);
      }
  }

  function pooling({ example: { winners, largest, average }, rows, map, sentence }, colours) {
    every(".cells input").forEach((cell, i) => {
      cell.classList.toggle("winner", winners.includes(i));
      if (winners.includes(i)) cell.dataset.part = "winner";
      else delete cell.dataset.part;
    });
    every(".example .max output").forEach((output, i) => write(output, largest[i]));
    every(".example .average output").forEach((output, i) => write(output, average[i]));
    if (!rows) return; // blank paper
    write(find(".shift > .help"), sentence);
    const KINDS = ["before", "after", "difference"];
    const figure = (kind) => make("figure", {}, canvas(), make("figcaption", { class: "help" }, words[kind]));
    const row = () => make("div", {}, make("h3", {}, make("span", {}), make("b", {})), ...KINDS.map(figure));
    fill(find(".shift .rows"), rows.length, row, (box, i) => {
      const { layer, share, width, height, signed } = rows[i], nodes = every("canvas", box);
      write(find("h3 span", box), say("map_of", layer, map));
      write(find("h3 b", box), say("changed", `${(100 * share).toFixed(0)}\u202f%`));
      KINDS.forEach((kind, j) => {
        const picture = { width, height, signed: signed || kind === "difference", bytes: rows[i][kind] };
        paint.small(nodes[j], picture, colours);
        nodes[j].ariaLabel = say("shift_label", layer, map, words[kind]);
      });
    });
  }

  return { mlp, pixels, pooling };
};
