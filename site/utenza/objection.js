/** The module of the page for objections, which defines <utenza-objection>. The other pages do not load it. */

import { PRINTED_CODE } from "./common_fields.js";
import { textField } from "./fields.js";
import { FlowElement } from "./flow_element.js";
import { form } from "./form.js";
import { h } from "./html.js";
import { screen } from "./screen_parts.js";

/**
 * `<utenza-objection api="…" supplier="…">`: whoever was told of an account that they did not open freezes it with the code
 * from that e-mail (POST /credentials/object). The code says which supplier it is of; the attribute only adds its contact.
 * The code is typed or pasted, never part of an address, and never stored.
 */
export class Objection extends FlowElement {
  static first = "objection"; // docs/embedding.md promises the names of the screens
  static screens = { objection: codeScreen, frozen: frozenScreen };
  static needsSupplier = false;

  /** Whether this element has frozen an account: a reload begins anew. */
  done = false;
}

function codeScreen(flow) {
  const texts = flow.texts.objection;
  const send = async (values) => {
    await flow.api.post("/credentials/object", values);
    return () => {
      flow.done = true;
      flow.drafts.clear();
      return flow.go("frozen", { replace: true });
    };
  };
  const field = textField(flow, {
    name: "objection_code", label: texts.code, hint: texts.code_hint, draft: "page", ...PRINTED_CODE,
  });
  return screen(
    flow,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("p", {}, texts.effect),
    form(flow, { fields: [field], submit: texts.submit, send, help: () => contact(flow) }),
  );
}

function frozenScreen(flow) {
  if (!flow.done) return "objection";
  const texts = flow.texts.objection;
  return screen(
    flow,
    { title: texts.done_title },
    h("p", { class: "notice" }, texts.done),
    h("p", {}, texts.next),
    contact(flow),
  );
}

/** Return a link to the supplier's contact page, null while the supplier is not known. */
function contact(flow) {
  const href = flow.supplier?.links.contact;
  return href ? h("p", { class: "help" }, h("a", { href }, flow.texts.objection.contact)) : null;
}

if (!customElements.get("utenza-objection")) customElements.define("utenza-objection", Objection);
