import { h } from "./html.js";
import { LANGUAGES } from "./loader.js";

/**
 * `<utenza-area-button href="https://area.example.it/accesso.html?supplier=…">`: the manual's button AREA LOGIN, which a
 * supplier's page puts where it wants. It is a link, and works as one: its text is that of the element, or "Area login".
 */
export class AreaButton extends HTMLElement {
  static observedAttributes = ["href", "lang"];

  connectedCallback() {
    if (this.shadowRoot) return;
    const styles = h("link", { rel: "stylesheet", href: new URL("utenza.css", import.meta.url).href });
    this.attachShadow({ mode: "open" }).append(
      styles, h("div", { class: "utenza" }, h("a", { class: "primary", part: "button" }, h("slot"))));
    this.#update();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.#update();
  }

  async #update() {
    this.shadowRoot.querySelector("a").setAttribute("href", this.getAttribute("href") ?? "");
    const wanted = (this.lang || this.closest("[lang]")?.lang || "").slice(0, 2).toLowerCase();
    const { area } = (await import(`./texts/${LANGUAGES.includes(wanted) ? wanted : LANGUAGES[0]}.js`)).default;
    this.shadowRoot.querySelector("slot").textContent = area.button;
  }
}
