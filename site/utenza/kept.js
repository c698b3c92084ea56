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

/** Forget all that is kept of a supplier. */
export function forgetAll(supplier) {
  for (const name of storage.names()) if (name.startsWith(`utenza:${supplier}:`)) storage.removeItem(name);
}

/** Session storage; what it does not take, because it is full or refused, stays in memory. */
const storage = {
  memory: new Map(),
  getItem(name) {
    return this.memory.get(name) ?? attempt(() => sessionStorage.getItem(name));
  },
  setItem(name, value) {
    const taken = attempt(() => {
      sessionStorage.setItem(name, value);
      return true;
    });
    if (taken) this.memory.delete(name);
    else this.memory.set(name, value);
  },
  removeItem(name) {
    this.memory.delete(name);
    attempt(() => sessionStorage.removeItem(name));
  },
  names() {
    return [...this.memory.keys(), ...(attempt(() => Object.keys(sessionStorage)) ?? [])];
  },
};

function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}
