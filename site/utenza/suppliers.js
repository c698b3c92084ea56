import { FlowElement } from "./flow_element.js";
import { h } from "./html.js";
import { screen } from "./screen_parts.js";

/**
 * `<utenza-suppliers api="…" login="…">`: the area login, where the customer chooses a supplier. Each one links to the
 * address `login` with `?supplier=…`; if there is only one, the element goes there at once. The property `logos` may hold
 * the address of a logo for each supplier id.
 */
export class Suppliers extends FlowElement {
  static first = "area";
  static screens = { area: areaScreen };
  static needsSupplier = false;
}

function areaScreen(flow) {
  const texts = flow.texts.area;
  const { suppliers } = flow;
  if (suppliers.length === 1) location.replace(loginAddress(flow, suppliers[0]));
  const item = (supplier) => h("li", {}, h("a", { class: "choice", href: loginAddress(flow, supplier) },
    flow.logos?.[supplier.supplier] && h("img", { src: flow.logos[supplier.supplier], alt: "" }),
    h("strong", {}, supplier.name)));
  return screen(
    flow,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("ul", { class: "choices" }, suppliers.map(item)),
  );
}

function loginAddress(flow, { supplier }) {
  const url = new URL(flow.getAttribute("login"), location.href);
  url.searchParams.set("supplier", supplier);
  return url.href;
}
