// Values as text in an address. Each kind is { to, from }: a value as text, and the value of a text that anybody may have
// written, undefined where it is none of that kind.

/** One of these words. */
export const oneOf = (...words) => ({ to: (word) => word, from: (text) => (words.includes(text) ? text : undefined) });

/** True, or else left out. */
export const flag = { to: () => "1", from: (text) => (text === "1" ? true : undefined) };

/** True or false. */
export const either = { to: String, from: (text) => ({ true: true, false: false })[oneOf("true", "false").from(text)] };

/** A number within bounds, with so many decimals at most. */
export function number(low, high, decimals = 0) {
  const form = new RegExp(`^-?\\d{1,6}${decimals ? `(\\.\\d{1,${decimals}})?` : ""}$`);
  return {
    to: (value) => String(Number(value.toFixed(decimals))),
    from: (text) => (form.test(text) && low <= Number(text) && Number(text) <= high ? Number(text) : undefined),
  };
}

/** A name that something on the page has; none that every object knows, such as "constructor". */
export const name = {
  to: (value) => value,
  from: (text) => (/^[a-z0-9][\w-]{0,39}$/i.test(text) && !(text in {}) ? text : undefined),
};

/** Several of a kind. */
export const list = (kind, between = ",", least = 1, most = 24) => ({
  to: (values) => values.map(kind.to).join(between),
  from: (text) => {
    const values = text.split(between, most + 1).map(kind.from);
    return values.includes(undefined) || values.length < least || values.length > most ? undefined : values;
  },
});

/** A name and what it has: [name, value]. */
export const pair = (kind, between) => ({
  to: ([key, value]) => `${key}${between}${kind.to(value)}`,
  from: (text) => {
    const end = text.indexOf(between);
    const value = end < 0 ? undefined : kind.from(text.slice(end + 1));
    const key = name.from(text.slice(0, Math.max(0, end)));
    return key === undefined || value === undefined ? undefined : [key, value];
  },
});

/** One kind as another: `there` makes the other of a value, `back` the value of the other. */
export const as = (kind, there, back) => ({
  to: (value) => kind.to(there(value)),
  from: (text) => {
    const found = kind.from(text);
    return found === undefined ? undefined : back(found);
  },
});

/** What each of several names has: { name: value }. */
export const named = (kind, between) => as(list(pair(kind, between)), Object.entries, Object.fromEntries);

const SIMPLE = /^-?\d+(\.\d+)?(e-?\d+)?$/;

/**
 * What a field of a form holds: a number, true or false, numbers, or else a text, as it was typed. A list ends in a
 * comma, and a text that could be taken for another value begins with an apostrophe.
 */
export const typed = {
  to: (value) => {
    if (Array.isArray(value)) return value.map((one) => `${typed.to(one)},`).join("");
    const text = String(value);
    return typeof value === "string" && typed.from(text) !== value ? `'${text}` : text;
  },
  from: (text) => {
    if (text.length > 60) return undefined;
    if (text.startsWith("'")) return text.slice(1);
    if (text.endsWith(",")) return text.slice(0, -1).split(",").map(typed.from);
    if (text === "true" || text === "false") return text === "true";
    return SIMPLE.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
  },
};
