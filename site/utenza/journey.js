import { Problem } from "./api.js";
import { h } from "./html.js";
import { Kept } from "./kept.js";
import { broken, LANGUAGES, opening } from "./opening.js";
import { Trail } from "./trail.js";

/**
 * A customer's way through the screens of one element. A screen is a function of the journey that returns what to show,
 * or the name of the screen to show instead. The browser's history says which screen it is, so that back and reload work.
 *
 * Attributes: `api` (its address), `supplier`, `lang` (else that of the page), `heading` (level of its first heading, 2),
 * `titles` (whether screens name the page). Events: "utenza-screen" with the name of each.
 */
export class Journey extends HTMLElement {
  static observedAttributes = ["api", "supplier", "lang"];

  /** What the screen before wants said on this one: a `problem`, or a `notice`. */
  arrival = {};

  #stage = h("div", { class: "stage" });
  #status = h("p", { class: "status", role: "status" });
  #styled;
  #start = 0;
  #turn = 0;
  #afterwards = [];
  #trail;
  #marked = "";
  #memory = {};
  #moved = () => {
    if (!this.screenName) return;
    const wanted = this.#trail.screen;
    if (!wanted) this.#trail.note(this.screenName); // an entry of the page's own
    else if (wanted !== this.screenName) this.show(wanted);
  };

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    window.addEventListener("popstate", this.#moved);
    this.#restart();
  }

  disconnectedCallback() {
    window.removeEventListener("popstate", this.#moved);
  }

  attributeChangedCallback(_name, before, after) {
    if (this.shadowRoot && before !== after) this.#restart();
  }

  // For screens ----------------------------------------------------------------------------------------------------

  /** Go on to another screen; `replace` leaves no way back to this one. */
  go(screen, { replace = false, focus = true, ...arrival } = {}) {
    if (replace) this.#trail.note(screen);
    else this.#trail.push(screen);
    this.arrival = arrival;
    return this.show(screen, focus);
  }

  /** Show a screen; the focus goes to its heading, unless the page has just been opened. */
  async show(screen, focus = true) {
    this.#turn += 1;
    const turn = this.#turn;
    this.#afterwards = [];
    let shown = screen;
    let made = await this.#made(shown);
    while (typeof made === "string") {
      shown = made;
      made = await this.#made(shown);
    }
    if (turn !== this.#turn || !this.isConnected) return;
    this.arrival = {};
    this.#stage.dataset.screen = shown;
    this.#trail.note(shown);
    this.#put(made, focus);
    for (const afterwards of this.#afterwards) afterwards();
    this.tell("utenza-screen", { screen: shown });
  }

  /** The screen that is shown. */
  get screenName() {
    return this.#stage.dataset.screen;
  }

  /** Return a screen under its heading; `step` stands above it, a notice of the screen before below. */
  screen({ title, step }, ...content) {
    return h(
      "section",
      {},
      step && h("p", { class: "step" }, step),
      h(this.heading(1), { tabindex: "-1", "data-heading": true }, title),
      this.arrival.notice && h("p", { class: "notice" }, this.arrival.notice),
      content,
    );
  }

  /** Return the tag of a heading, `level` 1 being the screen's own. */
  heading(level) {
    return `h${Number(this.getAttribute("heading") ?? 2) + level - 1}`;
  }

  /** Return a link that leads to another screen. */
  link(text, screen, options) {
    return h("button", { type: "button", class: "link", onclick: () => this.go(screen, options) }, text);
  }

  /** Do something once this screen is shown. */
  onceShown(action) {
    this.#afterwards.push(action);
  }

  /** Have a screen reader say something, and show it; "" takes it back. */
  say(text) {
    this.#status.textContent = text;
  }

  /** Fire an event that the page may cancel; return whether it did not. */
  tell(name, detail = {}) {
    return this.dispatchEvent(
      new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }),
    );
  }

  /** Return where to keep what is typed: see `keep` of a field. */
  draft(keep) {
    if (keep === "tab") return this.kept;
    return {
      read: () => (keep ? this.#memory : {}),
      change: (values) => keep && Object.assign(this.#memory, values),
    };
  }

  forget() {
    this.kept.clear();
    this.#memory = {};
  }

  /** Name the page after the screen where it is the element's to name; say before its name that there is an error. */
  retitle(faulty) {
    const own = document.title.startsWith(this.#marked) ? document.title.slice(this.#marked.length) : document.title;
    const heading = this.#stage.querySelector("[data-heading]")?.textContent;
    const named = [heading, this.supplier?.name].filter(Boolean).join(" – ");
    this.#marked = faulty ? `${this.texts.form.error} ` : "";
    document.title = this.#marked + (this.hasAttribute("titles") ? named : own);
  }

  // Inside -----------------------------------------------------------------------------------------------------------

  #build() {
    const styles = h("link", { rel: "stylesheet", href: new URL("utenza.css", import.meta.url).href });
    this.#styled = new Promise((done) => ["load", "error"].forEach((event) => styles.addEventListener(event, done)));
    this.attachShadow({ mode: "open" }).append(styles, h("div", { class: "utenza" }, this.#stage, this.#status));
  }

  /** Begin again once all attributes that change now have changed. */
  #restart() {
    this.#start += 1;
    const start = this.#start;
    queueMicrotask(() => start === this.#start && this.getAttribute("api") && this.#begin());
  }

  /** Begin with what is to be had, unless something has changed on the way. */
  async #begin(focus = false) {
    const start = this.#start;
    const wait = (texts) => this.screenName || this.say(texts.form.wait);
    const coming = opening(this.getAttribute("api"), this.#language(), this.getAttribute("supplier"), wait);
    const [opened] = await Promise.all([coming, this.#styled]);
    if (start !== this.#start || !this.isConnected) return undefined;
    const { texts, supplier, problem } = opened;
    if (!texts) return this.#stage.replaceChildren(broken());
    this.texts = texts;
    this.shadowRoot.querySelector(".utenza").lang = texts.language;
    if (problem) return this.#put(this.#again(problem, () => this.#begin(true)), focus);
    if (!supplier && !this.constructor.forEverySupplier) return this.#put(this.#nobodys(), focus);
    this.#settle(opened);
    return this.show(this.#current(), focus);
  }

  #settle({ api, suppliers, supplier }) {
    const name = `${supplier?.supplier ?? ""}:${this.localName}`;
    if (this.#trail?.name !== name) {
      delete this.#stage.dataset.screen;
      this.#memory = {};
    }
    this.#trail = new Trail(name);
    this.kept = new Kept(name);
    Object.assign(this, { api, suppliers, supplier });
    this.ready?.();
  }

  /** Replace what is shown. */
  #put(node, focus) {
    this.say("");
    this.#stage.replaceChildren(node);
    this.retitle(false);
    if (focus) this.#stage.querySelector("[data-heading]").focus();
  }

  #language() {
    const wanted = (this.lang || this.closest("[lang]")?.lang || "").slice(0, 2).toLowerCase();
    return LANGUAGES.includes(wanted) ? wanted : LANGUAGES[0];
  }

  #current() {
    const screen = this.#trail.screen ?? this.screenName;
    return Object.hasOwn(this.constructor.screens, screen) ? screen : this.constructor.first;
  }

  async #made(screen) {
    try {
      return await this.constructor.screens[screen](this);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return this.#again(problem, () => this.show(screen));
    }
  }

  /** Return what is shown when no supplier is known: the way to `area`, where one is chosen. */
  #nobodys() {
    const { title, detail, link } = this.texts.problems.supplier;
    const area = this.getAttribute("area");
    return this.screen({ title }, h("p", {}, detail), area && h("p", {}, h("a", { href: area }, link)));
  }

  #again({ title, detail }, retry) {
    return this.screen(
      { title },
      h("p", {}, detail),
      h("button", { type: "button", class: "primary", onclick: retry }, this.texts.form.again),
    );
  }
}
