import { fill, h } from "../html.js";
import { check } from "./check.js";

const PAUSE = 1000; // milliseconds without typing after which a screen reader is told

/** Return a list that says, while a password is typed, which rules it keeps; `customer()` is what is known of who types. */
export function passwordHint(journey, customer) {
  const texts = journey.texts.password;
  const minimum = journey.supplier.password_min_length;
  const rules = Object.fromEntries(["short", "common", "traceable"].map((rule) => [rule, h("li")]));
  const spoken = h("p", { class: "unseen", role: "status" });
  let timer;

  function update({ target: { value } }) {
    const faults = check(value, minimum, customer());
    for (const [rule, node] of Object.entries(rules)) {
      // That a password of three letters is in no list means nothing yet.
      const state = !value || (faults.short && rule !== "short" && !faults[rule]) ? "" : faults[rule] ? "broken" : "kept";
      node.className = state;
      node.replaceChildren(fill(texts[rule], { minimum }), state && h("span", { class: "unseen" }, `: ${texts[state]}`));
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      const broken = Object.keys(rules).filter((rule) => faults[rule]);
      spoken.textContent = value && (broken.length ? fill(texts[`say_${broken[0]}`], { minimum }) : texts.say_good);
    }, PAUSE);
  }

  update({ target: { value: "" } });
  return { node: [h("ul", { class: "rules" }, Object.values(rules)), spoken], update };
}
