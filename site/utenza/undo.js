/** The module of the page that takes a change of user id back, which defines <utenza-undo>. The other pages do not load it. */

import { PRINTED_CODE } from "./common_fields.js";
import { textField } from "./fields.js";
import { FlowElement } from "./flow_element.js";
import { form } from "./form.js";
import { h } from "./html.js";
import { screen } from "./screen_parts.js";

/**
 * `<utenza-undo api="…" supplier="…">`: whoever was told that their address is no longer the user id takes the change back
 * with the code from that e-mail (POST /account/user-id/undo), without a login. The code says which supplier it is of; the
 * attribute only adds its contact. The code is typed or pasted, never part of an address, and never stored.
 */
export class Undo extends FlowElement {
  static first = "undo"; // docs/embedding.md promises the names of the screens
  static screens = { undo: codeScreen, restored: restoredScreen };
  static needsSupplier = false;

  /** Whether this element has taken a change back: a reload begins anew. */
  done = false;
}

function codeScreen(flow) {
  const texts = flow.texts.undo;
  const send = async (values) => {
    await flow.api.post("/account/user-id/undo", values);
    return () => {
      flow.done = true;
      flow.drafts.clear();
      return flow.go("restored", { replace: true });
    };
  };
  const field = textField(flow, {
    name: "undo_code", label: texts.code, hint: texts.code_hint, draft: "page", ...PRINTED_CODE,
  });
  return screen(
    flow,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("p", {}, texts.effect),
    form(flow, { fields: [field], submit: texts.submit, send, help: () => contact(flow) }),
  );
}

function restoredScreen(flow) {
  if (!flow.done) return "undo";
  const texts = flow.texts.undo;
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
  return href ? h("p", { class: "help" }, h("a", { href }, flow.texts.undo.contact)) : null;
}

if (!customElements.get("utenza-undo")) customElements.define("utenza-undo", Undo);
