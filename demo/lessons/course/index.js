// The lessons in their order: which tutorial each stands on, and how many minutes it takes. What happens in one is a module
// of its own, fetched when it is opened.

const about = (id, texts, minutes) => ({ id, texts, minutes });

export const LESSONS = [
  about("image", ["mlp"], 2),
  about("prepare", ["mlp", "cnn"], 3),
  about("weights", ["cnn"], 3),
  about("kernel", ["cnn"], 4),
  about("pool", ["cnn"], 3),
  about("reach", ["cnn"], 2),
  about("learn", ["mlp", "cnn"], 4),
  about("move", ["cnn"], 3),
  about("cost", ["cnn"], 3),
  about("doubt", ["mlp", "cnn"], 3),
];

/** The lesson after this one; undefined after the last. */
export const after = (id) => LESSONS[LESSONS.findIndex((lesson) => lesson.id === id) + 1]?.id;

/** The lesson of this name, as engine.js describes it; null for a name that none has. */
export async function lessonOf(id) {
  return LESSONS.some((lesson) => lesson.id === id) ? (await import(`./${id}.js`)).lesson : null;
}
