// Right to left: the layout mirrors, and words of either direction stay in their own place (KEY-08).
import assert from "node:assert/strict";
import { join } from "node:path";
import { eventually, flow } from "../lib/flow.mjs";

const HEBREW = "שלום, כמה זה עולה? (SKU-12)";

const LONG_HEBREW = "אני מחפש ספה גדולה לסלון עם שלושה מושבים, בצבע אפור או בז׳, ומשלוח עד הבית ביום שישי בבוקר אם אפשר";

const NEW = { email: "", about: "", tag_ids: [], responsible_id: null, source_id: null, with_lead: false };
/** Whether the words of an element stand where reading begins, and are cut off at their own end. */
const stands = (locator) => locator.evaluate((e) => ({ align: getComputedStyle(e).textAlign, direction: getComputedStyle(e).direction }));
const look = async (seller, name) => {
  if (process.env.SHOTS) await seller.page.screenshot({ path: join(process.env.SHOTS, `rtl-${name}.png`) });
};

/** What reaches out of the window, but for what is scrolled to. */
const outside = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("button, a, [role=tab], h1, h2, input, [contenteditable]")]
      .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest("[data-sideways], [role=grid]"))
      .map((e) => ({ e, box: e.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && (box.left < -1 || box.right > innerWidth + 1))
      .map(({ e }) => `${e.tagName.toLowerCase()} "${(e.ariaLabel ?? e.innerText ?? "").slice(0, 40)}"`),
  );

flow("right to left the window mirrors, and nothing leaves it", { viewport: { width: 1280, height: 800 } }, async (seller) => {
  const { page, simulator } = seller;
  await seller.inboxIsThere();
  await simulator.write("Maria", HEBREW);
  await seller.heard("Maria", HEBREW);
  await seller.openChat("Maria");
  await seller.bubble(HEBREW).waitFor();
  const side = () =>
    page.getByRole("navigation").first().evaluate((rail) => (rail.getBoundingClientRect().left > innerWidth / 2 ? "right" : "left"));
  assert.equal(await side(), "left");
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  assert.equal(await side(), "right", "the rail stands where reading begins");

  const [list, thread] = await Promise.all([seller.row("Maria").boundingBox(), seller.thread.boundingBox()]);
  assert.ok(list.x > thread.x, "the list stands before the chat");
  const direction = (text) => seller.bubble(text).getByText(text).evaluate((words) => getComputedStyle(words).direction);
  assert.equal(await direction(HEBREW), "rtl", "words of one direction are read in it");
  await seller.send("Hello (12)");
  await seller.bubble("Hello (12)").waitFor();
  assert.equal(await direction("Hello (12)"), "ltr", "and those of the other in theirs");
  assert.deepEqual(await outside(page), [], "inbox and thread");
  await look(seller, "inbox");

  // What floats over it mirrors too, and what points or slides does so the other way.
  await seller.button("filter").click();
  const filter = page.getByRole("dialog", { name: seller.words("filter") });
  await filter.getByRole("radiogroup", { name: seller.words("filter_date") }).getByText(seller.words("filter_range"), { exact: true }).click();
  const x = async (key) => (await filter.getByLabel(seller.words(key), { exact: true }).boundingBox()).x;
  assert.ok((await x("leads_from")) > (await x("leads_to")), "the first day stands where reading begins");
  const chevron = filter.locator("[data-field] svg").first();
  assert.equal(await chevron.evaluate((icon) => getComputedStyle(icon).scale), "-1 1", "on is to the left");
  const draft = filter.getByRole("switch", { name: seller.words("filter_draft") });
  await draft.click();
  const isAtEnd = async () => {
    const [track, knob] = await Promise.all([draft.boundingBox(), draft.locator("span").boundingBox()]);
    return knob.x >= track.x && knob.x + knob.width <= track.x + track.width / 2;
  };
  await eventually(isAtEnd, true, "on is at the end of its track");
  assert.deepEqual(await outside(page), [], "filters");
  await look(seller, "filters");
  await filter.getByRole("button", { name: seller.words("clear"), exact: true }).click();
  await page.keyboard.press("Escape");

  const panel = page.getByRole("complementary", { name: seller.words("contact"), exact: true });
  const [place, lead] = await Promise.all([panel.boundingBox(), panel.getByText(seller.words("lead_stage"), { exact: true }).boundingBox()]);
  assert.ok(place.x < thread.x, "the panel stands after the chat");
  assert.ok(lead.x > place.x + place.width / 2, "and what a fact is called stands before it");
  await seller.host.call("create_contact", { ...NEW, name: "Ana Souza", phone: "+52 55 1234 5678" });

  await seller.board();
  await seller.card("Maria").waitFor();
  assert.deepEqual(await outside(page), [], "board");
  // A name in letters that are read from the left is cut off at its right end, and stays where its row begins.
  assert.equal((await stands(seller.card("Maria").locator(".name"))).direction, "ltr", "a name has its own direction");
  assert.deepEqual(await stands(seller.card("Maria").locator(".preview")), { align: "right", direction: "ltr" }, "and so has what was written last");
  await look(seller, "board");
  // In a window that is read from the left, what is cut off of words that are read from the right ends in dots, left of
  // where the words of the other cards begin.
  await page.evaluate(() => (document.documentElement.dir = "ltr"));
  await simulator.write("Noa", LONG_HEBREW);
  const dots = seller.card("Noa").locator(".preview");
  await dots.filter({ hasText: LONG_HEBREW }).waitFor();
  const room_px = await dots.evaluate((e) => parseFloat(getComputedStyle(e).paddingLeft));
  assert.ok(room_px >= 10, `the dots have room: ${room_px} px`);
  await look(seller, "dots");
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  const times = (selector) => page.locator(selector).first().evaluate((e) => getComputedStyle(e).direction);
  assert.equal(await times("main time"), "ltr", "half a day stands behind its time");
  await seller.leads();
  await page.locator("main [role=row]").filter({ hasText: "Maria" }).first().waitFor();
  assert.deepEqual(await outside(page), [], "leads");
  // What is cut off in the table, too; keys are read from the left, and stand apart from the words of their tip.
  const status = page.locator("main [role=row]").filter({ hasText: "Maria" }).locator("[data-place=status] .chip .ellipsis");
  assert.deepEqual(await stands(status), { align: "right", direction: "ltr" }, "a lead status ends where it is cut");
  await page.mouse.move(400, 500);
  await page.getByRole("navigation", { name: seller.words("rail_label") }).getByRole("button", { name: seller.words("leads"), exact: true }).hover();
  const tip = page.locator(".tip");
  await tip.filter({ hasText: seller.words("leads") }).waitFor();
  const [said, keys] = await tip.evaluate((e) => [...e.querySelectorAll("bdi")].map((one) => one.getBoundingClientRect().toJSON()));
  assert.ok(said.left - keys.right >= 6, `the keys stand apart: ${said.left - keys.right} px`);
  await look(seller, "leads");
  await page.getByRole("navigation", { name: seller.words("rail_label") }).getByRole("button", { name: seller.words("directory"), exact: true }).click();
  const ana = page.locator(".directory [role=row]").filter({ hasText: "Ana Souza" });
  await ana.waitFor();
  assert.deepEqual(await stands(ana.locator(".phone")), { align: "right", direction: "ltr" }, "a number is read from its plus");
  await look(seller, "directory");
  const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
  assert.ok(width <= 1280, `the window is not scrolled sideways: ${width}`);
});
