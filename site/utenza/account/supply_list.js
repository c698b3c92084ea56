import { format, h } from "../html.js";
import { day } from "./area.js";

/** Return a list of supplies. `isNamed` also shows whose they are; `after(customer)` may return what can be done with one. */
export function supplyList(flow, customers, isNamed, after = () => null) {
  return h("ul", { class: "supplies" }, customers.map((customer) => supply(flow, customer, isNamed, after)));
}

function supply(flow, customer, isNamed, after) {
  const { account: texts, reserved } = flow.texts;
  const { customer_code, name, status, role, read_only_until } = customer;
  return h("li", {},
    h("span", { class: "badges" },
      h("span", { class: `badge ${status}` }, texts[status]),
      role === "delegate" && h("span", { class: "badge" }, reserved.supplies.delegate)),
    h("strong", { id: `supply-${customer_code}` }, `${flow.supplier.code_label} ${customer_code}`),
    isNamed && h("span", {}, name),
    read_only_until && h("span", { class: "hint" }, format(reserved.supplies.read_only, { day: day(flow, read_only_until) })),
    after(customer));
}
