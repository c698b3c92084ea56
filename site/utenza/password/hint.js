import { format, h } from "../html.js";
import { check } from "./check.js";

const PAUSE = 1000; // milliseconds without typing before screen readers announce the result

/**
 * Return a list that shows, while the customer types a password, which rules it meets. `customer()` returns what is known
 * of the customer, by the API's names.
 */
export function passwordHint(flow, customer) {
  const texts = flow.texts.password;
  const minimum = flow.supplier.password_min_length;
  const rules = Object.fromEntries(["short", "common", "traceable"].map((rule) => [rule, h("li")]));
  const announcement = h("p", { class: "visually-hidden", role: "status" });
  let timer;

  function update({ target: { value } }) {
    const faults = check(value, minimum, customer());
    for (const [rule, node] of Object.entries(rules)) {
      // A password that is still too short says nothing about the other rules; nor does an unknown customer about the last.
      const undecided = (rule !== "short" && faults.short) || (rule === "traceable" && !customer().customer_code);
      const state = !value ? "" : faults[rule] ? "unmet" : undecided ? "" : "met";
      node.className = state;
      node.replaceChildren(
        format(texts[rule], { minimum }), state && h("span", { class: "visually-hidden" }, `: ${texts[state]}`));
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      const [first] = Object.keys(rules).filter((rule) => faults[rule]);
      announcement.textContent = value && (first ? format(texts[`say_${first}`], { minimum }) : texts.say_good);
    }, PAUSE);
  }

  update({ target: { value: "" } });
  return { node: [h("ul", { class: "rules" }, Object.values(rules)), announcement], update };
}
