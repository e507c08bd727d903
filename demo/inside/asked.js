// The digit whose logit is explained: a choice that several views of the tab show, all of them the same one.

import { page } from "../page/state.js";

/** Make the choices follow the page's state, and change it. */
export function asked({ every, choose }) {
  const choices = every(".choice.explained");

  function show({ inside: { digit } }) {
    for (const choice of choices) choice.querySelector(`[value="${digit ?? ""}"]`).checked = true;
  }

  for (const choice of choices)
    choice.addEventListener("change", ({ target: { value } }) =>
      choose({ digit: value === "" ? null : Number(value) }),
    );
  page.subscribe(["inside"], show);
  show(page.get());
}
