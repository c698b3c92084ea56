/** Other supplies of the same holder that nobody has registered (GET /account, `offered`), and the way to add them. */

import { format, h } from "../html.js";
import { screenButton } from "./area.js";

const SHOWN = 3; // characters of a code, as the API shows them
const KEPT = 20; // that the customer does not want to see again

/** Return what is offered, but for what was dismissed on this device; null if there is nothing. */
export function offeredSupplies(flow, offered = []) {
  const dismissed = read(flow);
  const ends = [...new Set(offered.map(({ customer_code_end }) => customer_code_end))].filter((end) => !dismissed.includes(end));
  return ends.length > 0 && h("ul", { class: "supplies offered" }, ends.map((end) => offer(flow, end)));
}

function offer(flow, end) {
  const texts = flow.texts.reserved.offered;
  const id = `offered-${end}`;
  const dismiss = () => {
    keep(flow, end);
    flow.go(flow.screenName, { replace: true, notice: texts.dismissed });
  };
  return h("li", {},
    h("strong", { id }, texts.title),
    h("span", {}, format(texts.detail, { end })),
    h("div", { class: "actions" },
      screenButton(flow, texts.add, "add_supply", { "aria-describedby": id }),
      h("button", { type: "button", class: "link", "aria-describedby": id, onclick: dismiss }, texts.dismiss)));
}

/** Return the ends of codes that were dismissed on this device; three characters that name nobody. */
function read(flow) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(flow))).filter((end) => typeof end === "string");
  } catch {
    return [];
  }
}

/** Do not offer a supply on this device that the customer has just removed. */
export function dismissOffer(flow, code) {
  keep(flow, code.slice(-Math.min(SHOWN, Math.max(1, Math.floor(code.length / 3)))));
}

function keep(flow, end) {
  try {
    localStorage.setItem(keyOf(flow), JSON.stringify([end, ...read(flow)].slice(0, KEPT)));
  } catch {}
}

function keyOf(flow) {
  return `utenza:${flow.supplier.supplier}:not-offered`;
}
