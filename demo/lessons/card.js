// What of the lessons is there from the start: the invitation beside an empty paper, and the lesson that was under way.
// All else is fetched when a lesson begins.

import { open } from "../link/address.js";
import { words } from "../page/catalogue.js";
import { make, there } from "../page/dom.js";
import { untilFetched } from "../page/starting.js";
import { page } from "../page/state.js";
import { LESSONS } from "./course/index.js";
import { kept } from "./kept.js";
import { waiting } from "./waiting.js";

/** Start the component; `files` are the addresses of what was measured, by name. */
export function start({ props: { files } }) {
  const wait = waiting(() => page.set({ lesson: null }));
  const lost = () => wait(Boolean(page.get().lesson));
  let fetched = null; // the promise of what runs a lesson
  async function run({ lesson }) {
    if (!lesson) return wait(false);
    const { follow } = await (fetched ??= untilFetched(() => import("./running.js"), lost));
    wait(false);
    follow(files, Boolean(open().changes.tab));
  }
  page.subscribe(["lesson"], run);
  const { lesson } = kept();
  if (lesson && !Object.keys(open().changes).length) page.set({ lesson }); // a link says itself whether there is one
  run(page.get());
  there("#seen > div").then(invite);
}

/** One sentence and one button, in the place of the note on what the networks see, while nobody has drawn. */
function invite(place) {
  const begin = make("button", { type: "button" }, words.say("page.invitation.begin"));
  begin.addEventListener("click", () => page.set({ lesson: { id: LESSONS[0].id, step: 0, bets: {} } }));
  place.append(make("p", { class: "invitation" }, words.say("page.invitation.text"), " ", begin));
}
