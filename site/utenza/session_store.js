/** Values that survive a reload, in session storage: they end with the tab. If storage is blocked or full, in memory. */
export class SessionStore {
  constructor(name) {
    this.key = `utenza:${name}`;
  }

  /** Return the stored values, an empty object if there are none. */
  read() {
    try {
      return JSON.parse(storage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

  update(values) {
    storage.setItem(this.key, JSON.stringify({ ...this.read(), ...values }));
  }

  clear() {
    storage.removeItem(this.key);
  }
}

/** Remove all stored values of a supplier. */
export function clearSupplier(supplier) {
  for (const key of storage.keys()) if (key.startsWith(`utenza:${supplier}:`)) storage.removeItem(key);
}

/** Session storage, with memory for what it refuses. */
const storage = {
  memory: new Map(),
  getItem(key) {
    return this.memory.get(key) ?? attempt(() => sessionStorage.getItem(key));
  },
  setItem(key, value) {
    const stored = attempt(() => {
      sessionStorage.setItem(key, value);
      return true;
    });
    if (stored) this.memory.delete(key);
    else this.memory.set(key, value);
  },
  removeItem(key) {
    this.memory.delete(key);
    attempt(() => sessionStorage.removeItem(key));
  },
  keys() {
    return [...this.memory.keys(), ...(attempt(() => Object.keys(sessionStorage)) ?? [])];
  },
};

function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
