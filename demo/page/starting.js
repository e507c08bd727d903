// How a part of the page starts: its module is fetched, however often that fails, and a button that was clicked meanwhile
// is clicked then. The page's head holds this file (page/own.py), so that it is there before all that is fetched.

const PAUSES = [1, 2, 4, 8, 15]; // seconds until something is fetched again; the last of them from then on
const LASTING = 20_000; // milliseconds for which a click waits
const UNFETCHED = "unfetched"; // an event: all parts that have not started may wait for what could not be fetched

/**
 * What `fetched` resolves to, however often it rejects before; `failed` is called each time that it does.
 * @param {() => Promise<any>} fetched
 * @param {() => unknown} failed
 */
export async function untilFetched(fetched, failed = () => dispatchEvent(new Event(UNFETCHED))) {
  for (let tries = 0; ; tries++) {
    try {
      return await fetched();
    } catch (error) {
      console.error(error);
      failed();
      await pause(PAUSES[Math.min(tries, PAUSES.length - 1)]);
    }
  }
}

/** So many seconds, or less where the browser finds that it is online again. */
const pause = (seconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, 1000 * seconds);
    addEventListener("online", resolve, { once: true });
  });

/** Start a part with what Gradio gives it, by the address of its module; `problem` says that this could not be fetched. */
export async function startPart(given, address, problem) {
  const { element } = given;
  const note = Object.assign(document.createElement("p"), { className: "unfetched", textContent: problem });
  note.setAttribute("role", "status");
  let clickAgain = () => {}; // the button that was clicked last; this does nothing where it is disabled by then

  function remember({ target, timeStamp }) {
    const button = target.closest("button");
    if (button) clickAgain = () => performance.now() - timeStamp < LASTING && button.click();
  }

  const tell = () => element.before(note);

  element.addEventListener("click", remember);
  addEventListener(UNFETCHED, tell);
  const part = await untilFetched(() => import(new URL(address, document.baseURI).href), tell);
  element.removeEventListener("click", remember);
  removeEventListener(UNFETCHED, tell);
  note.remove();
  part.start(given);
  clickAgain();
}
