import { format, h } from "../html.js";
import { placeScreen, screenButton } from "./area.js";
import { offeredSupplies } from "./offered.js";
import { supplyList } from "./supply_list.js";

const MANY = 10; // supplies from which on the screen has a search

/** All supplies, with a search if there are many; the customer can add one, and remove one of several. */
export async function suppliesScreen(flow) {
  const { customers, offered } = await flow.session.get("/account");
  const texts = flow.texts.reserved.supplies;
  const remove = ({ customer_code }) => customers.length > 1 && removal(flow, texts.remove, customer_code);
  const list = (found) => supplyList(flow, found, true, remove);
  return placeScreen(flow, "supplies",
    h("p", { class: "lead" }, texts.lead),
    customers.length > MANY && searchable(flow, customers, list),
    customers.length > 0 && customers.length <= MANY && list(customers),
    !customers.length && h("p", {}, flow.texts.account.no_supplies),
    offeredSupplies(flow, offered),
    h("div", { class: "actions" }, screenButton(flow, texts.add, "add_supply", { class: "primary" })),
    h("p", { class: "hint after" }, texts.looked_after, " ", removal(flow, texts.end_delegate, "")),
  );
}

/** Return a button that leads to the removal of a supply; without a code the customer types it. */
function removal(flow, text, code) {
  const onclick = () => {
    flow.store.update({ removing: code });
    flow.go("remove_supply");
  };
  return h("button", { type: "button", class: "link", "aria-describedby": code ? `supply-${code}` : null, onclick }, text);
}

/** Return a search by code and name, how many supplies it finds, and these. */
function searchable(flow, customers, list) {
  const texts = flow.texts.reserved.supplies;
  const found = h("p", { class: "hint", role: "status" });
  const results = h("div");
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const input = h("input", { id: "search", type: "search", part: "input", autocomplete: "off", spellcheck: "false", oninput: update });
  function update() {
    const words = plain(input.value).split(/\s+/);
    const hits = customers.filter(({ customer_code, name }) => words.every((word) => plain(`${customer_code} ${name}`).includes(word)));
    found.textContent = format(hits.length ? texts.found : texts.none_found, { number: hits.length, total: customers.length });
    results.replaceChildren(list(hits));
  }
  update();
  return [h("div", { class: "field" }, h("label", { for: "search" }, texts.search), input), found, results];
}
