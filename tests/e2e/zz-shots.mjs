import { close } from "./lib/browser.mjs";
import { Seller } from "./lib/seller.mjs";
const OUT = "/tmp/alui/shots";
const langs = (process.env.L ?? "en,es,pt").split(",");
const [w, h] = (process.env.V ?? "1440x2300").split("x").map(Number);
for (const language of langs) {
  const seller = new Seller({ language, viewport: { width: w, height: h } });
  try {
    await seller.begin();
    const { page, host, simulator, words } = seller;
    await host.call("save_quick_reply", { id: null, shortcut: "bank", title: "Bank details", body: "Account 0123", attachments: [] });
    await simulator.write("María Peña", "¿Tienen mesa?");
    await simulator.write("Bruno Dias", "Oi");
    await seller.row("Bruno Dias").waitFor();
    await seller.openChat("María Peña");
    const shoot = async (name) => {
      for (const theme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme: theme });
        await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
        await page.screenshot({ path: `${OUT}/${name}-${language}-${theme}.png` });
      }
    };
    const v = page.viewportSize();
    await page.setViewportSize({ width: v.width, height: 800 });
    await seller.row("Bruno Dias").click({ button: "right" });
    await page.getByRole("menu").waitFor();
    await page.getByRole("menuitem", { name: words("mute"), exact: true }).click();
    await page.getByRole("menuitem", { name: words("mute_eight_hours") }).waitFor();
    await shoot("rowmenu");
    await page.getByRole("menuitem", { name: words("mute_eight_hours") }).click();
    await page.getByRole("menu").first().waitFor({ state: "detached" });
    await page.waitForTimeout(500);
    await seller.button("more").first().click();
    await page.getByRole("menuitem", { name: words("mute"), exact: true }).hover();
    await page.getByRole("menuitem", { name: words("mute_always"), exact: true }).waitFor();
    await shoot("headmenu");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await simulator.write("Bruno Dias", "Oi de novo");
    await page.setViewportSize(v);
    await seller.settings(words("alerts_title"));
    const s = await host.call("get_alert_settings");
    s.quiet_hours = { on: true, days: [{ from_minute: 1200, to_minute: 480 }, { from_minute: 1200, to_minute: 480 }, null, { from_minute: 1200, to_minute: 1300 }, { from_minute: 1200, to_minute: 480 }, null, null] };
    await host.call("save_alert_settings", s);
    await page.getByRole("list", { name: words("alerts_quiet") }).waitFor();
    await page.waitForTimeout(300);
    await shoot(`settings${w}`);
    await page.setViewportSize({ width: v.width, height: 800 });
    await page.getByRole("button", { name: new RegExp(`^${words("alerts_tone_of", { name: words("alert_event_line_down") })}`) }).click();
    await page.waitForTimeout(300);
    await shoot("tonepanel");
    await page.keyboard.press("Escape");
    await seller.button("alerts_test").click();
    await seller.toast.waitFor();
    console.log(language, await seller.toast.textContent());
    await page.getByRole("button", { name: words("alert_log") }).click();
    await page.getByRole("list", { name: words("alert_log") }).waitFor();
    await page.waitForTimeout(700);
    await shoot("log");
    await page.route("**/call/get_alert_health", (route) => route.fulfill({ json: { abilities: {}, banners: "no_notification_service", server: null, sound: "SOUND_NO_DEVICE" } }));
    await seller.settings(words("alerts_title"));
    await seller.button("alerts_health_again").click();
    await page.waitForTimeout(300);
    await shoot("broken");
    console.log(seller.trouble);
  } catch (e) { console.log(language, e); await seller.page.screenshot({ path: `${OUT}/fail-${language}.png` }); }
  await seller.end();
}
await close();
