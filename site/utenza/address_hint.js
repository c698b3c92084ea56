/** Asks whether a rare mail domain is a mistyped frequent one: gmial.con is gmail.com. */

import { format, h } from "./html.js";

const DOMAINS = (
  "gmail.com libero.it hotmail.it hotmail.com outlook.it outlook.com live.it live.com yahoo.it yahoo.com icloud.com me.com "
  + "virgilio.it tiscali.it alice.it tim.it fastwebnet.it inwind.it email.it pec.it gmx.de gmx.net gmx.at web.de t-online.de "
  + "yahoo.de yahoo.fr hotmail.de hotmail.fr outlook.de outlook.fr rolmail.net tin.it mail.com ymail.com email.com gmx.ch gmx.com "
  + "hotmail.ch hotmail.es hotmail.be outlook.es outlook.pt outlook.be yahoo.es yahoo.ro yahoo.at aol.com iol.it mail.it wind.it aruba.it "
  + "arubapec.it legalmail.it"
).split(" ");
const NEVER = { "gmail.it": "gmail.com", "gmail.de": "gmail.com" };

/** Return `hint`, a node that asks, and `suggest(event)`, which asks about the input's text; `use(address)` takes a yes. */
export function addressHint(flow, use) {
  const texts = flow.texts.fields;
  const hint = h("p", { class: "status", role: "status" });
  function suggest({ target: { value } }) {
    const [, local, domain] = value.trim().match(/^(.+)@(.+)$/) ?? [];
    const meant = domain && nearest(domain.toLowerCase());
    const onclick = () => {
      hint.replaceChildren();
      use(`${local}@${meant}`);
    };
    hint.replaceChildren(...(meant ? [
      `${format(texts.did_you_mean, { address: `${local}@${meant}` })} `,
      h("button", { type: "button", class: "link", onclick }, texts.use_it),
    ] : []));
  }
  return { hint, suggest };
}

/** Return the frequent domain that this one is probably meant to be, undefined if it is one itself or like none. */
function nearest(domain) {
  if (DOMAINS.includes(domain)) return undefined;
  if (Object.hasOwn(NEVER, domain)) return NEVER[domain];
  const close = (known) => distance(domain, known) <= (known.length < 8 ? 1 : 2);
  return DOMAINS.find((known) => distance(domain, known) === 1) ?? DOMAINS.find(close);
}

/** Return how many letters must be changed, dropped, added or swapped with the next one (optimal string alignment). */
function distance(one, other) {
  const rows = [...Array(one.length + 1).keys()].map((row) => [row]);
  rows[0] = [...Array(other.length + 1).keys()];
  for (let i = 1; i <= one.length; i += 1) {
    for (let j = 1; j <= other.length; j += 1) {
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      rows[i][j] = Math.min(
        rows[i - 1][j] + 1,
        rows[i][j - 1] + 1,
        rows[i - 1][j - 1] + (one[i - 1] !== other[j - 1]),
        swapped ? rows[i - 2][j - 2] + 1 : Infinity,
      );
    }
  }
  return rows[one.length][other.length];
}
