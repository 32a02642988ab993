// Contacts, their files, and what a search finds, in the preview's small app.
import {
  ApiError,
  type ContactFile,
  type ContactView,
  type Country,
  type Done,
  type MessageHit,
  type SearchPage,
  type SnippetPart,
} from "../src/backend";
import type { Commands } from "../src/backend/gen/commands";
import { fold } from "../src/app/fuzzy";
import { DAY, type Handlers, type World } from "./fake-world";
import { contactOf, ejemplo, NOW, tienda } from "./scene";

const COUNTRIES =
  "AR+54 BO+591 BR+55 CL+56 CO+57 CR+506 DE+49 DO+1 EC+593 ES+34 FR+33 GB+44 GT+502 HN+504 IT+39 MX+52 NI+505 PA+507 PE+51 PR+1 PT+351 PY+595 SV+503 US+1 UY+598 VE+58";
const countries: Country[] = COUNTRIES.split(" ").map((c) => ({ code: c.slice(0, 2), calling_code: c.slice(2) }));

export function contacts(world: World): Handlers {
  const contacts = new Map<string, ContactView>();
  const contact = (id: string): ContactView => {
    const known = contacts.get(id);
    if (known) return known;
    const row = world.rows().find((r) => r.contact_id === id);
    if (!row) throw new ApiError("NOT_FOUND");
    const base = contactOf(row);
    const made: ContactView = row.saved
      ? {
          ...base,
          conversations: [
            ...base.conversations,
            ...(row.id === "c0" ? [{ conversation_id: "c3", line: tienda, last_at_ms: NOW - 9 * DAY, unread: 1 }] : []),
          ],
          can_start_on: row.line.type === "simulator" || row.id === "c0" ? [ejemplo] : [],
        }
      : {
          ...base,
          saved: false,
          about: "",
          photo: null,
          email: "",
          phone_display: "",
          phone_e164: null,
          phone_country: "BR",
          channel_name: row.name,
          display_name: row.name,
        };
    contacts.set(id, made);
    return made;
  };
  const putContact = (next: ContactView): void => {
    contacts.set(next.id, next);
    for (const row of world.rows().filter((r) => r.contact_id === next.id))
      world.changeRow(row.id, { name: next.display_name, saved: next.saved, blocked: next.blocked });
    world.emit({ event: "contact_changed", ids: [next.id] });
  };
  const changeContact = (id: string, patch: Partial<ContactView>): Done => {
    const before = contact(id);
    putContact({ ...before, ...patch });
    return world.undoable(() => putContact(before));
  };

  const find = ({ text, conversation_id, line_id, after, limit }: Commands["search"]["args"]): SearchPage => {
    const terms = [...text.matchAll(/(\w+):("[^"]*"|\S+)|"([^"]+)"|(\S+)/g)];
    const not_understood = terms
      .filter(
        ([, op, value]) =>
          op &&
          !(
            ["from", "in", "before", "after"].includes(op) ||
            (op === "has" && ["image", "voice", "document", "audio", "video"].includes(value!))
          ),
      )
      .map(([all]) => all);
    const words = terms.filter(([, op]) => !op).map(([, , , exact, word]) => fold(exact ?? word ?? ""));
    const mine = terms.find(([, op, value]) => op === "from" && value === "me");
    const fits = (value: string) => words.every((w) => fold(value).includes(w));
    const messages: MessageHit[] = [];
    for (const row of world.rows()) {
      if ((conversation_id && row.id !== conversation_id) || (line_id && row.line.id !== line_id)) continue;
      for (const message of world.thread(row.id)) {
        if (
          message.body.kind !== "text" ||
          message.direction === "event" ||
          !fits(message.body.text) ||
          (mine && message.direction !== "out")
        )
          continue;
        messages.push({
          message_id: message.id,
          conversation_id: row.id,
          name: row.name,
          from_us: message.direction === "out",
          at_ms: message.at_ms,
          line: row.line,
          snippet: marked(message.body.text, words),
        });
      }
    }
    messages.sort((a, b) => b.at_ms - a.at_ms);
    const from = after ?? 0;
    const people =
      after !== null || conversation_id || words.length === 0
        ? []
        : world.rows().filter((r) => fits(r.name) || fits(contact(r.contact_id).phone_display.replace(/\D/g, "")));
    return {
      contacts: people.slice(0, 8).map((r) => ({
        contact_id: r.contact_id,
        conversation_id: r.id,
        name: r.name,
        detail: fits(r.name) ? "" : contact(r.contact_id).phone_display,
        photo: contact(r.contact_id).photo,
        line: r.line,
      })),
      leads: [],
      notes: [],
      leads_total: 0,
      tags: [],
      messages: messages.slice(from, from + limit),
      next: from + limit < messages.length ? from + limit : null,
      not_understood,
      not_found: [],
    };
  };

  return {
    get_contact: ({ contact_id }) => contact(contact_id),
    get_contact_more: () => ({
      same: [],
      merges: [],
      others: [],
      source_id: null,
      responsible_id: null,
      has_active_lead: true,
      bin: null,
    }),
    update_contact: ({ contact_id, patch }) => {
      const { phone, fields: _, ...rest } = patch;
      if (phone !== undefined && /9888?88/.test(phone))
        throw new ApiError("DUPLICATE_NUMBER", {
          contact_id: world.rows()[2]!.contact_id,
          name: world.rows()[2]!.name,
        });
      if (phone && phone.replace(/\D/g, "").length < 7) throw new ApiError("PHONE_INVALID");
      if (rest.email && !/.+@.+\..+/.test(rest.email)) throw new ApiError("EMAIL_INVALID");
      if (rest.display_name === "") throw new ApiError("NAME_INVALID", { max_chars: "120" });
      return changeContact(contact_id, {
        ...rest,
        ...(phone === undefined ? {} : { phone_display: phone, phone_e164: phone.replace(/\s/g, "") || null }),
      });
    },
    block_contact: ({ contact_id, blocked }) => changeContact(contact_id, { blocked }),
    list_contact_files: ({ contact_id }) => {
      const row = world.rows().find((r) => r.contact_id === contact_id);
      if (row?.id !== "c0") return [];
      const file = (
        kind: string,
        name: string,
        size_bytes: number,
        days: number,
        from_us: boolean,
        hash: string | null = "x",
      ): ContactFile => ({
        message_id: world.thread("c0")[5]!.id,
        conversation_id: "c0",
        kind,
        name,
        size_bytes,
        at_ms: NOW - days * DAY,
        from_us,
        hash,
      });
      return [
        file("image", "comedor-nogal.jpg", 812_000, 1, true),
        file("document", "Presupuesto Ríos v2.pdf", 231_000, 2, true),
        file("voice", "", 41_000, 2, false),
        file("document", "plano-departamento-surco-piso-4.pdf", 3_400_000, 5, false, null),
        file("image", "IMG_2210.HEIC", 2_100_000, 6, false),
        file("video", "recorrido.mp4", 14_800_000, 12, false),
        file("image", "silla-tapiz-gris.jpg", 640_000, 20, true),
      ].map((f, i) => ({ ...f, message_id: world.thread("c0")[5 + i]!.id }));
    },
    list_countries: () => countries,
    start_conversation: () => ({ conversation_id: world.rows()[4]!.id }),
    open_file: () => ({}),
    fetch_file: () => ({}),
    search: find,
  };
}

function marked(text: string, words: string[]): SnippetPart[] {
  const out: SnippetPart[] = [];
  const plain = fold(text);
  let at = 0;
  while (at < text.length) {
    const next = words
      .map((w) => ({ w, i: w ? plain.indexOf(w, at) : -1 }))
      .filter((x) => x.i >= 0)
      .sort((a, b) => a.i - b.i)[0];
    if (!next) break;
    if (next.i > at) out.push({ text: text.slice(at, next.i), hit: false });
    out.push({ text: text.slice(next.i, next.i + next.w.length), hit: true });
    at = next.i + next.w.length;
  }
  if (at < text.length) out.push({ text: text.slice(at), hit: false });
  return out;
}
