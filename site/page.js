/** The parts of the reference pages around the forms: theme, supplier, language, header and footer. */

import { h } from "./utenza/html.js";
import { loadFailure } from "./utenza/loader.js";

const LANGUAGES = { it: "Italiano", en: "English", de: "Deutsch" };
const STORED_LANGUAGE = "utenza:language"; // key in session storage
const address = (name) => new URL(name, import.meta.url).href;
const json = async (name) => (await fetch(address(name))).json();

let renderedState = "";
const element = document.querySelector("main > [lang]");
const [{ api }, theme] = await Promise.all([json("config.json"), json("theme.json")]).catch(fail);
const supplier = new URLSearchParams(location.search).get("supplier") ?? "";
const brand = Object.hasOwn(theme.suppliers, supplier) ? theme.suppliers[supplier] : theme.group;

applyBrand();
element.logos = Object.fromEntries(Object.entries(theme.suppliers).map(([id, { logo }]) => [id, address(logo)]));
// The element now knows the supplier's links and languages, and may have chosen another language.
element.addEventListener("utenza-screen", () => renderFrame(element.texts.language));
element.addEventListener("utenza-language", (event) => {
  event.preventDefault(); // the page changes with the element
  chooseLanguage(event.detail.language);
});
await applyLanguage(storedLanguage() ?? browserLanguage()).catch(fail);

/** Replace the forms by a message that the page could not be loaded. */
function fail(reason) {
  element.replaceWith(loadFailure());
  throw reason;
}

/** Show the supplier's name, logo and colours. */
function applyBrand() {
  const { accent } = brand;
  const hasLightDark = CSS.supports("color", "light-dark(#000, #fff)");
  document.documentElement.style.setProperty(
    "--utenza-accent", hasLightDark ? `light-dark(${accent.light}, ${accent.dark})` : accent.light);
  document.querySelector("header .brand").replaceChildren(
    h("img", { src: address(brand.logo), alt: "", width: 44, height: 44 }), h("span", {}, brand.name));
}

async function applyLanguage(language) {
  await renderFrame(language);
  for (const [name, value] of Object.entries(elementAttributes(language))) element.setAttribute(name, value);
}

/** Render header and footer, unless they are up to date. */
async function renderFrame(language) {
  const state = `${language} ${element.supplier?.supplier}`;
  if (renderedState === state) return;
  const { page } = (await import(`./utenza/texts/${language}.js`)).default;
  renderedState = state;
  document.documentElement.lang = language;
  document.querySelector(".skip").textContent = page.skip;
  const nav = document.querySelector("header nav");
  nav.setAttribute("aria-label", page.language);
  nav.replaceChildren(languageButtons(language));
  document.querySelector("footer").replaceChildren(...footerLinks(page));
}

function elementAttributes(language) {
  const query = supplier ? `?supplier=${encodeURIComponent(supplier)}` : "";
  return {
    lang: language, api, supplier, heading: "1", titles: "",
    area: "index.html", login: `accesso.html${query}`, registration: `registrazione.html${query}`,
  };
}

function languageButtons(current) {
  const available = element.supplier?.languages ?? Object.keys(LANGUAGES);
  if (available.length === 1) return "";
  return h("ul", {}, available.map((language) => h("li", {}, h("button", {
    type: "button", lang: language, "aria-pressed": String(language === current), onclick: () => chooseLanguage(language),
  }, LANGUAGES[language]))));
}

/** Return links to the supplier's own pages and to the choice of another supplier. */
function footerLinks(texts) {
  const { site, privacy, contact } = element.supplier?.links ?? {};
  const links = { [texts.site]: site, [texts.privacy]: privacy, [texts.contact]: contact };
  if (element.supplier && element.suppliers.length > 1) links[texts.home] = "index.html";
  return Object.entries(links).filter(([, href]) => href).map(([text, href]) => h("a", { href }, text));
}

async function chooseLanguage(language) {
  try {
    await applyLanguage(language);
  } catch {
    closeFailure();
    document.querySelector("header").append(h("div", { class: "failure" }, loadFailure())); // the forms keep what was typed
    return;
  }
  closeFailure();
  document.querySelector(`header [lang="${language}"]`).focus();
  try {
    sessionStorage.setItem(STORED_LANGUAGE, language);
  } catch {
    // without session storage the choice ends with this page
  }
}

function closeFailure() {
  document.querySelector("header .failure")?.remove();
}

function storedLanguage() {
  try {
    const language = sessionStorage.getItem(STORED_LANGUAGE);
    return language in LANGUAGES ? language : null;
  } catch {
    return null;
  }
}

function browserLanguage() {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((language) => language in LANGUAGES) ?? "it";
}
