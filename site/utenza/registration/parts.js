/** The parts that the screens of the registration share. */

import { format, h } from "../html.js";

/** Return "Step 1 of 3"; with mail the confirmation is the third step. */
export function stepLabel(flow, number) {
  return format(flow.texts.form.step, { number, steps: flow.supplier.mail ? 3 : 2 });
}

/** Return a link to the login, null if the page has none. Following it deletes what the customer has typed. */
export function loginLink(flow, text) {
  const login = flow.getAttribute("login");
  return login && h("a", { href: login, onclick: () => flow.drafts.clear() }, text);
}

/** Return what the customer can do if this registration cannot continue: log in or start again. */
export function loginOrRestart(flow) {
  const { to_login, restart } = flow.texts.help;
  const onclick = () => {
    flow.drafts.clear();
    flow.go("kind");
  };
  return h("p", { class: "help" },
    loginLink(flow, to_login), h("button", { type: "button", class: "link", onclick }, restart));
}
