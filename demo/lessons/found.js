// What was measured and lessons quote: files of numbers, fetched when a lesson that needs them is opened.

const kept = new Map();

async function fetched(address) {
  const answer = await fetch(new URL(address, document.baseURI));
  if (!answer.ok) throw new Error(`${address} could not be fetched: ${answer.status}`);
  return answer.json();
}

/** The contents of these files, by name; `addresses` are of all that there are. Rejects where one cannot be had. */
export async function foundIn(names, addresses) {
  const each = names.map(async (name) => {
    if (!kept.has(name)) kept.set(name, fetched(addresses[name]));
    try {
      return [name, await kept.get(name)];
    } catch (error) {
      kept.delete(name); // another time it may be there
      throw error;
    }
  });
  return Object.fromEntries(await Promise.all(each));
}
