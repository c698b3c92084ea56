/**
 * Which screen of one element each entry of the browser's history shows. Entries that the page makes, by a link to a
 * heading or a router of its own, say nothing of it.
 */
export class Trail {
  constructor(name) {
    this.name = name;
  }

  /** The screen that the present entry names, undefined where it names none. */
  get screen() {
    return history.state?.utenza?.[this.name];
  }

  /** Go on to a new entry. */
  push(screen) {
    history.pushState(this.#state(screen), "");
  }

  /** Let the present entry name this screen. */
  note(screen) {
    if (this.screen !== screen) history.replaceState(this.#state(screen), "");
  }

  #state(screen) {
    return { ...history.state, utenza: { ...history.state?.utenza, [this.name]: screen } };
  }
}
