// A seller: a host of their own, a browser in front of it, and what they see and do there.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { open } from "./browser.mjs";
import { Host, Simulator, ZONE } from "./host.mjs";
import { words } from "./words.mjs";

const RESULTS = new URL("../test-results/", import.meta.url);
const LOCALES = { en: "en_US.UTF-8", es: "es_MX.UTF-8", pt: "pt_BR.UTF-8" };

/** How long a person would wait before calling it broken. Generous: the machine may be busy. */
export const PATIENCE_MS = 20_000;

/** Of one question. The liveliest pages ask a third of it; one that never stops asks hundreds. */
const MOST_A_SECOND = 60;

export class Seller {
  trouble = [];
  #contexts = [];
  #hostIsDown = false;
  /** When each question was asked, as far as it is less than a second ago. */
  #asked = new Map();

  constructor(options = {}) {
    this.options = { language: "en", settings: {}, viewport: { width: 1440, height: 900 }, ...options };
    this.words = words(this.options.language);
  }

  async begin() {
    const { fresh, language } = this.options;
    this.host = await Host.start({ language: LOCALES[language] });
    if (!fresh) {
      await this.makeWorkspace();
      await this.connectLine();
    }
    this.page = await this.openPage();
  }
  async makeWorkspace() {
    const { language, settings } = this.options;
    await this.host.call("create_workspace", { language, workspace_name: "Shop", my_name: "Ana", country: "MX" });
    // No hold: what a flow sends leaves at once, unless the flow is about the hold.
    await this.host.call("update_settings", { undo_send_s: 0, ...settings });
  }
  async connectLine() {
    this.simulator = await Simulator.start();
    const { window_ms } = this.options;
    // A channel that closes its window so long after a customer's last message.
    if (window_ms !== undefined) await this.simulator.control({ do: "set_rules", rules: { window_ms } });
    await this.host.call("connect_simulator", { name: "Shop", base_url: this.simulator.url });
  }

