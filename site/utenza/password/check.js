/**
 * The part of the API's password policy that a browser can check. The API refuses every password that this module refuses,
 * and more: it also knows a list of 94,000 common passwords and the customer's record.
 */

import { ENDINGS, LEGAL_FORMS, LONGEST_BLOCK, MAILBOXES, PARTICLES, ROWS, WORDS } from "./rules.js";

const STEPS = new Set(ROWS.flatMap((row) => [...pairs(row), ...pairs([...row].reverse().join(""))]));
const SHORTEST_WORD = 4;
const RUN_LENGTH = 6;
const SHORTEST_LISTED = 6;

/** Return the faults `short`, `common` and `traceable`, each true or false. `customer` has the API's names of fields. */
export function check(password, minimum, customer) {
  const composed = password.normalize("NFC");
  return {
    short: [...composed].length < minimum,
    common: isCommon(composed.toLowerCase()),
    traceable: isTraceable(composed, customer),
  };
}

function isCommon(text) {
  const block = repeatedBlock(text);
  return isListed(text) || isSequence(text)
    || (block !== text && ([...block].length <= LONGEST_BLOCK || isCommon(block)));
}

function isListed(text) {
  return text.length >= SHORTEST_LISTED && ENDINGS.some((ending) => text.endsWith(ending) && WORDS.has(text.slice(0, text.length - ending.length)));
}

/** Return whether the text is runs along an alphabet, a row of keys or one key, of four characters on average. */
function isSequence(text) {
  const breaks = pairs(text).filter((pair) => {
    const [a, b] = [...pair];
    return a !== b && !STEPS.has(pair);
  });
  return 4 * (breaks.length + 1) <= [...text].length;
}

/** Return the shortest block that the text repeats (the last repetition may be cut off), else the text. */
function repeatedBlock(text) {
  const letters = [...text];
  for (let size = 1; size <= letters.length / 2; size += 1) {
    const repeats = letters.every((letter, at) => at < size || letter === letters[at - size]);
    if (repeats) return letters.slice(0, size).join("");
  }
  return text;
}

function pairs(text) {
  const letters = [...text];
  return letters.slice(1).map((letter, at) => letters[at] + letter);
}

function isTraceable(password, customer) {
  const plain = alphanumeric(password);
  const backwards = [...plain].reverse().join("");
  return [...personalData(customer)].some((part) => plain.includes(part) || backwards.includes(part));
}

/** Yield the customer's personal data: words of the names and the user id, and every six characters of the codes. */
function* personalData({ first_name = "", last_name = "", company_name = "", user_id = "", customer_code, tax_code, phone }) {
  for (const name of [first_name, last_name]) yield* words(name, PARTICLES);
  yield* words(company_name, new Set([...PARTICLES, ...LEGAL_FORMS]));
  yield* words(user_id.replace(/@.*/s, ""), MAILBOXES);
  for (const code of [customer_code, tax_code, phone].map((code) => alphanumeric(code).replace(/^it(?=\d)/, ""))) {
    for (let at = 0; at + RUN_LENGTH <= code.length; at += 1) {
      const run = code.slice(at, at + RUN_LENGTH);
      if (new Set(run).size > 1) yield run;
    }
  }
}

function words(name, common) {
  const isPersonal = (word) => word.length >= SHORTEST_WORD && /[a-z]/.test(word) && !common.has(word);
  return fold(name).split(/[^a-z0-9]+/).filter(isPersonal);
}

/** Return the text in lower case, without accents and apostrophes. */
function fold(text = "") {
  return text.normalize("NFD").replace(/[\u0300-\u036f'’`]/g, "").toLowerCase();
}

const alphanumeric = (text) => fold(text).replace(/[^a-z0-9]/g, "");
