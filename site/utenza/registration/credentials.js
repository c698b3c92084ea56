/** Step two: choose your credentials. */

import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { newPasswordFields, userIdField } from "../known_fields.js";
import { finish, step, verify, whatNow } from "./shared.js";

const LEADS_NOWHERE = new Set(["step_token_invalid", "already_registered", "customer_not_matched", "user_id_taken"]);

export function credentials(journey) {
  if (!journey.kept.read().step_token) return "bill";
  const texts = journey.texts.credentials;
  return journey.screen(
    { title: texts.title, step: step(journey, 2) },
    h("p", { class: "lead" }, texts.lead),
    form(journey, {
      fields: fields(journey),
      submit: texts.submit,
      send: register(journey),
      help: ({ code }) => LEADS_NOWHERE.has(code) && whatNow(journey),
    }),
  );
}

function fields(journey) {
  const texts = journey.texts.credentials;
  const { claim } = journey.kept.read();
  const user_id = userIdField(journey, { keep: "tab", hint: texts.user_id_hint });
  const answer = { autocomplete: "off", autocapitalize: "none", spellcheck: "false", keep: "page" };
  return [
    user_id,
    ...newPasswordFields(journey, () => ({ ...claim, user_id: user_id.value() })),
    textField(journey, {
      name: "question", label: texts.question, hint: texts.question_hint, autocomplete: "off", keep: "tab",
    }),
    textField(journey, { name: "answer", label: texts.answer, hint: texts.answer_hint, ...answer }),
    textField(journey, { name: "answer_repeat", label: texts.answer_repeat, ...answer }),
  ];
}

/**
 * Return what sends step two. A step that has expired is renewed with the data of step one, which are still here. A step
 * that turns out to be spent after an answer was lost was spent by that very call: the account is there.
 */
function register(journey) {
  let lost = false;
  const attempt = (values) =>
    journey.api.post("/credentials", { step_token: journey.kept.read().step_token, ...values });
  return async (values) => {
    try {
      proceed(journey, await attempt(values));
    } catch (problem) {
      if (problem.code === "step_token_expired") {
        if (await renewed(journey)) proceed(journey, await attempt(values));
      } else if (problem.code === "step_token_invalid" && lost) {
        finish(journey, values.user_id);
      } else {
        lost ||= problem.code === "connection";
        throw problem;
      }
    }
  };
}

/** Renew the step; when the data of step one no longer hold, go back to them and say why. */
async function renewed(journey) {
  try {
    await verify(journey);
    return true;
  } catch (problem) {
    if (problem.code === "connection") throw problem;
    journey.go("bill", { problem });
    return false;
  }
}

function proceed(journey, { user_id, status, confirmation_token }) {
  if (status === "active") {
    finish(journey, user_id);
    return;
  }
  journey.kept.change({ user_id, confirmation_token });
  journey.go("code");
}
