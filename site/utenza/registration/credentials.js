/** Step two (POST /credentials): the customer chooses user id, password, security question and answer. */

import { repeatable } from "../api.js";
import { newPasswordFields, securityAnswerField, userIdField } from "../common_fields.js";
import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screen } from "../screen_parts.js";
import { complete } from "./completion.js";
import { loginOrRestart, stepLabel } from "./parts.js";
import { verify } from "./verification.js";

const FINAL_PROBLEMS = new Set(["step_token_invalid", "already_registered", "customer_not_matched", "user_id_taken"]);

export function credentialsScreen(flow) {
  if (!flow.store.read().step_token) return "bill";
  const texts = flow.texts.credentials;
  return screen(
    flow,
    { title: texts.title, step: stepLabel(flow, 2) },
    h("p", { class: "lead" }, texts.lead),
    form(flow, {
      fields: credentialFields(flow),
      submit: texts.submit,
      send: registration(flow),
      help: ({ code }) => FINAL_PROBLEMS.has(code) && loginOrRestart(flow),
    }),
  );
}

function credentialFields(flow) {
  const texts = flow.texts.credentials;
  const { claim } = flow.store.read();
  const userId = userIdField(flow, { draft: "tab", hint: texts.user_id_hint });
  return [
    userId,
    ...newPasswordFields(flow, () => ({ ...claim, user_id: userId.value() })),
    textField(flow, {
      name: "question", label: texts.question, hint: texts.question_hint, autocomplete: "off", draft: "tab",
    }),
    securityAnswerField(flow, { label: texts.answer, hint: texts.answer_hint }),
    securityAnswerField(flow, { name: "answer_repeat", label: texts.answer_repeat }),
  ];
}

/**
 * Return the function that sends step two. If the step token has expired, it gets a new one with the stored data of step
 * one. If the API says that the token was used, and the response of the first call was lost, the account exists.
 */
function registration(flow) {
  const register = repeatable("step_token_invalid", (values) =>
    flow.api.post("/credentials", { step_token: flow.store.read().step_token, ...values }));
  return async (values) => {
    let response;
    try {
      response = await register(values);
    } catch (problem) {
      if (problem.code !== "step_token_expired") throw problem;
      try {
        await verify(flow);
      } catch (reason) {
        if (reason.code === "connection") throw reason;
        return () => flow.go("bill", { problem: reason });
      }
      response = await register(values);
    }
    return nextStep(flow, response ?? { user_id: values.user_id, status: "active" });
  };
}

function nextStep(flow, { user_id, status, confirmation_token }) {
  if (status === "active") return complete(flow, user_id);
  flow.store.update({ user_id, confirmation_token });
  return () => flow.go("code");
}
