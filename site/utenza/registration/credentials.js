/** Step two (POST /credentials): the customer chooses user id, password, security question and answer. */

import { repeatable } from "../api.js";
import { newPasswordFields, questionField, securityAnswerField, userIdField } from "../common_fields.js";
import { addressHint } from "../address_hint.js";
import { acceptedOf, documentFields } from "../documents.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screen, screenLink } from "../screen_parts.js";
import { complete } from "./completion.js";
import { loginOrRestart, stepLabel } from "./parts.js";
import { verify } from "./verification.js";

const FINAL_PROBLEMS = new Set(["step_token_invalid", "already_registered", "customer_not_matched", "user_id_taken"]);

export function credentialsScreen(flow) {
  if (!flow.store.read().step_token) return "bill";
  const texts = flow.texts.credentials;
  const { documents = [] } = flow.supplier;
  const register = registration(flow);
  const send = (values) => {
    const { others, accepted } = acceptedOf(values, documents);
    return register(documents.length ? { ...others, accepted } : others);
  };
  return screen(
    flow,
    { title: texts.title, step: stepLabel(flow, 2) },
    h("p", { class: "lead" }, texts.lead),
    form(flow, {
      fields: [...credentialFields(flow), ...documentFields(flow, documents)],
      submit: texts.submit,
      send,
      help: ({ code }) => FINAL_PROBLEMS.has(code) && loginOrRestart(flow),
    }),
  );
}

/** The address alone, for a customer who sees on the next screen that it is wrong; the rest is still in memory. */
export function addressScreen(flow) {
  if (!flow.credentials) return "credentials";
  const texts = flow.texts.address;
  const register = registration(flow);
  return screen(
    flow,
    { title: texts.title, step: stepLabel(flow, 2) },
    h("p", { class: "lead" }, texts.lead),
    form(flow, {
      fields: [userIdWithHint(flow)],
      submit: texts.submit,
      send: ({ user_id }) => register({ ...flow.credentials, user_id }),
      help: ({ code }) => FINAL_PROBLEMS.has(code) && loginOrRestart(flow),
      after: screenLink(flow, flow.texts.credentials.title, "credentials"),
    }),
  );
}

function userIdWithHint(flow) {
  const { hint, suggest } = addressHint(flow, (address) => field.fill(address));
  const field = userIdField(flow, { draft: "tab", hint: flow.texts.credentials.user_id_hint, after: hint, onchange: suggest });
  return field;
}

function credentialFields(flow) {
  const texts = flow.texts.credentials;
  const { claim } = flow.store.read();
  const userId = userIdWithHint(flow);
  const echo = h("output", { class: "echo" });
  const showAddress = () => {
    echo.textContent = userId.value();
  };
  userId.node.addEventListener("input", showAddress);
  showAddress();
  return [
    userId,
    ...newPasswordFields(flow, () => ({ ...claim, user_id: userId.value() })),
    questionField(flow, { draft: "tab" }),
    securityAnswerField(flow, { label: texts.answer, hint: texts.answer_hint }),
    securityAnswerField(flow, {
      name: "answer_repeat", label: texts.answer_repeat, after: flow.supplier.mail && [h("p", { class: "status" }, texts.echo), echo],
    }),
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
    flow.credentials = values;
    return nextStep(flow, response ?? { user_id: values.user_id, status: "active" });
  };
}

function nextStep(flow, { user_id, status, confirmation_token, claim: proof = "" }) {
  if (status === "active") return complete(flow, user_id);
  flow.store.update({ user_id, confirmation_token, proof });
  return () => flow.go("code");
}
