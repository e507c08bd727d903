// What is said aloud: one announcement after a rest, however much has changed.

/**
 * A function that takes what is to be said on a topic; of several on one topic the newest is said. After so many
 * milliseconds without another, `speak` is called once, with all of it.
 */
export function resting(speak, rest = 1000) {
  const waiting = new Map();
  let timer;
  return (topic, text) => {
    waiting.delete(topic);
    if (text) waiting.set(topic, text);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (waiting.size) speak([...waiting.values()].join(" "));
      waiting.clear();
    }, rest);
  };
}
