// The whole catalogue, as Python has it: en.json with the sections in en/.

import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../demo/words/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf-8"));
const sections = readdirSync(new URL("en/", FOLDER));

export const catalogue = {
  ...read("en.json"),
  ...Object.fromEntries(sections.map((name) => [name.replace(".json", ""), read(`en/${name}`)])),
};
