// An image of 28x28 pixels laid on the paper, as a picture.

import { page } from "../page/state.js";

/** Lay what a canvas shows on the paper; it is read as it is. */
export function putOnPaper(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const ink = data.filter((_, i) => i % 4 === 0);
  const image = btoa(String.fromCharCode(...ink));
  page.set({ picture: { file: null, image, digits: [image], address: canvas.toDataURL() }, digit: null });
}
