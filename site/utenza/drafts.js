import { SessionStore } from "./session_store.js";

/** What the customer has typed into one element's forms. */
export class Drafts {
  #page = {};

  constructor(name) {
    this.tab = new SessionStore(name);
  }

  /** Return where to store a field's value: "tab" survives a reload, "page" does not; undefined stores nothing. */
  scope(name) {
    if (name === "tab") return this.tab;
    return {
      read: () => (name ? this.#page : {}),
      update: (values) => name && Object.assign(this.#page, values),
    };
  }

  clear() {
    this.tab.clear();
    this.#page = {};
  }
}
