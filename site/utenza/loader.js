/** Loads what an element needs before its first screen: the texts, the suppliers, and which of them the page means. */

import { Api } from "./api.js";
import { h } from "./html.js";

export const LANGUAGES = ["it", "en", "de"]; // the first is the default

const LOAD_FAILURE = { // shown if the texts cannot be loaded
  title: "La pagina non si è caricata. / The page did not load. / Die Seite wurde nicht geladen.",
  retry: "Riprova / Try again / Erneut versuchen",
};

/**
 * Load texts and suppliers at the same time. `onTexts` is called as soon as the texts are there. A supplier that does not
 * support the language is shown in the default language.
 *
 * Return `texts` (null if they cannot be loaded), `api`, and either `suppliers` and `supplier` (undefined if `supplierId`
 * is not one of several) or the `problem` of the request.
 */
export async function load(address, language, supplierId, onTexts = () => {}) {
  const loading = import(`./texts/${language}.js`).then((module) => module.default);
  loading.then(onTexts, () => {});
  const api = new Api(address, language, loading);
  const listing = api.get("/suppliers").catch(async (problem) => ({ problem: await api.explained(problem) }));
  const [texts, { suppliers = [], problem }] = await Promise.all([loading.catch(() => null), listing]);
  const supplier = suppliers.length === 1 ? suppliers[0] : suppliers.find((one) => one.supplier === supplierId);
  if (supplier && !supplier.languages.includes(language)) return load(address, LANGUAGES[0], supplierId);
  return { texts, api, suppliers, supplier, problem };
}

/** Return a message for when there are no texts. Browsers never retry a failed module: the page has to be reloaded. */
export function loadFailure() {
  return h("div", { role: "alert" }, h("p", {}, LOAD_FAILURE.title),
    h("button", { type: "button", class: "primary", onclick: () => location.reload() }, LOAD_FAILURE.retry));
}
