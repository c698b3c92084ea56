/** The documents of a supplier that customers accept, at the registration and when there is a new version. */

import { checkField } from "./choice_fields.js";
import { format, h } from "./html.js";

/** Return a box to tick for each document, with a link to read it. */
export function documentFields(flow, documents) {
  const texts = flow.texts.reserved.documents;
  return documents.map(({ title, url, required }, place) => checkField({
    name: `accepted-${place}`,
    label: format(texts.accept, { title }),
    missing: texts.missing,
    optional: !required,
    link: h("a", { href: url, target: "_blank", rel: "noopener noreferrer", "aria-label": `${texts.read}: ${title}` }, texts.read),
  }));
}

/** Return the values of a form without those boxes, and what they say as the API takes it. */
export function acceptedOf(values, documents) {
  const others = Object.fromEntries(Object.entries(values).filter(([name]) => !/^accepted-\d+$/.test(name)));
  const accepted = documents.filter((_, place) => values[`accepted-${place}`]).map(({ document, version }) => ({ document, version }));
  return { others, accepted };
}

/** Return what the customer is asked about: required and not accepted, or accepted in another version. */
export function pendingDocuments({ documents = [] }, { accepted = [] }) {
  return documents.filter(({ document, version, required }) => {
    const before = accepted.find((one) => one.document === document);
    return before ? before.version !== version : required;
  });
}
