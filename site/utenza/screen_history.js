/**
 * Stores in each entry of the browser's history which screen of an element it shows. Entries that the page adds itself (a
 * link to a heading, a router) name no screen.
 */
export class ScreenHistory {
  constructor(name) {
    this.name = name;
  }

  /** The screen of the current entry, undefined if it names none. */
  get screen() {
    return history.state?.utenza?.[this.name];
  }

  /** Add an entry for this screen. */
  push(screen) {
    history.pushState(this.#state(screen), "");
  }

  /** Make the current entry show this screen. */
  replace(screen) {
    if (this.screen !== screen) history.replaceState(this.#state(screen), "");
  }

  #state(screen) {
    return { ...history.state, utenza: { ...history.state?.utenza, [this.name]: screen } };
  }
}
