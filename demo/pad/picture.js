// Pictures on the paper: dropped or pasted anywhere on the page, or chosen at the pad.

import { words } from "../page/catalogue.js";
import { chooser, within } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { prepared, putPicture, seenOf } from "../page/picture.js";
import { page } from "../page/state.js";
import { editsText } from "./keys.js";

const WAIT_AFTER = 300; // milliseconds until it is said that a picture is being read

const fileOf = (transfer) => [...(transfer?.files ?? [])][0];
const holdsFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

/**
 * Take pictures from now on, and show the one that lies there. `lift` ends a stroke; `said` is given what there is to say: what
 * is wrong with one that cannot be read; that one is being read, and true, for this is no problem; or nothing any more.
 */
export function pictures(element, server, largest, lift, said) {
  const { find } = within(element);
  const shown = find(".picture");
  const paper = find(".paper");
  let address = null;
  let awaited = null; // while a picture is on its way, the timer after which this is said

  function done(text) {
    clearTimeout(awaited);
    awaited = null;
    said(text);
  }

  async function put(file) {
    if (!file) return; // what was dropped holds none
    lift();
    done("");
    const mine = (awaited = setTimeout(() => said(words.say("pad.picture.reading"), true), WAIT_AFTER));
    const problem = await putPicture(server, file, largest);
    if (mine === awaited) done(words.tell(problem));
  }

  chooser(find(".choose input"), put);
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    paper.classList.add("expects");
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) paper.classList.remove("expects");
  });
  document.addEventListener("drop", (event) => {
    paper.classList.remove("expects");
    if (!holdsFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    put(fileOf(event.dataTransfer));
  });
  document.addEventListener("paste", (event) => {
    const file = fileOf(event.clipboardData);
    if (!file || editsText(event.target)) return;
    event.preventDefault();
    put(file);
  });
  find("[data-do=back]").addEventListener("click", () => {
    page.set({ picture: null, digit: null });
    find("#pad canvas").focus({ preventScroll: true });
  });

  // With other steps the server sees another image.
  const again = latest(
    async () => {
      const { picture } = page.get();
      if (!picture) return {};
      const answer = await prepared(server, picture.file);
      return answer && { answer, file: picture.file };
    },
    ({ answer, file }) => {
      const { picture } = page.get();
      if (answer?.stages && picture?.file === file) page.set({ picture: { ...picture, ...seenOf(answer) } });
    },
    () => {},
  );
  page.subscribe(["steps"], ({ picture }) => picture && again());

  page.subscribe(["strokes"], ({ strokes, lent }) => strokes !== lent && done(""));
  page.subscribe(["picture"], ({ picture }) => {
    find("#pad").classList.toggle("pictured", Boolean(picture));
    find(".tools").hidden = Boolean(picture);
    find(".pictured-tools").hidden = shown.hidden = !picture;
    if (picture?.address === address) return;
    done("");
    address = picture?.address ?? null;
    if (address) shown.src = address;
    else shown.removeAttribute("src");
  });
}
