// Of two cards the fuller one is proposed to stay, and what comes along is said before (CON-04).
import { flushSync, mount, unmount } from "svelte";
import { expect, test, vi } from "vitest";
import { bringsWords, readBrings } from "../src/features/contact/brings";
import ContactLines from "../src/features/contact/ContactLines.svelte";
import MergeDialog from "../src/features/contact/MergeDialog.svelte";
import { fullestFirst, type Card } from "../src/features/contact/fuller";
import { hostAnswers } from "./transport";

interface Known {
  name?: string;
  phone?: string;
  email?: string;
  saved?: boolean;
  lead?: boolean;
  created?: number;
}
function card(id: string, known: Known = {}): Card {
  const { name = "", phone = "", email = "", saved = true, lead = false, created = 1 } = known;
  return {
    view: {
      id,
      display_name: name,
      phone_display: phone,
      phone_text: "",
      email,
      about: "",
      tags: [],
      saved,
      conversations: [],
      created_at_ms: created,
    },
    more: { responsible_id: null, source_id: null, has_active_lead: lead },
  } as unknown as Card;
}
const first = (...cards: Card[]) => fullestFirst(cards)[0]?.view.id;

test("the card of which more is known stays, whichever was asked from", () => {
  const full = card("full", { name: "Maria", phone: "+52", email: "m@example.com" });
  const thin = card("thin", { name: "maria_88" });
  expect([first(full, thin), first(thin, full)]).toEqual(["full", "full"]);
});

test("somebody saved stays before a stranger, a sale under way decides between equals, then age", () => {
  const stranger = card("stranger", { name: "maria", phone: "+52", saved: false, lead: true });
  expect(first(stranger, card("saved", { name: "Maria" }))).toBe("saved");
  expect(first(card("old", { created: 1 }), card("selling", { created: 2, lead: true }))).toBe("selling");
  expect(first(card("young", { created: 2 }), card("old", { created: 1 }))).toBe("old");
});

test("the merge says what each side brings along, and of nothing that there is nothing", async () => {
  const many = (count: number) => Array.from({ length: count }, () => ({}));
  const has: Record<string, Record<string, unknown>> = {
    full: {
      list_leads_of_contact: many(2),
      list_follow_ups_of: many(1),
      list_contact_files: [],
      notes: 3,
      calls: 1,
    },
    thin: { list_leads_of_contact: [], list_follow_ups_of: [], list_contact_files: [], notes: 0, calls: 0 },
  };
  hostAnswers((command, args: { contact_id: string; calls?: boolean }) => {
    const { view, more } = card(args.contact_id, { name: args.contact_id, saved: args.contact_id === "full" });
    const mine = has[args.contact_id]!;
    if (command === "get_contact") return { ...view, conversations: many(args.contact_id === "full" ? 1 : 0) };
    if (command === "get_contact_more") return more;
    if (command === "list_notes") return { notes: [], total: args.calls ? mine["calls"] : mine["notes"] };
    return mine[command];
  });
  const app = mount(MergeDialog, { target: document.body, props: { ids: ["thin", "full"], onclose: () => undefined } });
  await vi.waitFor(() => expect(document.querySelectorAll(".brings")).toHaveLength(2));
  const said = [...document.querySelectorAll(".brings")].map((one) => one.firstChild!.textContent!.trim());
  expect(said).toEqual(["1 chat · 2 leads · 1 follow-up · 3 notes · 1 call", "nothing else"]);
  await unmount(app);
});

test("what is only read up to a number is said with a plus, not as that number", async () => {
  const many = (count: number) => Array.from({ length: count }, () => ({}));
  const of = (follow_ups: number, files: number) => {
    hostAnswers((command) => {
      if (command === "list_notes") return { notes: [], total: 500 };
      return many({ list_leads_of_contact: 200, list_follow_ups_of: follow_ups }[command] ?? files);
    });
    return readBrings(card("full").view).then(bringsWords);
  };
  expect(await of(200, 500)).toBe("200 leads · 200+ follow-ups · 500 notes · 500 calls · 500+ files");
  expect(await of(199, 499)).toBe("200 leads · 199 follow-ups · 500 notes · 500 calls · 499 files");
});

