// Pictures on the paper: dropped or pasted anywhere on the page, or chosen at the pad.

import { words } from "../page/catalogue.js";
import { chooser, within } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { prepared, putPicture, seenOf } from "../page/picture.js";
import { page } from "../page/state.js";
import { editsText } from "./keys.js";

const fileOf = (transfer) => [...(transfer?.files ?? [])][0];
const holdsFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

/** Take pictures from now on, and show the one that lies there; `said` is given what is wrong with one that cannot be read. */
export function pictures(element, server, largest, said) {
  const { find } = within(element);
  const shown = find(".picture");
  const paper = find(".paper");
  let address = null;

  async function put(file) {
    said("");
    said(words.tell(await putPicture(server, file, largest)));
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

  page.subscribe(["picture"], ({ picture }) => {
    find("#pad").classList.toggle("pictured", Boolean(picture));
    find(".tools").hidden = Boolean(picture);
    find(".pictured-tools").hidden = shown.hidden = !picture;
    if (picture?.address === address) return;
    address = picture?.address ?? null;
    if (address) shown.src = address;
    else shown.removeAttribute("src");
  });
}
