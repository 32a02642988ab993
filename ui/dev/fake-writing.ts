// What waits to leave, quick replies and what was refused, in the preview's small app.
import {
  ApiError,
  type Done,
  type InboxRow,
  type MessageView,
  type OutboxItem,
  type QuickReplyView,
  type ReviewAboutView,
  type ReviewItem,
} from "../src/backend";
import { fold } from "../src/app/fuzzy";
import { DAY, MIN, type Handlers, type World } from "./fake-world";
import { NOW } from "./scene";

export function writing(world: World): Handlers {
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

  const about = (contact_id: string, name: string, more: Partial<ReviewAboutView> = {}): ReviewAboutView => ({
    contact_id,
    name,
    conversation_id: null,
    lead_number: null,
    has_active_lead: false,
    in_bin: false,
    others: 0,
    ...more,
  });
  let review: ReviewItem[] = world.full
    ? [
        {
          id: "r1",
          act: "send_message",
          refusal: { code: "WINDOW_CLOSED", closed_at_ms: NOW - 65 * MIN },
          conversation_id: "c8",
          text: "La tela nueva ya llegó: gris claro y terracota. ¿Te mando fotos?",
          at_ms: NOW - 62 * MIN,
          about: about("k8", "Rosa Fuentes", { conversation_id: "c8" }),
          wanted: null,
          typed: [],
          cause: null,
        },
        {
          id: "r2",
          act: "patch_contact",
          refusal: { code: "DUPLICATE_NUMBER", contact_id: "k2", name: "João Batista Almeida" },
          conversation_id: null,
          text: "+55 31 98888-8888",
          at_ms: NOW - 3 * 60 * MIN,
          about: about("k7", "Lucía Paredes", { conversation_id: "c7" }),
          wanted: null,
          typed: [],
          cause: null,
        },
        {
          id: "r3",
          act: "change_leads",
          refusal: { code: "LEAD_FINAL", lead_id: "l3", status_id: "converted" },
          conversation_id: null,
          text: "Pagó la mitad en efectivo",
          at_ms: NOW - 4 * 60 * MIN,
          about: about("k3", "Maria Silva", { conversation_id: "c3", lead_number: 12 }),
          wanted: { what: "lead", patch: { status: { status_id: "lost" }, note: "Pagó la mitad en efectivo" } },
          typed: [],
          cause: {
            did: { did: "closed", status_id: "converted" },
            by: { by: "member", id: "m1" },
            at_ms: NOW - 5 * 60 * MIN,
            name: "Maria Silva",
          },
        },
        {
          id: "r4",
          act: "merge_contacts",
          refusal: { code: "IN_BIN", contact_id: "k4" },
          conversation_id: null,
          text: null,
          at_ms: NOW - 5 * 60 * MIN,
          about: about("k5", "Carla Mota", { others: 1 }),
          wanted: null,
          typed: [],
          cause: {
            did: { did: "binned" },
            by: { by: "member", id: "m1" },
            at_ms: NOW - 6 * 60 * MIN,
            name: "Bruno Dias",
          },
        },
      ]
    : [];

  return {
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
  };
}
