/** The code from the mail, where mail is on, and the notice. */

import { form } from "../form.js";
import { fill, h } from "../html.js";
import { Kept } from "../kept.js";
import { codeField } from "../known_fields.js";
import { finish, step, whatNow } from "./shared.js";

const LEADS_NOWHERE = new Set([
  "confirmation_token_invalid", "confirmation_token_expired", "already_registered", "customer_not_matched",
]);

export function code(journey) {
  const { user_id, confirmation_token } = journey.kept.read();
  if (!confirmation_token) return "credentials";
  const texts = journey.texts.code;
  const send = async (values) => {
    await journey.api.post("/credentials/confirm", { confirmation_token, ...values });
    finish(journey, user_id);
  };
  return journey.screen(
    { title: texts.title, step: step(journey, 3) },
    h("p", { class: "lead" }, fill(texts.lead, { user_id })),
    form(journey, {
      fields: [codeField(journey)],
      submit: texts.submit,
      send,
      help: (problem) => LEADS_NOWHERE.has(problem.code) && whatNow(journey),
      after: [resend(journey, confirmation_token), journey.link(texts.wrong_address, "credentials")],
    }),
  );
}

function resend(journey, confirmation_token) {
  const texts = journey.texts.code;
  const again = async ({ currentTarget: button }) => {
    button.disabled = true;
    try {
      await journey.api.post("/credentials/confirm/resend", { confirmation_token });
      journey.say(texts.sent_again);
    } catch (problem) {
      journey.say(problem.detail);
    }
    button.disabled = false;
  };
  return h("button", { type: "button", class: "link", onclick: again }, texts.send_again);
}

export function notice(journey) {
  const { registered } = journey.kept.read();
  if (!registered) return "kind";
  const texts = journey.texts.notice;
  const today = new Intl.DateTimeFormat(journey.texts.language, { dateStyle: "long" }).format(new Date());
  const details = { [texts.supplier]: journey.supplier.name, [texts.user_id]: registered, [texts.when]: today };
  return journey.screen(
    { title: texts.title },
    h("p", { class: "notice" }, texts.done),
    h("dl", {}, Object.entries(details).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    h("p", {}, texts.next),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => close(journey, registered) }, texts.close),
      h("button", { type: "button", class: "link", onclick: () => window.print() }, texts.print)),
  );
}

function close(journey, user_id) {
  new Kept(`${journey.supplier.supplier}:user`).change({ user_id });
  journey.forget();
  const login = journey.getAttribute("login");
  if (!journey.tell("utenza-close", { user_id })) return;
  if (login) location.assign(login);
  else journey.go("kind", { replace: true });
}
