/** The title of the page. The page's own title stays, unless the element names the page (attribute `titles`). */
export class PageTitle {
  #prefix = "";

  /** Set the title to `name` (null: keep the page's own), after `prefix` ("Errore: ", or ""). */
  set(name, prefix) {
    const own = document.title.startsWith(this.#prefix) ? document.title.slice(this.#prefix.length) : document.title;
    this.#prefix = prefix;
    document.title = prefix + (name ?? own);
  }
}
