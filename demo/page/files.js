// The app's own files, fetched once each where they are first needed.

const files = new Map(); // by address, as promises

/** What `read` makes of the answer for an address, of the same kind for all who ask. Rejects where it cannot be had. */
export function fetchedOnce(address, read) {
  if (!files.has(address)) {
    const found = fetched(address, read);
    found.catch(() => files.delete(address)); // another time it may be there
    files.set(address, found);
  }
  return files.get(address);
}

async function fetched(address, read) {
  const answer = await fetch(new URL(address, document.baseURI));
  if (!answer.ok) throw new Error(`${address} could not be fetched: ${answer.status}`);
  return read(answer);
}

/** The content of a file of JSON. */
export const json = (address) => fetchedOnce(address, (answer) => answer.json());

/** The bytes of a file. */
export const buffer = (address) => fetchedOnce(address, (answer) => answer.arrayBuffer());
