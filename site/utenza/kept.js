/** What must outlive a reload, in session storage: it ends with the tab. Where that is refused, memory has to do. */
export class Kept {
  constructor(name) {
    this.name = `utenza:${name}`;
  }

  /** Return what is kept, an empty object when there is nothing. */
  read() {
    try {
      return JSON.parse(storage.getItem(this.name)) ?? {};
    } catch {
      return {};
    }
  }

  change(values) {
    storage.setItem(this.name, JSON.stringify({ ...this.read(), ...values }));
  }

  clear() {
    storage.removeItem(this.name);
  }
}

const storage = (() => {
  try {
    sessionStorage.setItem("utenza", "");
    sessionStorage.removeItem("utenza");
    return sessionStorage;
  } catch {
    const memory = new Map();
    return {
      getItem: (name) => memory.get(name) ?? null,
      setItem: (name, value) => memory.set(name, value),
      removeItem: (name) => memory.delete(name),
    };
  }
})();
