/** The module that a page includes: it defines <utenza-login>, <utenza-registration> and <utenza-suppliers>. */

import { Login } from "./login/login.js";
import { Registration } from "./registration/registration.js";
import { Suppliers } from "./suppliers.js";

for (const [name, element] of Object.entries({
  "utenza-login": Login,
  "utenza-registration": Registration,
  "utenza-suppliers": Suppliers,
})) {
  if (!customElements.get(name)) customElements.define(name, element);
}
