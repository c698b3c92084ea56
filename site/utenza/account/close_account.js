import { checkField } from "../choice_fields.js";
import { h } from "../html.js";
import { clearSupplier } from "../session_store.js";
import { areaScreen, last, weightyForm } from "./area.js";

/** The end of the account: what is lost, a box to tick, and the login form with a notice. */
export function closeScreen(flow) {
  const texts = flow.texts.reserved.close_account;
  const call = async ({ reauth_token }) => {
    await last(flow, texts.maybe_done, () => flow.session.post("/account/close", { reauth_token }));
    return () => {
      flow.session.forget();
      flow.deviceTokens.forget(flow.userId);
      flow.drafts.clear();
      clearSupplier(flow.supplier.supplier);
      return flow.showLoggedOut(texts.done);
    };
  };
  return areaScreen(
    flow,
    "my_data",
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("ul", {}, texts.lost.map((one) => h("li", {}, one))),
    h("p", {}, texts.again),
    weightyForm(flow, {
      fields: [checkField({ name: "sure", label: texts.sure, missing: texts.not_sure })], submit: texts.submit, call, cancel: "my_data",
    }),
  );
}
