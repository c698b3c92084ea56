import { pendingDocuments } from "../documents.js";
import { format, h } from "../html.js";
import { descriptionList, headingTag, screen, screenLink } from "../screen_parts.js";
import { areaScreen, moment } from "./area.js";
import { supplyList } from "./supply_list.js";

const SHOWN = 5; // supplies; all of them are on their own screen

/** The first screen of the reserved area: names, supplies, account data, and what the customer should know. */
export async function overviewScreen(flow) {
  const account = await flow.session.get("/account");
  const { account: texts, reserved } = flow.texts;
  const isAsked = pendingDocuments(flow.supplier, account).length > 0;
  if (isAsked && !flow.store.read().documents_later) return "documents";
  const names = [...new Set(account.customers.map(({ name }) => name))];
  const shown = account.customers.slice(0, SHOWN);
  const total = account.customers.length;
  return areaScreen(
    flow,
    "account",
    { title: texts.title, isPlace: true },
    h("p", { class: "lead" }, names.length === 1 ? names[0] : account.user_id),
    account.email_status !== "ok" && h("p", { class: "warning" }, texts[account.email_status]),
    isAsked && h("div", { class: "warning" }, screenLink(flow, reserved.documents.pending, "documents")),
    h(headingTag(flow, 2), {}, texts.supplies),
    total ? supplyList(flow, shown, names.length > 1) : h("p", {}, texts.no_supplies),
    total > SHOWN && h("p", {}, screenLink(flow, format(reserved.overview.all_supplies, { total }), "supplies")),
    await offers(flow, account.offered),
    h(headingTag(flow, 2), {}, texts.about),
    descriptionList(accountData(flow, account)),
    h("p", { class: "hint after" }, reserved.overview.not_you, " ", screenLink(flow, reserved.overview.check_devices, "devices")),
  );
}

/** Return what is offered. Few are offered anything, so its module is loaded when needed; an offer can wait for a better network. */
async function offers(flow, offered) {
  if (!offered?.length) return null;
  const { offeredSupplies } = await import("./offered.js").catch(() => ({}));
  return offeredSupplies?.(flow, offered);
}

/** Who is logged in and a logout button, for a page that shows its own reserved area. */
export function pageAreaScreen(flow) {
  if (!flow.session.isOpen) return flow.constructor.loggedOut;
  if (flow.showsArea()) return "account";
  const { title, log_out } = flow.texts.account;
  return screen(flow, { title },
    h("p", { class: "lead" }, flow.userId),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => flow.logOut() }, log_out)));
}

function accountData(flow, { user_id, phone, created_at, last_login_at }) {
  const texts = flow.texts.account;
  return [
    [texts.user_id, user_id],
    [texts.phone, phone],
    [texts.since, moment(flow, created_at, { dateStyle: "long" })],
    [texts.last_login, last_login_at && moment(flow, last_login_at)],
  ].filter(([, value]) => value);
}
