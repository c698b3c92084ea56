/** The module that a page includes: it defines the custom elements. */

import { Account } from "./account/account.js";
import { AreaButton } from "./area_button.js";
import { Login } from "./login/login.js";
import { Registration } from "./registration/registration.js";
import { Suppliers } from "./suppliers.js";

for (const [name, element] of Object.entries({
  "utenza-login": Login,
  "utenza-account": Account,
  "utenza-registration": Registration,
  "utenza-suppliers": Suppliers,
  "utenza-area-button": AreaButton,
})) {
  if (!customElements.get(name)) customElements.define(name, element);
}
