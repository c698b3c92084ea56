/** What the reference pages have around the forms: theme, supplier, language, header and footer. */

import { fill, h } from "./utenza/html.js";

const LANGUAGES = { it: "Italiano", en: "English", de: "Deutsch" };
const address = (name) => new URL(name, import.meta.url).href;
const json = async (name) => (await fetch(address(name))).json();

const BROKEN = "La pagina non si è caricata. / The page did not load. / Die Seite wurde nicht geladen.";
const AGAIN = "Riprova / Try again / Erneut versuchen";

const element = document.querySelector("main > [lang]");
const [{ api }, theme] = await Promise.all([json("config.json"), json("theme.json")]).catch(giveUp);
const supplier = new URLSearchParams(location.search).get("supplier") ?? "";
const brand = Object.hasOwn(theme.suppliers, supplier) ? theme.suppliers[supplier] : theme.group;

dress();
element.logos = Object.fromEntries(Object.entries(theme.suppliers).map(([id, { logo }]) => [id, address(logo)]));
await speak(remembered() ?? preferred());

/** Say, in a language that is not known yet, that there is no page. */
function giveUp(reason) {
  element.replaceWith(h("div", { role: "alert", lang: "mul" }, h("p", {}, BROKEN),
    h("button", { type: "button", onclick: () => location.reload() }, AGAIN)));
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

/** Let the forms, and what is around them, speak a language. */
async function speak(language) {
  const texts = (await import(`./utenza/texts/${language}.js`)).default;
  document.documentElement.lang = language;
  for (const [name, value] of Object.entries(attributes(language))) element.setAttribute(name, value);
  document.querySelector(".skip").textContent = texts.page.skip;
  document.querySelector("header nav").replaceChildren(...languageButtons(language, texts));
  element.addEventListener("utenza-screen", () => foot(texts.page));
}

function attributes(language) {
  const here = (page) => fill("{page}{query}", { page, query: supplier ? `?supplier=${encodeURIComponent(supplier)}` : "" });
  return {
    lang: language, api, supplier, heading: "1", titles: "",
    area: "index.html", login: here("accesso.html"), registration: here("registrazione.html"),
  };
}

function languageButtons(current, texts) {
  return [h("ul", { "aria-label": texts.page.language }, Object.entries(LANGUAGES).map(([language, name]) =>
    h("li", {}, h("button", {
      type: "button", lang: language, "aria-pressed": String(language === current), onclick: () => choose(language),
    }, name))))];
}

/** Lead from the foot of the page to what the supplier says of itself, and to the other suppliers. */
function foot(texts) {
  const { site, privacy, contact } = element.supplier?.links ?? {};
  const links = { [texts.site]: site, [texts.privacy]: privacy, [texts.contact]: contact };
  if (element.supplier && element.suppliers.length > 1) links[texts.home] = "index.html";
  document.querySelector("footer").replaceChildren(
    ...Object.entries(links).filter(([, href]) => href).map(([text, href]) => h("a", { href }, text)));
}

async function choose(language) {
  try {
    sessionStorage.setItem("utenza:language", language);
  } catch {
    // then it is good for this page alone
  }
  await speak(language);
  document.querySelector(`header [lang="${language}"]`).focus();
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
