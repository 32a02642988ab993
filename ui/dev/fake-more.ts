// The rest of the small app of the preview: contacts, search, lines, outbox, quick replies, diagnostics, review.
import {
  ApiError,
  type AppEvent,
  type ContactFile,
  type ContactView,
  type Country,
  type Done,
  type InboxRow,
  type LineView,
  type MessageHit,
  type MessageView,
  type OutboxItem,
  type QuickReplyView,
  type ReviewItem,
  type SearchPage,
  type SnippetPart,
} from "../src/backend";
import type { Commands } from "../src/backend/gen/commands";
import { fold } from "../src/app/fuzzy";
import { contactOf, ejemplo, NOW, tienda } from "./scene";

type Handlers = {
  [C in keyof Commands]?: (args: Commands[C]["args"]) => Commands[C]["result"] | Promise<Commands[C]["result"]>;
};
interface World {
  full: boolean;
  emit: (event: AppEvent) => void;
  now: () => number;
  undoable: (undo: () => void) => Done;
  rows: () => InboxRow[];
  changeRow: (id: string, patch: Partial<InboxRow>) => unknown;
  thread: (id: string) => MessageView[];
  lines: () => LineView[];
  setLines: (lines: LineView[]) => void;
  rename: (name: string) => void;
  setCountry: (code: string) => void;
}

const COUNTRIES =
  "AR+54 BO+591 BR+55 CL+56 CO+57 CR+506 DE+49 DO+1 EC+593 ES+34 FR+33 GB+44 GT+502 HN+504 IT+39 MX+52 NI+505 PA+507 PE+51 PR+1 PT+351 PY+595 SV+503 US+1 UY+598 VE+58";
const countries: Country[] = COUNTRIES.split(" ").map((c) => ({ code: c.slice(0, 2), calling_code: c.slice(2) }));
const MIN = 60_000;
const DAY = 86_400_000;

