/** Somebody else has registered this customer (POST /reclaim): a code goes to the address that the supplier has. */

import { repeatable } from "../api.js";
import { emailCodeField } from "../common_fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screen, screenLink } from "../screen_parts.js";
import { verify } from "./verification.js";

/** What happens next, and the button that requests the code; the supplier's contact page if mail is off. */
export function reclaimScreen(flow) {
  const { typed } = flow.store.read();
  if (!typed) return "bill";
  const texts = flow.texts.reclaim;
  const { mail, supplier } = flow.supplier;
  const back = screenLink(flow, texts.back, "bill");
  if (!mail) return screen(flow, { title: texts.title }, h("p", {}, texts.ask), contact(flow), h("p", {}, back));
  const send = async () => {
    const { reclaim_token } = await flow.api.post("/reclaim", { supplier, ...typed });
    return () => {
      flow.store.update({ reclaim_token });
      return flow.go("reclaim_code");
    };
  };
  return screen(
    flow,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("p", {}, texts.consequence),
    form(flow, { fields: [], submit: texts.submit, send, after: back }),
  );
}

export function reclaimCodeScreen(flow) {
  const { reclaim_token } = flow.store.read();
  if (!reclaim_token) return "reclaim";
  const texts = flow.texts.reclaim;
  return screen(
    flow,
    { title: texts.code_title },
    h("p", { class: "lead" }, texts.code_lead),
    form(flow, { fields: [emailCodeField(flow)], submit: texts.code_submit, send: confirmation(flow, reclaim_token) }),
    h("p", {}, texts.not_arrived),
    contact(flow),
  );
}

/**
 * Return the function that sends the code and leads to step two. If the API says that the token was used, and the response
 * of the first call was lost, the customer is free: step one gives the step token.
 */
function confirmation(flow, reclaim_token) {
  const { typed } = flow.store.read();
  const confirm = repeatable("reclaim_token_invalid", (values) =>
    flow.api.post("/reclaim/confirm", { reclaim_token, ...values }));
  return async (values) => {
    let confirmed;
    try {
      confirmed = await confirm(values);
    } catch (problem) {
      if (!problem.code?.startsWith("reclaim_token_")) throw problem;
      return () => {
        flow.store.update({ reclaim_token: "" });
        return flow.go("reclaim", { problem });
      };
    }
    if (confirmed) flow.store.update({ claim: typed, step_token: confirmed.step_token });
    else await verify(flow, typed);
    return () => {
      flow.store.update({ typed: null, reclaim_token: "" });
      return flow.go("credentials", { replace: true });
    };
  };
}

function contact(flow) {
  return h("p", {}, h("a", { href: flow.supplier.links.contact }, flow.texts.reminder.contact));
}
