/** What the reference pages have around the forms: theme, supplier, language, header and footer. */

import { h } from "./utenza/html.js";
import { broken } from "./utenza/opening.js";

const LANGUAGES = { it: "Italiano", en: "English", de: "Deutsch" };
const address = (name) => new URL(name, import.meta.url).href;
const json = async (name) => (await fetch(address(name))).json();

let framed = "";
const element = document.querySelector("main > [lang]");
const [{ api }, theme] = await Promise.all([json("config.json"), json("theme.json")]).catch(giveUp);
const supplier = new URLSearchParams(location.search).get("supplier") ?? "";
const brand = Object.hasOwn(theme.suppliers, supplier) ? theme.suppliers[supplier] : theme.group;

dress();
element.logos = Object.fromEntries(Object.entries(theme.suppliers).map(([id, { logo }]) => [id, address(logo)]));
// Once the forms know their supplier: its links, and its languages, of which they may have had to choose another.
element.addEventListener("utenza-screen", () => frame(element.texts.language));
await speak(remembered() ?? preferred()).catch(giveUp);

/** Say, in a language that is not known yet, that there is no page. */
function giveUp(reason) {
  element.replaceWith(broken());
  throw reason;
}

/** Put name, logo and colours of the supplier on the page. */
function dress() {
  const { accent } = brand;
  const both = CSS.supports("color", "light-dark(#000, #fff)");
  document.documentElement.style.setProperty("--utenza-accent", both ? `light-dark(${accent.light}, ${accent.dark})` : accent.light);
  document.querySelector("header .brand").replaceChildren(
    h("img", { src: address(brand.logo), alt: "", width: 44, height: 44 }), h("span", {}, brand.name));
}

/** Let what is around the forms speak a language, then the forms. */
async function speak(language) {
  await frame(language);
  for (const [name, value] of Object.entries(attributes(language))) element.setAttribute(name, value);
}

/** Fill what is around the forms, unless it says all this already. */
async function frame(language) {
  const wanted = `${language} ${element.supplier?.supplier}`;
  if (framed === wanted) return;
  const { page } = (await import(`./utenza/texts/${language}.js`)).default;
  framed = wanted;
  document.documentElement.lang = language;
  document.querySelector(".skip").textContent = page.skip;
  document.querySelector("header nav").replaceChildren(languageButtons(language, page.language));
  document.querySelector("footer").replaceChildren(...links(page));
}

function attributes(language) {
  const query = supplier ? `?supplier=${encodeURIComponent(supplier)}` : "";
  return {
    lang: language, api, supplier, heading: "1", titles: "",
    area: "index.html", login: `accesso.html${query}`, registration: `registrazione.html${query}`,
  };
}

function languageButtons(current, label) {
  const offered = element.supplier?.languages ?? Object.keys(LANGUAGES);
  if (offered.length === 1) return "";
  return h("ul", { "aria-label": label }, offered.map((language) => h("li", {}, h("button", {
    type: "button", lang: language, "aria-pressed": String(language === current), onclick: () => choose(language),
  }, LANGUAGES[language]))));
}

/** Return links to what the supplier says of itself, and to the other suppliers. */
function links(texts) {
  const { site, privacy, contact } = element.supplier?.links ?? {};
  const known = { [texts.site]: site, [texts.privacy]: privacy, [texts.contact]: contact };
  if (element.supplier && element.suppliers.length > 1) known[texts.home] = "index.html";
  return Object.entries(known).filter(([, href]) => href).map(([text, href]) => h("a", { href }, text));
}

async function choose(language) {
  try {
    await speak(language);
  } catch {
    document.querySelector("header nav").append(broken()); // what was typed stays
    return;
  }
  document.querySelector(`header [lang="${language}"]`).focus();
  try {
    sessionStorage.setItem("utenza:language", language);
  } catch {
    // then it is good for this page alone
  }
}

function remembered() {
  try {
    const language = sessionStorage.getItem("utenza:language");
    return language in LANGUAGES ? language : null;
  } catch {
    return null;
  }
}

function preferred() {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((language) => language in LANGUAGES) ?? "it";
}
