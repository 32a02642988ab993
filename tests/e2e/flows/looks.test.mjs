// Every screen, in every language, in both themes: readable by a screen reader, with enough contrast, in no width
// wider than the window.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { problems } from "../lib/axe.mjs";
import { flow } from "../lib/flow.mjs";
import { PIN, screens } from "../lib/screens.mjs";
import { LANGUAGES, words as catalogue } from "../lib/words.mjs";

const TITLES = {
  en: ["every screen in English passes axe, light and dark", "no screen in English is wider than 1024 px"],
  es: ["every screen in Spanish passes axe, light and dark", "no screen in Spanish is wider than 1024 px"],
  pt: ["every screen in Portuguese passes axe, light and dark", "no screen in Portuguese is wider than 1024 px"],
};

/** Runs in the page: words in no language or in another one, and words that their button, tab or label cuts. */
function unreadable({ keys, foreign, theirs }) {
  const [isKey, isForeign] = [new Set(keys), new Set(foreign)];
  const found = [];
  const check = (where, text) => {
    if (!text || theirs.includes(text)) return;
    if (isKey.has(text)) found.push(`${where}: a key instead of words: ${text}`);
    if (isForeign.has(text)) found.push(`${where}: another language: ${text}`);
    if (/(^|[^{])\{\w+\}/.test(text)) found.push(`${where}: a hole in the words: ${text}`);
  };
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  // Each language is named in its own.
  for (let node = texts.nextNode(); node; node = texts.nextNode()) check("text", node.data.trim());
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const element of document.querySelectorAll(`[${name}]`)) check(name, element.getAttribute(name).trim());
  // Names and messages are people's own and may end in an ellipsis; the app's words may not.
  const ours = "button, [role=tab], [role=menuitem], [role=switch], label, legend, summary, h1, h2, h3, th";
  for (const control of document.querySelectorAll(ours)) {
    const box = control.getBoundingClientRect();
    if (!shown(control) || box.width < 2 || box.height < 2) continue;
    const says = (e) => `${e.tagName.toLowerCase()} "${e.innerText?.trim().replace(/\s+/g, " ").slice(0, 60)}"`;
    for (const element of [control, ...control.querySelectorAll("*")]) {
      const text = element.innerText?.trim();
      // What only screen readers hear is one pixel wide.
      if (!text || element.clientWidth < 2 || getComputedStyle(element).display === "inline") continue;
      if (theirs.some((words) => text.includes(words))) continue;
      // A badge sits on the edge of its button on purpose.
      const badge = [...element.querySelectorAll("*")].some((e) => getComputedStyle(e).position === "absolute");
      if (badge && getComputedStyle(element).overflowX === "visible") continue;
      const over = element.scrollWidth - element.clientWidth;
      if (over > 1) found.push(`${says(control)} needs ${over} px more`);
    }
    // Columns of a board lie side by side, and are scrolled to.
    if (control.closest("[data-sideways]")) continue;
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`${says(control)} reaches out of the window`);
  }
  return [...new Set(found)];
}

/** The catalogue as the page must not show it: keys, and what is said otherwise in this language. */
function wrongWords(language) {
  const said = (text) => (typeof text === "string" && !text.includes("{") ? [text] : []);
  const here = new Set(Object.values(CATALOGUES[language]).flatMap(said));
  const others = LANGUAGES.filter((other) => other !== language).flatMap((other) => Object.values(CATALOGUES[other]).flatMap(said));
  return { keys: Object.keys(CATALOGUES[language]).filter((key) => key.includes("_")), foreign: others.filter((text) => !here.has(text)), theirs: THEIRS };
}
const CATALOGUES = Object.fromEntries(
  LANGUAGES.map((l) => [l, JSON.parse(readFileSync(new URL(`../../../ui/src/messages/${l}.json`, import.meta.url), "utf8"))]),
);
/** Of what the sample people are called, write and send. */
const THEIRS = ["María", "Bruno", "Supercali", "xxxx", "plano con", "Cuesta 4", "Sí, la tenemos", "¿Tienen", "shop.example", "Account 0123", "Bank details", "no es correo", "están cifrados", "completo", "móvil", "electrónico"];

async function speak(seller, language) {
  const name = { en: "English", es: "Español", pt: "Português" }[language];
  const { phase } = await seller.host.call("get_app_state");
  const locked = phase.code === "APP_LOCKED";
  if (locked) await seller.host.call("unlock_app", { pin: PIN });
  if (locked || phase.phase === "ready") await seller.host.call("update_settings", { language });
  else await seller.page.getByText(name, { exact: true }).click();
  if (locked) {
    await seller.host.call("lock_app", {});
    await seller.page.getByRole("heading", { level: 1, name: catalogue(language)("pin_locked_title") }).waitFor();
  }
  await seller.page.waitForFunction((l) => document.documentElement.lang.startsWith(l), language);
  await seller.page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
}

flow(
  "golden 29: the three languages follow each other live: no key, no stale word, no cut button on any screen at 1024 px",
  { fresh: true, language: "en", viewport: { width: 1024, height: 720 }, timeout: 600_000 },
  async (seller) => {
    const bad = [];
    for await (const screen of screens(seller)) {
      // English last: the way to the next screen is told in it.
      for (const language of ["es", "pt", "en"]) {
        await speak(seller, language);
        const found = await seller.page.evaluate(unreadable, wrongWords(language));
        bad.push(...found.map((what) => `${language}, ${screen}: ${what}`));
      }
    }
    assert.deepEqual(bad, [], "every screen speaks one language, whole");
  },
);

for (const language of LANGUAGES) {
  const [accessible, fits] = TITLES[language];
  flow(accessible, { fresh: true, language, timeout: 420_000 }, async (seller) => {
    const bad = [];
    for await (const screen of screens(seller))
      for (const theme of ["light", "dark"])
        bad.push(...(await problems(seller.page, theme)).map((problem) => `${screen}: ${problem}`));
    assert.deepEqual(bad, [], "nothing serious on any screen");
  });
  flow(fits, { fresh: true, language, viewport: { width: 1024, height: 720 }, timeout: 240_000 }, async (seller) => {
    const bad = [];
    for await (const screen of screens(seller)) {
      const wide = await seller.page.evaluate(() => {
        const page = document.scrollingElement;
        if (page.scrollWidth > innerWidth) return [`the page is ${page.scrollWidth} px wide`];
        // What scrolls up and down must not scroll sideways.
        return [...document.querySelectorAll("body *")]
          .filter((e) => !e.matches("[data-sideways]") && e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
          .map((e) => `${e.tagName.toLowerCase()}.${e.className} holds ${e.scrollWidth} px in ${e.clientWidth}`);
      });
      bad.push(...wide.map((what) => `${screen}: ${what}`));
    }
    assert.deepEqual(bad, [], "everything fits");
  });
}
