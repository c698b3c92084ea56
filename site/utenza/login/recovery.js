/** A password forgotten: the user id, the code from the mail where mail is on, the answer and a new password. */

import { textField } from "../fields.js";
import { form } from "../form.js";
import { fill, h } from "../html.js";
import { codeField, newPasswordFields, userIdField } from "../known_fields.js";

export function forgotten(login) {
  const texts = login.texts.forgotten;
  const send = async ({ user_id }) => {
    proceed(login, await login.api.post("/recovery", { supplier: login.supplier.supplier, user_id }), { user_id });
  };
  return login.screen(
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    form(login, {
      fields: [userIdField(login, { keep: "tab", value: login.kept.read().user_id ?? login.userId })],
      submit: texts.submit,
      send,
      after: login.link(texts.back, "mask"),
    }),
  );
}

export function code(login) {
  const { recovery_token, user_id } = login.kept.read();
  if (!recovery_token) return "forgotten";
  const texts = login.texts.recovery_code;
  const send = (values) => restarted(login, async () => {
    proceed(login, await login.api.post("/recovery/code", { recovery_token, ...values }));
  });
  return login.screen(
    { title: texts.title },
    h("p", { class: "lead" }, fill(texts.lead, { user_id })),
    form(login, {
      fields: [codeField(login)], submit: texts.submit, send, after: login.link(texts.again, "forgotten"),
    }),
  );
}

export function answer(login) {
  const { recovery_token, question, user_id } = login.kept.read();
  if (!recovery_token || !question) return "forgotten";
  const texts = login.texts.answer;
  let lost = false;
  const send = (values) => restarted(login, async () => {
    try {
      await login.api.post("/recovery/password", { recovery_token, ...values });
    } catch (problem) {
      const spent = problem.code === "recovery_token_invalid" && lost; // by the call whose answer was lost
      lost ||= problem.code === "connection";
      if (!spent) throw problem;
    }
    login.forget();
    login.userId = user_id;
    login.go("mask", { replace: true, notice: texts.done });
  });
  return login.screen(
    { title: texts.title },
    form(login, { fields: fields(login, question), submit: texts.submit, send }),
  );
}

function fields(login, question) {
  const texts = login.texts.answer;
  return [
    textField(login, {
      name: "answer", label: question, hint: texts.answer_hint, autocomplete: "off", autocapitalize: "none",
      spellcheck: "false", keep: "page",
    }),
    ...newPasswordFields(login, () => ({ user_id: login.kept.read().user_id }), texts.password),
  ];
}

function proceed(login, { recovery_token, next, question }, more = {}) {
  login.kept.change({ ...more, recovery_token, question });
  login.go(next);
}

/** Do the work; a recovery that has ended is begun again with the user id, and said why. */
async function restarted(login, work) {
  try {
    await work();
  } catch (problem) {
    if (!problem.code?.startsWith("recovery_token_")) throw problem;
    login.kept.change({ recovery_token: "", question: "" });
    login.go("forgotten", { problem });
  }
}
