/** What the pages for the codes of notices have in common: one code, without a login, does what the notice says. */

import { PRINTED_CODE } from "./common_fields.js";
import { textField } from "./fields.js";
import { FlowElement } from "./flow_element.js";
import { form } from "./form.js";
import { h } from "./html.js";
import { screen } from "./screen_parts.js";

/**
 * Define the element `<utenza-NAME api="…" supplier="…" login="…">`, which sends the field `NAME_code` to `path` and then shows the
 * screen `done`. The code says which supplier it is of; the attribute only adds its contact. The code is typed or pasted,
 * never part of an address, and never stored. With `goesOn` the next step is at the login, which `login` is the address of.
 */
export function defineCodeElement(name, { path, done, goesOn = false }) {
  const tag = `utenza-${name}`;
  if (customElements.get(tag)) return;
  customElements.define(tag, class extends FlowElement {
    static first = name;
    static screens = { [name]: (flow) => codeScreen(flow, name, path, done), [done]: (flow) => doneScreen(flow, name, goesOn) };
    static needsSupplier = false;

    /** Whether this element has sent a code: a reload begins anew. */
    done = false;
  });
}

function codeScreen(flow, name, path, done) {
  const texts = flow.texts[name];
  const send = async (values) => {
    await flow.api.post(path, values);
    return () => {
      flow.done = true;
      flow.drafts.clear();
      return flow.go(done, { replace: true });
    };
  };
  const field = textField(flow, {
    name: `${name}_code`, label: texts.code, hint: texts.code_hint, draft: "page", ...PRINTED_CODE,
  });
  return screen(
    flow,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("p", {}, texts.effect),
    form(flow, { fields: [field], submit: texts.submit, send, help: () => h("p", { class: "help" }, contact(flow, texts)) }),
  );
}

function doneScreen(flow, name, goesOn) {
  if (!flow.done) return name;
  const texts = flow.texts[name];
  const login = goesOn && flow.getAttribute("login");
  return screen(
    flow,
    { title: texts.done_title },
    h("p", { class: "notice" }, texts.done),
    h("p", {}, texts.next),
    h("div", { class: "actions" },
      login && h("a", { class: "primary", part: "button", href: login }, flow.texts.reserved.logged_out.link),
      contact(flow, texts)),
  );
}

/** Return a link to the supplier's contact page, null while the supplier is not known. */
function contact(flow, texts) {
  const href = flow.supplier?.links.contact;
  return href ? h("a", { class: "link", href }, texts.contact) : null;
}
