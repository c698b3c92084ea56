/** How a supplier's own page uses the forms: it sets the API's address, and lists their events. */

const forms = document.querySelectorAll("utenza-login, utenza-registration, utenza-account");
const log = document.querySelector("ol");

// A real page has the address in its HTML: <utenza-login api="https://accesso.example.it" …>
const { api } = await (await fetch(new URL("../config.json", import.meta.url))).json();
for (const form of forms) form.setAttribute("api", api);

for (const name of ["screen", "registered", "close", "login", "logout"]) {
  document.addEventListener(`utenza-${name}`, ({ type, target, detail }) => {
    const line = document.createElement("li");
    line.textContent = `${type} da <${target.localName}> ${JSON.stringify(detail)}`;
    log.prepend(line);
  });
}

// The page has a place of its own for the reserved area, so the login does not show it.
document.addEventListener("utenza-login", (event) => event.preventDefault());