export function more(world: World): Handlers {
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

  const lineChange = (id: string, patch: Partial<LineView>): Done => {
    const before = world.lines();
    world.setLines(before.map((l) => (l.id === id ? { ...l, ...patch } : l)));
    world.emit({ event: "lines_changed" });
    return world.undoable(() => {
      world.setLines(before);
      world.emit({ event: "lines_changed" });
    });
  };
  const later = <T>(ms: number, answer: () => T): Promise<T> =>
    new Promise((resolve, reject) =>
      setTimeout(() => {
        try {
          resolve(answer());
        } catch (error) {
          reject(error as Error);
        }
      }, ms),
    );
  const judge = (token: string): void => {
    if (!/^\d+:[\w-]{20,}$/.test(token)) throw new ApiError("TOKEN_SHAPE");
    if (token.startsWith("401")) throw new ApiError("UNAUTHORIZED");
    if (token.startsWith("409")) throw new ApiError("CONFLICT", {}, true);
    if (token.startsWith("500")) throw new ApiError("NOT_REACHED", {}, true);
    if (token.startsWith("100")) throw new ApiError("LINE_DUPLICATE", { line_id: "l1", name: "Ventas 1" });
  };

  let replies: QuickReplyView[] = world.full
    ? [
        {
          id: "q1",
          shortcut: "cuenta",
          title: "Datos de pago",
          body: "La cuenta para separar es BCP 191-2345678-0-12, a nombre de Muebles Alba.",
          attachments: [],
          preview: null,
        },
        {
          id: "q2",
          shortcut: "envio",
          title: "Envíos",
          body: "{{contact.first_name|Hola}}, repartimos en Lima los martes y viernes. A provincia, por agencia.",
          attachments: [],
          preview: null,
        },
        {
          id: "q3",
          shortcut: "hola",
          title: "Saludo",
          body: "Hola, {{contact.first_name|qué tal}}. Soy {{me.name}}, de {{workspace.name}}. ¿En qué te ayudo?",
          attachments: [],
          preview: null,
        },
        {
          id: "q4",
          shortcut: "catalogo",
          title: "Catálogo 2026",
          body: "Te paso el catálogo con medidas y precios.",
          attachments: [
            {
              hash: "pdf",
              name: "catalogo-2026.pdf",
              mime: "application/pdf",
              size_bytes: 4_210_000,
              media: "document",
              width_px: null,
              height_px: null,
              duration_ms: null,
            },
          ],
          preview: null,
        },
      ]
    : [];

  const waiting = (row: InboxRow, text: string, patch: Partial<MessageView>, reason: string): OutboxItem => {
    const model = world.thread(row.id).find((m) => m.direction === "out") ?? world.thread(row.id)[0]!;
    return {
      contact_name: row.name,
      reason,
      message: {
        ...model,
        id: `out-${row.id}`,
        conversation_id: row.id,
        body: { kind: "text", text },
        held_until_ms: null,
        error: null,
        quote: null,
        reactions: [],
        at_ms: NOW - 4 * MIN,
        ...patch,
      },
    };
  };
  let outbox: OutboxItem[] | undefined;
  const outboxNow = (): OutboxItem[] => {
    const rows = world.rows();
    if (!world.full) return [];
    outbox ??= [
      waiting(
        rows[0]!,
        "Te aparto el de nogal claro.",
        { delivery: "queued", allowed: ["cancel", "take_back"] },
        "OFFLINE",
      ),
      waiting(
        rows[3]!,
        "Recibido, Daniela. Sale mañana con el reparto de la tarde.",
        { delivery: "needs_ok", at_ms: NOW - 200 * MIN, allowed: ["release", "cancel", "take_back"] },
        "NEEDS_OK",
      ),
      waiting(
        rows[5]!,
        "Yes, we ship to Arequipa for S/ 80",
        {
          delivery: "failed",
          at_ms: NOW - 49 * MIN,
          error: { code: "BLOCKED_BY_CUSTOMER", detail: "403: bot was blocked by the user" },
          allowed: ["retry", "take_back", "discard"],
        },
        "FAILED",
      ),
      waiting(
        rows[12]!,
        "Adjunto factura",
        { delivery: "unknown", at_ms: NOW - 2 * DAY, allowed: ["settle"] },
        "UNKNOWN",
      ),
      waiting(
        rows[10]!,
        "La medida final es 2,40 × 0,60.",
        { delivery: "queued", held_until_ms: 0, at_ms: NOW - 30 * MIN, allowed: [] },
        "HELD",
      ),
    ];
    return outbox;
  };
  const leaves = (message_id: string): Done => {
    const before = outboxNow();
    outbox = before.filter((i) => i.message.id !== message_id);
    world.emit({ event: "status_changed" });
    return world.undoable(() => {
      outbox = before;
      world.emit({ event: "status_changed" });
    });
  };

  let review: ReviewItem[] = world.full
    ? [
        {
          id: "r1",
          act: "send_message",
          refusal: { code: "WINDOW_CLOSED", closed_at_ms: NOW - 65 * MIN },
          conversation_id: "c8",
          text: "La tela nueva ya llegó: gris claro y terracota. ¿Te mando fotos?",
          at_ms: NOW - 62 * MIN,
        },
        {
          id: "r2",
          act: "patch_contact",
          refusal: { code: "DUPLICATE_NUMBER", contact_id: "k2", name: "João Batista Almeida" },
          conversation_id: "c7",
          text: null,
          at_ms: NOW - 3 * 60 * MIN,
        },
      ]
    : [];

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
        line: r.line,
      })),
      messages: messages.slice(from, from + limit),
      next: from + limit < messages.length ? from + limit : null,
      not_understood,
    };
  };

  return {
    get_contact: ({ contact_id }) => contact(contact_id),
    update_contact: ({ contact_id, patch }) => {
      const { phone, ...rest } = patch;
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
    list_lines: world.lines,
    check_telegram: ({ token, base_url }) =>
      later(700, () => {
        if (base_url && !base_url.startsWith("https://"))
          throw new ApiError(base_url.startsWith("http") ? "NO_HTTPS" : "BASE_URL");
        judge(token);
        return { external_id: "7719204518", display_name: "Alba Postventa", webhook: null };
      }),
    connect_telegram: ({ name, color, base_url }) =>
      later(500, () => {
        const line: LineView = {
          id: `l${world.lines().length + 1}`,
          type: "telegram_bot",
          name: name || "Alba Postventa",
          external_id: "7719204518",
          color,
          state: { state: "connecting" },
          base_url: base_url || null,
          last_heard_ms: null,
          slow_until_ms: null,
          conversations: 0,
          unread: 0,
          waiting: 0,
        };
        world.setLines([...world.lines(), line]);
        world.emit({ event: "lines_changed" });
        setTimeout(() => lineChange(line.id, { state: { state: "connected" }, last_heard_ms: world.now() }), 900);
        return line;
      }),
    update_line: ({ line_id, name, color, base_url }) => {
      if (name === "") throw new ApiError("NAME_INVALID", { max_chars: "60" });
      return lineChange(line_id, {
        ...(name === null ? {} : { name }),
        ...(color === null ? {} : { color }),
        ...(base_url === null ? {} : { base_url: base_url || null }),
      });
    },
    disconnect_line: ({ line_id }) => lineChange(line_id, { state: { state: "disconnected", code: "ON_PURPOSE" } }),
    reconnect_line: ({ line_id, token }) =>
      later(400, () => {
        if (token) judge(token);
        lineChange(line_id, { state: { state: "connected" }, last_heard_ms: world.now() });
        return world.lines().find((l) => l.id === line_id)!;
      }),
    get_line_content: ({ line_id }) => {
      const line = world.lines().find((l) => l.id === line_id)!;
      return {
        conversations: line.conversations,
        messages: line.conversations * 12,
        contacts_going: Math.max(line.conversations - 1, 0),
        contacts_staying: Math.min(line.conversations, 1),
      };
    },
    list_erasing_lines: () => [],
    remove_line: ({ line_id }) => {
      world.setLines(world.lines().filter((l) => l.id !== line_id));
      world.emit({ event: "lines_changed" });
      return {};
    },
    set_workspace_country: ({ text }) => {
      world.setCountry(text);
      return world.undoable(() => undefined);
    },
    rename_me: ({ text }) => {
      if (text === "") throw new ApiError("NAME_INVALID", { max_chars: "60" });
      return world.undoable(() => undefined);
    },
    remove_webhook: ({ line_id }) => world.lines().find((l) => l.id === line_id)!,
    rename_workspace: ({ text }) => {
      if (text === "") throw new ApiError("NAME_INVALID", { max_chars: "60" });
      world.rename(text);
      return world.undoable(() => undefined);
    },
    list_outbox: outboxNow,
    retry_message: ({ message_id }) => leaves(message_id),
    cancel_message: ({ message_id }) => leaves(message_id),
    release_message: ({ message_id }) => leaves(message_id),
    discard_message: ({ message_id }) => leaves(message_id),
    settle_message: ({ message_id }) => leaves(message_id),
    list_quick_replies: ({ query, limit }) =>
      replies
        .filter((q) => fold(q.shortcut + q.title + q.body).includes(fold(query)))
        .sort((a, b) => a.shortcut.localeCompare(b.shortcut))
        .slice(0, limit),
    save_quick_reply: ({ id, ...rest }) => {
      if (!/^[\p{L}\p{N}_-]{1,32}$/u.test(rest.shortcut)) throw new ApiError("SHORTCUT_INVALID");
      if (replies.some((q) => q.id !== id && q.shortcut === rest.shortcut))
        throw new ApiError("SHORTCUT_TAKEN", { id: "x" });
      const saved = { id: id ?? crypto.randomUUID(), ...rest, preview: null };
      replies = [...replies.filter((q) => q.id !== id), saved];
      world.emit({ event: "quick_replies_changed" });
      return { reply: saved, undo: null };
    },
    delete_quick_reply: ({ id }) => {
      const before = replies;
      replies = replies.filter((q) => q.id !== id);
      world.emit({ event: "quick_replies_changed" });
      return world.undoable(() => {
        replies = before;
        world.emit({ event: "quick_replies_changed" });
      });
    },
    list_review: () => review,
    dismiss_review: ({ id }) => {
      review = review.filter((r) => r.id !== id);
      world.emit({ event: "review_changed" });
      return {};
    },
    get_diagnostics: () => ({
      version: "0.1.0",
      system: "linux x86_64",
      device_db_bytes: 214_300_000,
      hub_db_bytes: 168_900_000,
      media_bytes: 1_240_000_000,
      media_cap_bytes: 5_000_000_000,
      disk_free_bytes: 48_200_000_000,
      sqlite_version: "3.50.4",
      schema_version: "1",
      check: "ok",
      checked_at_ms: NOW - 42 * MIN,
      counts: { conversations: 148n, messages: 31_204n, contacts: 139n, quick_replies: 4n } as never,
      queue: 3,
      status: {
        hub: "in_this_app",
        lines: world.lines().map((l) => ({
          line_id: l.id,
          name: l.name,
          state: l.state,
          last_heard_ms: l.last_heard_ms,
          slow_until_ms: l.slow_until_ms,
        })),
        waiting: 3,
        asking: 2,
        failed: 1,
        unknown: 0,
        unsynced: 0,
        review: review.length,
        clock_off_ms: null,
        now_ms: world.now(),
        time_is_sure: true,
        database: "good",
      },
      hosts: world.full
        ? [
            { host: "api.telegram.org", why: "Ventas 1", times: 1840 },
            { host: "api.telegram.org", why: "Bot tienda", times: 912 },
          ]
        : [],
      secrets: "keyring",
      data_dir: "/home/ana/.local/share/embudo",
      log_dir: "/home/ana/.local/share/embudo/logs",
    }),
    get_report: () => ({ text: "Embudo: 0.1.0\nSystem: linux x86_64" }),
    check_database: () => later(600, () => more(world).get_diagnostics!({}) as never),
    free_up_space: () => later(400, () => ({ freed_bytes: 320_000_000 })),
    get_media_space: () => ({
      total_bytes: 1_840_000_000,
      cap_bytes: 5 * 1024 ** 3,
      may_go_bytes: 1_310_000_000,
      only_here_bytes: 520_000_000,
      to_send_bytes: 10_000_000,
    }),
    set_media_cap: () => ({ freed_bytes: 0 }),
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
