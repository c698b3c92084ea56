/**
 * The module of the page with <utenza-objection>: whoever was told of an account that they did not open freezes it with the
 * code from that e-mail. The other pages do not load it.
 */

import { defineCodeElement } from "./code_element.js";

defineCodeElement("objection", { path: "/credentials/object", done: "frozen" }); // docs/embedding.md promises the screens
