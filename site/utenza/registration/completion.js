/** The end of a registration: the notice that the account exists. */

import { h } from "../html.js";
import { descriptionList, screen } from "../screen_parts.js";
import { SessionStore } from "../session_store.js";

/** Delete all data of a completed registration but the user id, and return how to show the notice. */
export function complete(flow, user_id) {
  flow.drafts.clear();
  flow.store.update({ registered: user_id, registered_at: Date.now() });
  flow.emit("utenza-registered", { user_id });
  return () => flow.go("notice", { replace: true });
}

export function noticeScreen(flow) {
  const { registered, registered_at } = flow.store.read();
  if (!registered) return "kind";
  const texts = flow.texts.notice;
  const date = new Intl.DateTimeFormat(flow.texts.language, { dateStyle: "long" }).format(registered_at);
  return screen(
    flow,
    { title: texts.title },
    h("p", { class: "notice" }, texts.done),
    descriptionList([[texts.supplier, flow.supplier.name], [texts.user_id, registered], [texts.when, date]]),
    h("p", {}, texts.next),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => close(flow, registered) }, texts.close),
      h("button", { type: "button", class: "link", onclick: () => window.print() }, texts.print)),
  );
}

function close(flow, user_id) {
  new SessionStore(`${flow.supplier.supplier}:user`).update({ user_id });
  flow.drafts.clear();
  const login = flow.getAttribute("login");
  if (!flow.emit("utenza-close", { user_id })) return;
  if (login) location.assign(login);
  else flow.go("kind", { replace: true, focus: false });
}