  /** A browser of this seller in front of the app. */
  async openPage({ colorScheme = this.options.theme ?? "light" } = {}) {
    const context = await (
      await open()
    ).newContext({
      viewport: this.options.viewport,
      // 2: as somebody sees it who has zoomed to 200 %, with a viewport of half the window.
      deviceScaleFactor: this.options.scale ?? 1,
      colorScheme,
      reducedMotion: "reduce",
      locale: { en: "en-US", es: "es-MX", pt: "pt-BR" }[this.options.language],
      timezoneId: ZONE,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: this.host.url });
    await context.route(
      (url) => !["blob:", "data:"].includes(url.protocol) && url.origin !== this.host.url,
      (route) => {
        // A page whose host was killed may still ask the place where it was.
        if (!this.#hostIsDown) this.trouble.push(`asked for ${route.request().url()}`);
        return route.abort();
      },
    );
    const page = await context.newPage();
    page.on("pageerror", (error) => this.trouble.push(`threw ${error.stack ?? error}`));
    page.on("console", (message) => {
      // A refusal is an answer with a status; the browser logs each.
      if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
      if (this.#hostIsDown) return;
      this.trouble.push(`logged ${message.text()}`);
    });
    page.on("request", (request) => this.#asks(request));
    await page.goto(this.host.address);
    return page;
  }

  /** A page that asks the same again and again wears out the machine, and nobody sees it. */
  #asks(request) {
    if (request.method() !== "POST") return;
    const question = `${new URL(request.url()).pathname} ${request.postData() ?? ""}`;
    const now_ms = performance.now();
    const asked = [...(this.#asked.get(question) ?? []), now_ms].filter((at_ms) => now_ms - at_ms < 1_000);
    this.#asked.set(question, asked);
    if (asked.length === MOST_A_SECOND) this.trouble.push(`asked ${asked.length} times within a second: ${question}`);
  }

  /** The reply box of a person's chat, as large as its window; a page of its own beside this seller's. */
  async openReplyBox(who) {
    const page = await this.openPage();
    await page.getByRole("row").first().waitFor();
    await page.setViewportSize({ width: 404, height: 376 });
    await page.goto(await this.replyBoxAddress(who));
    await page.getByRole("heading", { level: 1, name: who, exact: true }).waitFor();
    return page;
  }
  async replyBoxAddress(who) {
    return `${this.host.url}/reply.html?chat=${await this.chatOf(who)}`;
  }
  /** The id of a person's chat. */
  async chatOf(who) {
    const view = {
      scope: "open",
      tab: "all",
      order: "newest",
      filter: { line_ids: [], line_types: [], since_ms: null, until_ms: null, waiting_on: null, window: null, tag_ids: [], has_draft: false, has_failed: false },
    };
    const { rows } = await this.host.call("list_conversations", { view, after: null, from_index: null, limit: 50 });
    return rows.find((row) => row.name === who)?.id;
  }

  /** The app is killed at whatever it does, and started again on the same folder. */
  async powerCut(meanwhile) {
    this.#hostIsDown = true;
    await this.host.restart("SIGKILL", meanwhile);
    await this.page.goto(this.host.address);
    this.#hostIsDown = false;
  }

  // -- what is on screen -----------------------------------------------------------------------
  /** The row of a person in the list. */
  row(who) {
    return this.page.getByRole("row").filter({ has: this.page.locator(".name", { hasText: who }) });
  }
  get composer() {
    return this.page.locator("form.composer textarea");
  }
  /** The card of a person on the board. */
  card(who) {
    return this.page.locator("[data-lead]").filter({ has: this.page.locator(".name", { hasText: who }) });
  }
  /** A column of the board by its name. */
  column(name) {
    return this.page.locator("[data-stage]").filter({ has: this.page.getByRole("heading", { level: 2, name: new RegExp(`^${name} `) }) });
  }
  get thread() {
    return this.page.locator(".messages");
  }
  bubble(text) {
    return this.thread.getByRole("article").filter({ hasText: text });
  }
  button(key, params) {
    return this.page.getByRole("button", { name: this.words(key, params), exact: true });
  }
  tab(key) {
    return this.page.getByRole("tab", { name: new RegExp(`^${this.words(key)}`) });
  }
  get toast() {
    return this.page.locator(".toast");
  }

  // -- what a seller does ----------------------------------------------------------------------
  async openChat(who) {
    const name = this.page.getByRole("heading", { level: 2, name: who, exact: true });
    // A click opens a chat to write in it: the keys are in its composer a moment after it is on screen. Where nothing
    // can be written there is nothing to wait for.
    const ready = () =>
      this.page.waitForFunction(() => {
        const composer = document.querySelector("form.composer textarea");
        return composer && (composer.disabled || composer.readOnly || document.activeElement === composer);
      });
    // Somebody who writes may move the rows between the look and the press: then a person clicks again. Once it is open
    // one click was enough.
    for (let tries = 0; ; tries++) {
      await this.row(who).click();
      if (tries === 4) break;
      if (await name.waitFor({ timeout: 4_000 }).then(() => true, () => false)) break;
    }
    await name.waitFor();
    await ready();
  }
  /** Waits until the composer holds these words. */
  async draftIs(text) {
    await this.page.waitForFunction((want) => document.querySelector("form.composer textarea")?.value === want, text);
  }
  async send(text) {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }
  async palette(text) {
    await this.page.keyboard.press("Control+k");
    const box = this.page.getByRole("combobox", { name: this.words("palette_placeholder") });
    await box.fill(text);
    await this.page.getByRole("option", { name: text }).first().waitFor();
    await box.press("Enter");
    await box.waitFor({ state: "detached" });
  }
  /** The last of what somebody wrote has come: what is opened now is opened with all of it. */
  async heard(who, text) {
    await this.row(who).filter({ hasText: text }).waitFor();
  }
  /** The arrow, whatever it says: what comes meanwhile changes its name. */
  async toBottom() {
    await this.page.locator("button.jump").click();
  }
  async settings(section) {
    await this.page.getByRole("navigation", { name: this.words("rail_label") }).getByRole("button", { name: this.words("settings") }).click();
    await this.page.getByRole("navigation", { name: this.words("settings") }).getByRole("button", { name: section, exact: true }).click();
    await this.page.getByRole("heading", { level: 2, name: section, exact: true }).first().waitFor();
  }
  /** Until keys are heard. */
  async inboxIsThere() {
    await this.page.getByRole("heading", { level: 1, name: this.words("inbox") }).waitFor();
    await this.tab("tab_all").waitFor();
  }
  async board() {
    await this.page.getByRole("navigation", { name: this.words("rail_label") }).getByRole("button", { name: this.words("board"), exact: true }).click();
    await this.page.locator("[data-stage]").first().waitFor();
  }
  async leads() {
    await this.page.getByRole("navigation", { name: this.words("rail_label") }).getByRole("button", { name: this.words("leads"), exact: true }).click();
    await this.page.getByRole("heading", { level: 1, name: this.words("leads"), exact: true }).waitFor();
  }
  async inbox() {
    await this.page.getByRole("navigation", { name: this.words("rail_label") }).getByRole("button", { name: this.words("inbox") }).click();
  }

  // -- the end ---------------------------------------------------------------------------------
  noTrouble() {
    assert.deepEqual(this.trouble, [], "the page must not throw, log errors, leave its host or ask without end");
  }
  async keepEvidence(name) {
    const file = name.replace(/[^\p{L}\p{N}]+/gu, "-");
    await mkdir(RESULTS, { recursive: true });
    await this.page?.screenshot({ path: new URL(`${file}.png`, RESULTS).pathname }).catch(() => undefined);
    const words = [...this.trouble, "", ...(this.host?.said ?? [])].join("\n");
    await writeFile(new URL(`${file}.txt`, RESULTS), words).catch(() => undefined);
  }
  async end() {
    await Promise.all(this.#contexts.map((context) => context.close().catch(() => undefined)));
    await Promise.all([this.host?.stop(), this.simulator?.stop()]);
  }
}
