import { h } from "./html.js";
import { Journey } from "./journey.js";

/**
 * `<utenza-suppliers api="…" login="…">`: the area login, where customers choose their supplier. Each leads to the
 * address `login` with `?supplier=…`; where there is one, at once. The property `logos` may have an address for each.
 */
export class Suppliers extends Journey {
  static first = "area";
  static screens = { area };
  static forEverySupplier = true;
}

function area(journey) {
  const texts = journey.texts.area;
  const { suppliers } = journey;
  if (suppliers.length === 1) location.replace(address(journey, suppliers[0]));
  const link = (supplier) => h("li", {}, h("a", { class: "choice", href: address(journey, supplier) },
    journey.logos?.[supplier.supplier] && h("img", { src: journey.logos[supplier.supplier], alt: "" }),
    h("strong", {}, supplier.name)));
  return journey.screen(
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("ul", { class: "choices" }, suppliers.map(link)),
  );
}

function address(journey, { supplier }) {
  const url = new URL(journey.getAttribute("login"), location.href);
  url.searchParams.set("supplier", supplier);
  return url.href;
}
