/** The confirmation of the e-mail address by a code (POST /credentials/confirm), if mail is on. */

import { repeatable } from "../api.js";
import { emailCodeField } from "../common_fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screen, screenLink } from "../screen_parts.js";
import { complete } from "./completion.js";
import { loginOrRestart, stepLabel } from "./parts.js";

const FINAL_PROBLEMS = new Set([
  "confirmation_token_invalid", "confirmation_token_expired", "already_registered", "customer_not_matched",
]);

export function codeScreen(flow) {
  const { user_id, confirmation_token } = flow.store.read();
  if (!confirmation_token) return "credentials";
  const texts = flow.texts.code;
  const confirm = repeatable("confirmation_token_invalid", (values) =>
    flow.api.post("/credentials/confirm", { confirmation_token, ...values }));
  const send = async (values) => {
    await confirm(values);
    return complete(flow, user_id);
  };
  return screen(
    flow,
    { title: texts.title, step: stepLabel(flow, 3) },
    h("p", { class: "lead" }, texts.lead),
    h("p", { class: "echo" }, user_id),
    form(flow, {
      fields: [emailCodeField(flow)],
      submit: texts.submit,
      send,
      help: ({ code }) => FINAL_PROBLEMS.has(code) && loginOrRestart(flow),
      after: [resendButton(flow, confirmation_token), screenLink(flow, texts.wrong_address, "address")],
    }),
  );
}

function resendButton(flow, confirmation_token) {
  const texts = flow.texts.code;
  let busy = false;
  const onclick = async () => {
    if (busy) return;
    busy = true;
    flow.announce(flow.texts.form.wait);
    const message = await flow.api.post("/credentials/confirm/resend", { confirmation_token })
      .then(() => texts.sent_again, (problem) => problem.detail);
    if (flow.screenName === "code") flow.announce(message);
    busy = false;
  };
  return h("button", { type: "button", class: "link", onclick }, texts.send_again);
}
