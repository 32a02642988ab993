// Walks through the side screens of the design preview, takes a picture of each and runs axe on it:
// `node dev/walk.mjs [name-part]`, with the dev server running on PORT. LANGS, THEMES and SIZES narrow it.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const base = `http://localhost:${process.env.PORT ?? 5173}/dev/index.html`;
const out = process.env.SHOTS ?? new URL("./shots", import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wanted = process.argv[2] ?? "";
const langs = (process.env.LANGS ?? "es").split(",");
const themes = (process.env.THEMES ?? "light").split(",");
const sizes = (process.env.SIZES ?? "1440x900").split(",").map((s) => s.split("x").map(Number));

const settings = (section) => async (page) => {
  await page.keyboard.press("Control+,");
  await page.locator("main .page").waitFor();
  const index = ["language", "conversations", "keys", "workspace", "lines", "quick", "data", "about"].indexOf(section);
  const buttons = page.locator(".screen:not([hidden]) > nav button");
  if (await buttons.first().isVisible()) await buttons.nth(index).click();
  else {
    await page.locator("main .choose button").click();
    await page.locator("[role=option]").nth(index).click();
  }
};
const search = (text) => async (page) => {
  await page.keyboard.press("Control+f");
  await page.getByRole("combobox").first().fill(text);
  await page.waitForTimeout(150);
};
const walks = {
  contact: async () => undefined,
  "contact-unsaved": async (page) => page.locator("[role=grid] [role=row]").nth(7).click(),
  "contact-problem": async (page) => {
    const phone = page.locator("aside input[type=tel]");
    await phone.fill("+55 98888-8888");
    await phone.press("Enter");
    await page.waitForTimeout(100);
  },
  "contact-blocked": async (page) => {
    await page.keyboard.press("Control+k");
    await page.locator(".palette input").fill("blo");
    await page.waitForTimeout(100);
    await page.keyboard.press("Enter");
  },
  "contact-country": async (page) => page.locator("aside .country").click(),
  "search-help": search(""),
  "search-hits": async (page) => {
    await search("nogal")(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
  },
  "search-odd": search("sillas has:cat"),
  "search-none": search("zzzz"),
  lines: settings("lines"),
  "line-detail": async (page) => {
    await settings("lines")(page);
    await page.locator(".page ul button").nth(1).click();
  },
  "line-remove": async (page) => {
    await settings("lines")(page);
    await page.locator(".page ul button").nth(0).click();
    await page.locator(".page .box").last().locator("button").click();
  },
  connect: async (page) => {
    await settings("lines")(page);
    await page.locator(".cards button").first().click();
  },
  "connect-wrong": async (page) => {
    await walks.connect(page);
    await page.locator(".dialog input").first().fill("401111111:AAFabcdefghijklmnopqrstuvwxyz");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(900);
  },
  "connect-account": async (page) => {
    await walks.connect(page);
    await page.locator(".dialog input").first().fill("token: 771920451:AAFabcdefghijklmnopqrstuvwxyz");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(900);
  },
  "connect-done": async (page) => {
    await walks["connect-account"](page);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(900);
  },
  "settings-language": settings("language"),
  "settings-conversations": settings("conversations"),
  "settings-keys": async (page) => {
    await settings("keys")(page);
    // Give "close" the key of "snooze": both say so.
    const row = page
      .locator(".page li")
      .filter({ hasText: /Cerrar la conversación|Close the conversation|Fechar a conversa/ })
      .first();
    await row.locator("button").last().click();
    await page.keyboard.press("s");
    await page.waitForTimeout(1200);
    await row.scrollIntoViewIfNeeded();
  },
  "settings-workspace": settings("workspace"),
  "settings-about": settings("about"),
  quick: settings("quick"),
  "quick-edit": async (page) => {
    await settings("quick")(page);
    await page.locator(".page li .open").nth(2).click();
  },
  "quick-menu": async (page) => {
    await walks["quick-edit"](page);
    await page.locator(".dialog .over button").click();
  },
  diagnostics: settings("data"),
  outbox: async (page) => page.locator("footer button").first().click(),
  review: async (page) => {
    await page.keyboard.press("Control+k");
    await page.locator(".palette input").fill("revis");
    await page.waitForTimeout(100);
    if (!(await page.locator(".palette [aria-selected=true]").getAttribute("aria-disabled"))?.includes("true"))
      await page.keyboard.press("Enter");
  },
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
let bad = 0;
for (const [name, walk] of Object.entries(walks))
  for (const lang of langs)
    for (const theme of themes)
      for (const [width, height] of sizes) {
        if (!name.includes(wanted)) continue;
        const id = `${name}-${lang}-${theme}-${width}`;
        const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme });
        page.on("console", (m) => ["error", "warning"].includes(m.type()) && console.log(id, m.text()));
        page.on("pageerror", (e) => console.log(id, e.stack));
        try {
          await page.goto(`${base}?scene=full&lang=${lang}&theme=${theme}`);
          await page.waitForSelector(".frame", { timeout: 30_000 });
          await page.waitForTimeout(300);
          // Below 1,100 px the contact is a drawer.
          const drawer = name.startsWith("contact") && width < 1100;
          if (drawer && !name.endsWith("unsaved")) await page.keyboard.press("i");
          await walk(page);
          if (drawer && name.endsWith("unsaved")) await page.keyboard.press("i");
          await page.waitForTimeout(350);
        } catch (error) {
          bad++;
          console.log(id, String(error).split("\n")[0]);
        }
        await page.screenshot({ path: `${out}/${id}.png` });
        await page.evaluate(axe);
        const found = await page.evaluate(
          (rules) =>
            globalThis.axe.run(document, {
              runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
              rules,
            }),
          // What lies under an open list is covered on purpose.
          { region: { enabled: false }, "target-size": { enabled: name !== "contact-country" } },
        );
        for (const v of found.violations) {
          bad++;
          console.log(
            id,
            v.id,
            v.help,
            v.nodes
              .slice(0, 3)
              .map((n) => n.target.join(" ") + (v.id === "color-contrast" ? ` ${n.any[0]?.message}` : ""))
              .join(" | "),
          );
        }
        await page.close();
      }
await browser.close();
console.log(bad === 0 ? "no violations" : `${bad} problems`);
process.exitCode = bad === 0 ? 0 : 1;
