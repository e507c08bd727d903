// Sentences from the catalogue (words/en.json), and every number format of the page.

import { replaced } from "./marks.js";

const PLACEHOLDER = /\{(\w+)(?::(\w+))?\}/g; // {name} or {name:format}
const PERCENT = "\u202f%"; // behind a narrow space that does not break

/** The number formats of a language. */
export function numbers(language = "en") {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const thousands = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 });
  const three = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const fixed = (decimals) => {
    const format = new Intl.NumberFormat(language, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    return (value) => format.format(value);
  };
  const decimals = [0, 1, 2, 3, 4].map(fixed);
  const share = (places) => (value) => `${decimals[places](100 * value)}${PERCENT}`;
  return {
    /** 1,234 */
    count: (value) => whole.format(value),
    /** A probability, never more than is known: >99 %, 7 %, <1 %. */
    percent: (value) => `${value >= 0.995 ? ">99" : value < 0.005 ? "<1" : whole.format(100 * value)}${PERCENT}`,
    share: share(0),
    share1: share(1),
    share2: share(2),
    /** With its sign, and a minus as wide as a plus: +4, −4, 0. */
    signed: (value) => signed(value, 0),
    signed1: (value) => signed(value, 1),
    signed2: (value) => signed(value, 2),
    decimal1: decimals[1],
    decimal2: decimals[2],
    decimal3: decimals[3],
    decimal4: decimals[4],
    /** A share with as many decimals as it takes, at most three digits: 80 %, 99.8 %. */
    rounded: (value) => `${three.format(100 * value)}${PERCENT}`,
    /** On an axis: three significant digits; what is very large or small in powers of ten. */
    tick: (value) => (value && (value >= 1e4 || value < 1e-3) ? value.toExponential(0) : three.format(value)),
    /** A count on an axis: 850, 12,000, 1.2M. */
    compact: (value) => (value < 1e6 ? whole.format(value) : thousands.format(value)),
    /** Three significant digits; what is very large or small in powers of ten. */
    short: (value) => significant(value, 3),
    /** A loss. */
    nats: (value) => (value < 1e4 ? decimals[3](value) : significant(value, 3)),
    /** Seconds, from two minutes on in minutes: 1.4 s, 87 s, 3 min. */
    duration: (seconds) =>
      seconds < 120 ? `${decimals[seconds < 10 ? 1 : 0](seconds)} s` : `${whole.format(seconds / 60)} min`,
    /** So many significant digits; what is very large or small in powers of ten. */
    significant,
    exact,
    exact0: (value) => exact(value, 0),
    exact2: (value) => exact(value, 2),
  };
}

function significant(value, digits) {
  const power = value && (Math.abs(value) >= 1e4 || Math.abs(value) < 1e-3);
  return power ? value.toExponential(1) : String(Number(value.toPrecision(digits)));
}

function signed(value, decimals) {
  const text = Math.abs(value).toFixed(decimals);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/** So many decimals; of a number too small for them two digits, in powers of ten; a minus as wide as a plus. */
function exact(value, decimals = 4) {
  const small = value !== 0 && Math.abs(value) < 0.5 / 10 ** decimals && decimals > 2;
  const text = small ? value.toExponential(1) : value.toFixed(decimals);
  return (Number(text) === 0 ? (0).toFixed(decimals) : text).replaceAll("-", "−");
}

/** What says a catalogue's sentences: { say, tell, marked, has, format }. */
export function speaker(catalogue, language = "en") {
  const plural = new Intl.PluralRules(language);
  const format = numbers(language);

  function entry(key) {
    const found = key.split(".").reduce((section, part) => section?.[part], catalogue);
    if (found === undefined) throw new Error(`The catalogue has no ${key}`);
    return found;
  }

  function written(key, values, name, style) {
    if (!(name in values)) throw new Error(`${key} needs a value for ${name}`);
    const value = values[name];
    if (style === undefined) return String(value);
    if (style in catalogue.formats) return catalogue.formats[style][value];
    if (!(style in format)) throw new Error(`${key} names the format ${style}, which there is not`);
    return format[style](value);
  }

  function sentence(key, values, shown) {
    const found = entry(key);
    const text = replaced(typeof found === "string" ? found : found[plural.select(values.count)], shown);
    return text.replace(PLACEHOLDER, (_, name, style) => written(key, values, name, style));
  }

  const wordOf = (term, text) => text ?? entry(`term.${term}.word`);

  /** The sentence of a key, with a value for each placeholder; throws where one is missing. */
  const say = (key, values = {}) => sentence(key, values, wordOf);

  return {
    say,
    /** The same with its terms marked, [[key|text]], for terms.js to explain. */
    marked: (key, values = {}) => sentence(key, values, (term, text) => `[[${term}|${wordOf(term, text)}]]`),
    /** A message that an answer carries, { key, values }; nothing for none. */
    tell: (message) => (message ? say(message.key, message.values) : ""),
    /** Whether there is such a key. */
    has: (key) => key.split(".").reduce((section, part) => section?.[part], catalogue) !== undefined,
    format,
  };
}
