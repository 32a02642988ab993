// Who is away says so where work is given out, and is given it only on purpose (LED-04).
import { beforeEach, describe, expect, it } from "vitest";
import { dialogs } from "../src/app/dialogs.svelte";
import { memberWords, readSale } from "../src/app/sale.svelte";
import { useTransport } from "../src/backend";
import { peopleEntries } from "../src/app/lead-entries";

const members = [
  { id: "ana", name: "Ana", is_me: true, away: true },
  { id: "bia", name: "Bia", is_me: false, away: true },
  { id: "caio", name: "Caio", is_me: false, away: false },
];
let given: (string | null)[];
const entries = (now?: string | null) =>
  peopleEntries(
    now,
    (id) => given.push(id),
    (id) => (id === "bia" ? "12 open" : undefined),
  );
const choose = (name: string, now?: string | null) =>
  entries(now)
    .find(({ label }) => label === name)!
    .run();

beforeEach(async () => {
  given = [];
  dialogs.away = null;
  useTransport({
    call: () =>
      Promise.resolve({ statuses: [], funnels: [], sources: [], reasons: [], lines: [], members, settings: {} }),
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
  await readSale();
});

describe("somebody who is away", () => {
  it("says so beside what they have already", () => {
    expect(entries().map(({ detail }) => detail || undefined)).toEqual([
      "you · Away",
      "12 open · Away",
      undefined,
      undefined,
    ]);
    expect(memberWords("bia")).toBe("Bia · Away");
    expect(memberWords("caio")).toBe("Caio");
  });
  it("is asked about before they are given a lead", () => {
    choose("Bia");
    expect(given, "not yet").toEqual([]);
    expect(dialogs.away?.name).toBe("Bia");
    dialogs.away?.give();
    expect(given).toEqual(["bia"]);
  });
  it("is not asked about where nothing is given, and nobody is asked about themselves", () => {
    choose("Bia", "bia");
    choose("Ana");
    choose("Caio");
    choose("Nobody");
    expect(given).toEqual(["bia", "ana", "caio", null]);
    expect(dialogs.away).toBeNull();
  });
});
