import { Problem } from "./api.js";
import { Drafts } from "./drafts.js";
import { h } from "./html.js";
import { LANGUAGES, load, loadFailure } from "./loader.js";
import { PageTitle } from "./page_title.js";
import { ScreenHistory } from "./screen_history.js";
import { noSupplierScreen, retryScreen } from "./screen_parts.js";

/**
 * A custom element that leads the customer through screens. A screen is a function that takes the element and returns a
 * node, or the name of the screen to show instead. The browser's history names the screen, so that back and reload work.
 *
 * Attributes: `api` (its address), `supplier`, `lang` (default: the page's), `heading` (level of the first heading, default
 * 2), `titles` (name the page after the screen). Event: "utenza-screen" with the name of the screen.
 *
 * Subclasses define `screens` (functions by name), `first` (a name), and may define `onLoaded()`.
 */
export class FlowElement extends HTMLElement {
  static observedAttributes = ["api", "supplier", "lang"];
  static needsSupplier = true;

  /** What the previous screen passed on: a `problem` or a `notice`. */
  arrival = {};

  #stage = h("div", { class: "stage" });
  #status = h("p", { class: "status", role: "status" });
  #title = new PageTitle();
  #stylesLoaded;
  #history;
  #loads = 0; // counts loads; the result of an older load is dropped
  #shows = 0; // counts screens; an older screen that comes late is dropped
  #shownActions = [];

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    window.addEventListener("popstate", this.#onPopState);
    this.#restart();
  }

  disconnectedCallback() {
    window.removeEventListener("popstate", this.#onPopState);
  }

  attributeChangedCallback(_name, before, after) {
    if (this.shadowRoot && before !== after) this.#restart();
  }

  // For screens ----------------------------------------------------------------------------------------------------

  /** The name of the current screen. */
  get screenName() {
    return this.#stage.dataset.screen;
  }

  /** Values that survive a reload. */
  get store() {
    return this.drafts.tab;
  }

  /** Go to a screen; with `replace` the back button does not return to this one. */
  go(name, { replace = false, focus = true, ...arrival } = {}) {
    if (replace) this.#history.replace(name);
    else this.#history.push(name);
    this.arrival = arrival;
    return this.show(name, focus);
  }

  /** Show a screen; `focus` moves the focus to its heading. */
  async show(name, focus = true) {
    this.#shows += 1;
    const current = this.#shows;
    this.#shownActions = [];
    let shown = name;
    let result = await this.#run(shown);
    while (typeof result === "string") {
      shown = result;
      result = await this.#run(shown);
    }
    if (current !== this.#shows || !this.isConnected) return;
    this.arrival = {};
    this.#stage.dataset.screen = shown;
    this.#history.replace(shown);
    this.#render(result, focus);
    for (const action of this.#shownActions) action();
    this.emit("utenza-screen", { screen: shown });
  }

  /** Run an action once the screen is shown. */
  onceShown(action) {
    this.#shownActions.push(action);
  }

  /** Show a status message, which screen readers announce; "" removes it. */
  announce(text) {
    this.#status.textContent = text;
  }

  /** Fire an event; return false if the page cancelled it. */
  emit(name, detail = {}) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  /** Set the title of the page; with `hasErrors` it begins with "Errore:". */
  updateTitle(hasErrors) {
    const heading = this.#stage.querySelector("[data-heading]")?.textContent;
    const name = [heading, this.supplier?.name].filter(Boolean).join(" – ");
    this.#title.set(this.hasAttribute("titles") ? name : null, hasErrors ? `${this.texts.form.error} ` : "");
  }

  /** Return what is shown in the place of a screen that could not be made; subclasses may show more around it. */
  failedScreen(_name, problem, retry) {
    return retryScreen(this, problem, retry);
  }

  // Internal ---------------------------------------------------------------------------------------------------------

  #build() {
    const styles = h("link", { rel: "stylesheet", href: new URL("utenza.css", import.meta.url).href });
    this.#stylesLoaded = new Promise((resolve) =>
      ["load", "error"].forEach((event) => styles.addEventListener(event, resolve)));
    this.#stage.append(h("slot")); // what the page says until the first screen is there
    this.attachShadow({ mode: "open" }).append(styles, h("div", { class: "utenza" }, this.#stage, this.#status));
  }

  /** Load again, once for all attributes that change at the same time. */
  #restart() {
    this.#loads += 1;
    const current = this.#loads;
    queueMicrotask(() => current === this.#loads && this.getAttribute("api") && this.#load());
  }

  async #load(focus = false) {
    const current = this.#loads;
    const announceWait = (texts) => this.screenName || this.announce(texts.form.wait);
    const loading = load(this.getAttribute("api"), this.#language(), this.getAttribute("supplier"), announceWait);
    const [loaded] = await Promise.all([loading, this.#stylesLoaded]);
    if (current !== this.#loads || !this.isConnected) return undefined;
    const { texts, supplier, problem } = loaded;
    if (!texts) return this.#stage.replaceChildren(loadFailure());
    this.texts = texts;
    this.shadowRoot.querySelector(".utenza").lang = texts.language;
    if (problem) return this.#render(retryScreen(this, problem, () => this.#load(true)), focus);
    if (!supplier && this.constructor.needsSupplier) return this.#render(noSupplierScreen(this), focus);
    this.#use(loaded);
    return this.show(this.#startScreen(), focus);
  }

  #use({ api, suppliers, supplier }) {
    const name = `${supplier?.supplier ?? ""}:${this.localName}`;
    if (this.#history?.name !== name) {
      delete this.#stage.dataset.screen;
      this.#history = new ScreenHistory(name);
      this.drafts = new Drafts(name);
    }
    Object.assign(this, { api, suppliers, supplier });
    this.onLoaded?.();
  }

  #language() {
    const wanted = (this.lang || this.closest("[lang]")?.lang || "").slice(0, 2).toLowerCase();
    return LANGUAGES.includes(wanted) ? wanted : LANGUAGES[0];
  }

  #startScreen() {
    const name = this.#history.screen ?? this.screenName;
    return Object.hasOwn(this.constructor.screens, name) ? name : this.constructor.first;
  }

  async #run(name) {
    try {
      return await this.constructor.screens[name](this);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return this.failedScreen(name, problem, () => this.show(name));
    }
  }

  #render(node, focus) {
    this.announce("");
    this.#stage.replaceChildren(node);
    this.updateTitle(false);
    if (focus) this.#stage.querySelector("[data-heading]").focus();
  }

  #onPopState = () => {
    if (!this.screenName) return;
    const name = this.#history.screen;
    if (!name) this.#history.replace(this.screenName); // an entry that the page added itself
    else if (name !== this.screenName) this.show(name);
  };
}
