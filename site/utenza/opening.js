/** What an element begins with: its texts, the suppliers, and which of them is meant. */

import { Api } from "./api.js";
import { h } from "./html.js";

export const LANGUAGES = ["it", "en", "de"]; // the first where none fits

const BROKEN = { // where there are no texts
  title: "La pagina non si è caricata. / The page did not load. / Die Seite wurde nicht geladen.",
  again: "Riprova / Try again / Erneut versuchen",
};

/**
 * Return `texts` (null when they do not come), `api`, and either `suppliers` and the `supplier` meant or the `problem` that
 * kept them away. Texts and suppliers come side by side; a supplier that does not speak the language is met in Italian.
 */
export async function opening(address, language, wanted, hear = () => {}) {
  const coming = import(`./texts/${language}.js`).then((module) => module.default);
  coming.then(hear, () => {});
  const api = new Api(address, language, coming);
  const listed = api.get("/suppliers").catch((problem) => ({ problem }));
  const [texts, { suppliers = [], problem }] = await Promise.all([coming.catch(() => null), listed]);
  const supplier = suppliers.length === 1 ? suppliers[0] : suppliers.find((one) => one.supplier === wanted);
  if (supplier && !supplier.languages.includes(language)) return opening(address, LANGUAGES[0], wanted);
  return { texts, api, suppliers, supplier, problem };
}

/** Return what is shown without any texts. A module that failed to load stays so: the page has to be loaded again. */
export function broken() {
  return h("div", { role: "alert", lang: "mul" }, h("p", {}, BROKEN.title),
    h("button", { type: "button", class: "primary", onclick: () => location.reload() }, BROKEN.again));
}
