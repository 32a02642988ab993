// The app behind the dev host, with a data folder of its own, and the simulated provider beside it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "./processes.mjs";

/** Where everybody lives: the app, the browser in front of it, and the test that counts their days. */
export const ZONE = "America/Mexico_City";
process.env.TZ = ZONE;

const UI = process.env.EMBUDO_UI_DIST ?? fileURLToPath(new URL("../../../ui/dist", import.meta.url));

export class Host {
  #process;

  /** `language` is what the computer speaks, as in LANG. */
  static async start({ language = "en_US.UTF-8" } = {}) {
    const host = new Host();
    host.language = language;
    host.folder = await mkdtemp(join(tmpdir(), "embudo-e2e-"));
    await host.up();
    return host;
  }
  async up() {
    this.#process = await start(
      ["--data", join(this.folder, "data"), "--secrets", join(this.folder, "secrets.json"), "--port", "0", "--ui", UI],
      { LC_ALL: this.language, LC_MESSAGES: this.language, LANG: this.language, TZ: ZONE },
    );
    this.url = this.#process.url;
    this.token = this.#process.token;
  }
  get said() {
    return this.#process.said;
  }
  /** Where a person begins. */
  get address() {
    return `${this.url}/#token=${this.token}`;
  }
  async call(command, args = {}) {
    const response = await fetch(`${this.url}/call/${command}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: JSON.stringify(args),
    });
    const text = await response.text();
    const body = text === "" ? null : JSON.parse(text);
    if (!response.ok) throw Object.assign(new Error(`${command}: ${text}`), { code: body?.code, params: body?.params });
    return body;
  }
  /** What was done here (`mine`) waits while another device does `theirs`: the hub has that first. */
  async elsewhere(theirs, mine = []) {
    // What is on its way to the hub would take `mine` along.
    while ((await this.call("get_status")).unsynced > 0) await new Promise((next) => setTimeout(next, 20));
    const response = await fetch(`${this.url}/elsewhere`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: JSON.stringify({ theirs, mine }),
    });
    if (!response.ok) throw new Error(`elsewhere: ${await response.text()}`);
  }
  /** `meanwhile`: what happens while nothing runs. */
  async restart(signal = "SIGKILL", meanwhile = async () => undefined) {
    await this.#process.stop(signal);
    await meanwhile();
    await this.up();
  }
  async stop() {
    // Its folder goes with it: nothing has to be written any more.
    await this.#process?.stop("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The simulated provider in a process of its own, without sample customers: the test is the customer. */
export class Simulator {
  #process;

  static async start() {
    const simulator = new Simulator();
    simulator.#process = await start(["simulator", "--port", "0", "--nobody"]);
    simulator.url = simulator.#process.url;
    return simulator;
  }
  async control(action) {
    const response = await fetch(`${this.url}/control`, { method: "POST", body: JSON.stringify(action) });
    const text = await response.text();
    if (!response.ok) throw new Error(`control ${action.do}: ${text}`);
    return JSON.parse(text);
  }
  /** A customer writes. `who` is their name; the id follows from it. */
  async write(who, text, more = {}) {
    const external_id = idOf(who);
    return this.control({
      do: "inject",
      messages: [{ external_id, name: who, body: { kind: "text", text }, ...more }],
    });
  }
  async faults(faults) {
    await this.control({ do: "set_faults", faults });
  }
  /** The texts that reached a customer, in order. */
  async received(who) {
    const all = await this.control({ do: "deliveries" });
    return all.filter((d) => d.external_id === idOf(who)).map((d) => d.body.text ?? d.body.caption ?? d.body.kind);
  }
  async stop() {
    await this.#process.stop("SIGKILL");
  }
}

function idOf(who) {
  return who.toLowerCase().normalize("NFD").replace(/[^a-z]+/g, "-");
}
