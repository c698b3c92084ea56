const KEPT = 8; // customers who share a browser

/**
 * One supplier's device tokens, which outlive the logout in local storage and open nothing (docs/adr/0013-known-devices.md).
 * Each has a label that thousands of user ids share, so that the storage does not tell who has logged in here.
 */
export class DeviceTokens {
  constructor(supplier) {
    this.key = `utenza:${supplier}:devices`;
  }

  /** Return the token for a user id, undefined if there is none. */
  of(user_id) {
    return this.#read().find(({ label }) => label === labelOf(user_id))?.token;
  }

  /** Store the token for a user id, unless storage is blocked or full. */
  keep(user_id, token) {
    const label = labelOf(user_id);
    const others = this.#read().filter((entry) => entry.label !== label);
    this.#store([{ label, token }, ...others].slice(0, KEPT));
  }

  /** Delete the token for a user id. */
  forget(user_id) {
    this.#store(this.#read().filter(({ label }) => label !== labelOf(user_id)));
  }

  #store(entries) {
    try {
      localStorage.setItem(this.key, JSON.stringify(entries));
    } catch {}
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)).filter(Boolean);
    } catch {
      return [];
    }
  }
}

/** Return 16 bits of the FNV-1a hash of a user id, however it is capitalised. */
function labelOf(user_id) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(user_id.trim().toLowerCase())) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash ^ (hash >>> 16)) & 0xffff;
}
