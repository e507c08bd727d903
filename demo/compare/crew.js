// Readings of many images at once, in a worker of their own, so that neither the pen nor the cards wait for them.

import { reader } from "../reader/reader.js";

const BATCH = 12; // images in one question: the newest job waits for no more

/**
 * What reads many images: `use` gives it networks, { key: { layers, weights } }; `run` begins a job and ends the one before.
 * `images` is a list of functions that make an image each; `arrived(first, readings)` is called with the readings of some
 * images in a row, [{ key: card }], and the number of the first; `done` once all have arrived. A job that was replaced
 * calls nothing any more.
 */
export function crew(start) {
  const reads = reader(start, 0, () => 0); // it need not be tried whether the page itself would be quick
  let job = 0;

  return {
    use: (networks) => reads.use(networks),
    async run(images, arrived, done = () => {}) {
      const mine = ++job;
      for (let first = 0; first < images.length; first += BATCH) {
        const some = images.slice(first, first + BATCH).map((make) => make());
        const answers = await reads.images(some);
        if (mine !== job) return;
        arrived(first, answers);
      }
      done();
    },
    /** End the job that runs. */
    stop: () => void job++,
  };
}
