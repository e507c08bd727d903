// What is said of both networks' readings. A card is { digit, probabilities, milliseconds }, or null for a network whose
// numbers have run away; words is the speaker of the page's catalogue.

const NETWORKS = ["mlp", "cnn"];
const WORTH_SAYING = 0.01; // of the probability: a second digit with less is none

/** The sentence over the cards, { lead, rest }: who reads what, and how sure. */
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
  if (mlp.digit === cnn.digit)
    return { lead: words.say("verdict.agree", { digit: mlp.digit }), rest: together(words, mood(mlp), mood(cnn)) };
  return {
    lead: words.say("verdict.disagree"),
    rest: words.say("verdict.apart", { mlp: alone(words, mlp), cnn: alone(words, cnn) }),
  };
}

/** The sentence where several digits stand apart: `digits` are cards by network, of each from the left; `at` is looked at. */
export function several(words, digits, at) {
  const [mlp, cnn] = NETWORKS.map((network) =>
    listed(
      words,
      digits.map((cards) => String(cards[network].digit)),
    ),
  );
  const count = digits.length;
  return {
    lead:
      mlp === cnn
        ? words.say("verdict.digits.agree", { count, digits: mlp })
        : words.say("verdict.digits.disagree", { count, mlp, cnn }),
    rest: words.say("verdict.digits.shown", { place: at }),
  };
}

/** What a card shows of a reading, each as text; `bars` has a text for every digit. */
export function reading(words, card) {
  const { digit, probabilities } = card;
  const next = runnerUp(card);
  return {
    digit: String(digit),
    percent: words.format.percent(probabilities[digit]),
    next: isWorth(card, next) ? words.say("verdict.next", { digit: next, share: probabilities[next] }) : "",
    bars: probabilities.map((share) => (share < 0.005 ? "" : words.format.percent(share))),
  };
}

function runnerUp({ digit, probabilities }) {
  const others = [...probabilities.keys()].filter((other) => other !== digit);
  return others.reduce((best, other) => (probabilities[other] > probabilities[best] ? other : best));
}

const isWorth = ({ probabilities }, digit) => probabilities[digit] >= WORTH_SAYING;

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

/** What one network says where the other says another digit: what it takes the drawing for, and what else it may be. */
function alone(words, card) {
  const { digit, probabilities } = card;
  const next = runnerUp(card);
  const values = { digit, share: probabilities[digit] };
  const [key] = mood(card);
  const kind = key === "sure" || key === "unsure" ? key : "says";
  const said = words.say(`verdict.alone.${kind}`, values);
  if (kind === "sure" || !isWorth(card, next)) return said;
  return words.say("verdict.alone.then", { said, digit: next });
}

function listed(words, digits) {
  const last = digits.at(-1);
  return words.say("verdict.list", { first: digits.slice(0, -1).join(", "), last });
}
