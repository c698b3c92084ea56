import { acceptedOf, documentFields, pendingDocuments } from "../documents.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { areaScreen, done } from "./area.js";

/** New versions of documents (POST /account/accepted). Who does not want to answer now is asked at the next login. */
export async function documentsScreen(flow) {
  const documents = pendingDocuments(flow.supplier, await flow.session.get("/account"));
  if (!documents.length) return "account";
  const texts = flow.texts.reserved.documents;
  const later = () => {
    flow.store.update({ documents_later: true });
    flow.go("account", { replace: true });
  };
  const send = async (values) => {
    const { accepted } = acceptedOf(values, documents);
    if (accepted.length) await flow.session.post("/account/accepted", { accepted });
    flow.store.update({ documents_later: true });
    return done(flow, "account", texts.done);
  };
  return areaScreen(
    flow,
    "account",
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    form(flow, {
      fields: documentFields(flow, documents),
      submit: texts.submit,
      send,
      after: h("button", { type: "button", class: "link", onclick: later }, texts.later),
    }),
  );
}
