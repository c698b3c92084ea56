import { h } from "../html.js";
import { screenLink } from "../screen_parts.js";
import { placeScreen } from "./area.js";

/** What the customer logs in with, each with a button that changes it. */
export async function securityScreen(flow) {
  const account = await flow.session.get("/account");
  const texts = flow.texts.reserved.security;
  const { pending_user_id } = account;
  return placeScreen(flow, "security",
    h("p", { class: "lead" }, texts.lead),
    h("dl", { class: "settings" },
      setting(flow, "own_user_id", flow.texts.fields.user_id, account.user_id),
      setting(flow, "own_password", flow.texts.fields.password, texts.password_value),
      setting(flow, "own_question", flow.texts.credentials.question, texts.question_value)),
    pending_user_id && h("div", { class: "warning" },
      h("p", {}, texts.pending, " ", h("strong", {}, pending_user_id)),
      h("p", {}, texts.until_then),
      flow.store.read().user_id_token && screenLink(flow, texts.enter_code, "own_user_id_code")),
  );
}

function setting(flow, name, term, value) {
  const texts = flow.texts.reserved.security;
  return h("div", {},
    h("dt", {}, term),
    h("dd", {}, h("span", {}, value), h("button", {
      type: "button", class: "link", "aria-label": `${texts.change}: ${term}`, onclick: () => flow.go(name),
    }, texts.change)));
}