test("the merge says that of several open leads one is left, and whose", async () => {
  const open = new Set(["thin", "other"]);
  hostAnswers((command: string, args: unknown) => {
    const id = (args as { contact_id: string }).contact_id;
    const { view, more } = card(id, { name: `Card ${id}`, saved: id === "full", lead: open.has(id) });
    if (command === "get_contact") return Promise.resolve(view);
    if (command === "get_contact_more") return Promise.resolve(more);
    return Promise.resolve(command === "list_notes" ? { notes: [], total: 0 } : []);
  });
  const said = async (ids: string[]) => {
    const app = mount(MergeDialog, { target: document.body, props: { ids, onclose: () => undefined } });
    await vi.waitFor(() => expect(document.querySelectorAll(".brings")).toHaveLength(ids.length));
    const words = document.querySelector(".open")?.textContent ?? "";
    await unmount(app);
    return words;
  };
  expect(await said(["full", "thin"]), "one open lead stays by itself").toBe("");
  expect(await said(["full", "thin", "other"]), "who stays has none").toContain(
    "2 open leads one is left: the one opened",
  );
  open.add("full");
  expect(await said(["thin", "full", "other"])).toContain("3 open leads one is left: Card full's");
});

test("notes and what is chosen in a list of several stay together unless one is picked", async () => {
  const texts: Record<string, string> = { full: "Buys on Fridays", thin: "Likes blue" };
  const sent: unknown[] = [];
  hostAnswers((command: string, args: unknown) => {
    if (command === "merge_contacts") {
      sent.push((args as { fields: unknown }).fields);
      return Promise.resolve({});
    }
    const id = (args as { contact_id: string }).contact_id;
    const { view, more } = card(id, { name: "Ana", saved: id === "full" });
    if (command === "get_contact") return Promise.resolve({ ...view, about: texts[id] });
    if (command === "get_contact_more") return Promise.resolve(more);
    return Promise.resolve(command === "list_notes" ? { notes: [], total: 0 } : []);
  });
  const merge = async (pick: (radios: HTMLInputElement[]) => void) => {
    const app = mount(MergeDialog, {
      target: document.body,
      props: { ids: ["full", "thin"], onclose: () => undefined },
    });
    await vi.waitFor(() => expect(document.querySelectorAll("input[type=radio]")).toHaveLength(3));
    const radios = [...document.querySelectorAll<HTMLInputElement>("input[type=radio]")];
    expect(radios.map((radio) => [radio.closest("label")!.textContent!.trim(), radio.checked])).toEqual([
      ["Buys on Fridays", false],
      ["Likes blue", false],
      ["All of it", true],
    ]);
    pick(radios);
    flushSync();
    const before = sent.length;
    document.querySelector<HTMLButtonElement>("button.primary")!.click();
    await vi.waitFor(() => expect(sent).toHaveLength(before + 1));
    await unmount(app);
    return sent.at(-1);
  };
  expect(await merge(() => undefined)).toEqual({});
  expect(await merge((radios) => radios[1]!.click())).toEqual({ about: "thin" });
  const anew = (radios: HTMLInputElement[]) => (radios[1]!.click(), flushSync(), radios[2]!.click());
  expect(await merge(anew), "back to all of it").toEqual({});
});

test("the panel of somebody who never wrote says so instead of nothing", async () => {
  const contact = { id: "c", conversations: [], can_start_on: [], blocked: false };
  const app = mount(ContactLines, { target: document.body, props: { contact: contact as never, current: null } });
  flushSync();
  expect(document.querySelector("[aria-labelledby=contact-lines] ul")!.textContent!.trim()).toBe(
    "They haven't written to you yet.",
  );
  await unmount(app);
});
