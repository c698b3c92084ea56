/**
 * The module of the page with <utenza-undo>: whoever was told that their address is no longer the user id takes the change
 * back with the code from that e-mail. The other pages do not load it.
 */

import { defineCodeElement } from "./code_element.js";

defineCodeElement("undo", { path: "/account/user-id/undo", done: "restored", goesOn: true }); // docs/embedding.md promises the screens
