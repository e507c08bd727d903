// Word of other networks goes in, what they are is asked for and shown: once they are at rest, and the tab is seen.
const REST = 1000; // milliseconds
let stale = true,
  rest; // what came before the tab was first opened was not heard here

async function refresh() {
  if (!stale || !element.checkVisibility()) return;
  stale = false;
  const content = await server.networks(null);
  if (content)
    element.querySelector(".intro").parentElement.innerHTML = content; // numbers and sentences of ours alone
  else stale = true;
}

document.addEventListener("digit-duel:network", () => {
  stale = true;
  clearTimeout(rest);
  rest = setTimeout(refresh, REST);
});
new IntersectionObserver(refresh).observe(element);
