/** The end of a registration: the notice that the account exists. */

import { h } from "../html.js";
import { descriptionList, screen } from "../screen_parts.js";
import { SessionStore } from "../session_store.js";

/** Delete all data of a completed registration but the user id, and return how to show the notice. */
export function complete(flow, user_id) {
  flow.drafts.clear();
  flow.credentials = null;
  flow.store.update({ registered: user_id, registered_at: Date.now() });
  flow.emit("utenza-registered", { user_id });
  return () => flow.go("notice", { replace: true });
}

export function noticeScreen(flow) {
  const { registered, registered_at } = flow.store.read();
  if (!registered) return "kind";
  const texts = flow.texts.notice;
  const date = new Intl.DateTimeFormat(flow.texts.locale, { dateStyle: "long" }).format(registered_at);
  const facts = [[texts.supplier, flow.supplier.name], [texts.user_id, registered], [texts.when, date]];
  return screen(
    flow,
    { title: texts.title },
    h("p", { class: "notice", id: "notice" }, texts.done),
    descriptionList(facts),
    h("p", {}, texts.next),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => close(flow, registered) }, texts.close),
      h("button", { type: "button", class: "link", onclick: () => window.print() }, texts.print),
      h("a", { href: file(texts, facts), download: texts.file }, texts.download)),
  );
}

/** Return the address of a text file with the notice; the mark at its beginning tells old editors that it is UTF-8. */
function file(texts, facts) {
  const lines = [texts.title, "", ...facts.map(([term, value]) => `${term}: ${value}`), "", texts.next, ""];
  return URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n")], { type: "text/plain;charset=utf-8" }));
}

function close(flow, user_id) {
  new SessionStore(`${flow.supplier.supplier}:user`).update({ user_id });
  flow.drafts.clear();
  const login = flow.getAttribute("login");
  if (!flow.emit("utenza-close", { user_id })) return;
  if (login) location.assign(login);
  else flow.go("kind", { replace: true, focus: false });
}
