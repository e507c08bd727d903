// What is said of both networks' readings. A card is { digit, probabilities, milliseconds }, or null for a network whose
// numbers have run away; words is the speaker of the page's catalogue.

const NETWORKS = ["mlp", "cnn"];

/** The sentence over the cards, { lead, rest }: who reads what, how sure, and by how much they part. */
export function verdict(words, cards) {
  const silent = NETWORKS.filter((network) => !cards[network]);
  if (silent.length) {
    const lead = words.say("verdict.no_numbers.lead", {
      count: silent.length,
      network: words.say(`network.${silent[0]}`),
    });
    return { lead, rest: words.say("verdict.no_numbers.rest") };
  }
  const { mlp, cnn } = cards;
  const sure = together(words, mood(mlp), mood(cnn));
  if (mlp.digit === cnn.digit) return { lead: words.say("verdict.agree", { digit: mlp.digit }), rest: sure };
  const apart = mlp.probabilities.reduce((sum, share, i) => sum + Math.abs(share - cnn.probabilities[i]) / 2, 0);
  return {
    lead: words.say("verdict.disagree", { mlp: mlp.digit, cnn: cnn.digit }),
    rest: `${sure} ${words.say("verdict.apart", { points: points(apart) })}`,
  };
}

/** What a card shows of a reading, each as text; `bars` has a text for every digit. */
export function reading(words, card) {
  const { digit, probabilities, milliseconds } = card;
  const next = runnerUp(card);
  const count = points(probabilities[digit] - probabilities[next]);
  return {
    digit: String(digit),
    percent: words.format.percent(probabilities[digit]),
    margin: words.say(count ? "verdict.ahead" : "verdict.level", { count, digit: next }),
    time: words.say("verdict.time", { milliseconds }),
    bars: probabilities.map((share) => words.format.count(points(share))),
  };
}

/** A share in points of a hundred; never all of them, which would claim certainty. */
export const points = (share) => Math.min(99, Math.round(100 * share));

function runnerUp({ digit, probabilities }) {
  const others = [...probabilities.keys()].filter((other) => other !== digit);
  return others.reduce((best, other) => (probabilities[other] > probabilities[best] ? other : best));
}

/** How sure a network is: the key of a sentence, and its values. */
function mood(card) {
  const { digit, probabilities } = card;
  const next = runnerUp(card);
  const top = probabilities[digit];
  const second = probabilities[next];
  if (top >= 0.9) return ["sure", {}];
  if (top >= 0.65) return ["fairly_sure", {}];
  if (top >= 0.5 && top - second >= 0.4) return ["leans", { digit }];
  // Most of the probability lies on two digits.
  if (top + second >= 0.7) return ["wavers", { low: Math.min(digit, next), high: Math.max(digit, next) }];
  return ["unsure", {}];
}

function together(words, mlp, cnn) {
  const [[mood, values], [other, otherValues]] = [mlp, cnn];
  if (words.say(`verdict.one.${mood}`, values) === words.say(`verdict.one.${other}`, otherValues))
    return words.say(`verdict.both.${mood}`, values);
  return words.say("verdict.each", {
    mlp: words.say(`verdict.one.${mood}`, values),
    cnn: words.say(`verdict.one.${other}`, otherValues),
  });
}
