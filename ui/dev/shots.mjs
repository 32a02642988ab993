// Screenshots of the design preview: `node dev/shots.mjs [name-part]`, with the dev server running on PORT.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const base = `http://localhost:${process.env.PORT ?? 5173}/dev/index.html`;
const out = process.env.SHOTS ?? new URL("./shots", import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const wanted = process.argv[2] ?? "";
const shots = [
  ["inbox-light", "scene=full", 1440, 900],
  ["inbox-dark", "scene=full&theme=dark", 1440, 900],
  ["inbox-compact", "scene=full&density=compact", 1440, 900],
  ["inbox-1024", "scene=full", 1024, 720],
  ["inbox-tall", "scene=full", 1440, 1100],
  ["inbox-pt", "scene=full&lang=pt", 1440, 900],
  ["inbox-en-narrow", "scene=full&lang=en", 700, 800],
  ["empty-dark", "scene=empty&lang=en&theme=dark", 1440, 900],
  ["first-light", "scene=first&lang=es", 1440, 900],
  ["first-dark", "scene=first&lang=pt&theme=dark", 1024, 720],
];
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
for (const [name, query, width, height] of shots) {
  if (!name.includes(wanted)) continue;
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: query.includes("dark") ? "dark" : "light",
  });
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && console.log(name, m.text()));
  page.on("pageerror", (e) => console.log(name, e.stack));
  await page.goto(`${base}?${query}`);
  await page.waitForSelector("main, .frame", { timeout: 30_000 }).catch(() => console.log(name, "painted nothing"));
  await page.waitForTimeout(700);
  await page.screenshot({ path: `${out}/${name}.png` });
  await page.close();
}
await browser.close();
