// The people and messages of the preview: every state that a row and a bubble can be in.
import type { ContactView, ConversationView, InboxRow, LineBrief, LineView, MessageView } from "../src/backend";

export const NOW = new Date(2026, 10, 18, 14, 29, 30).getTime();
const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

const brief = (id: string, type: LineBrief["type"], name: string, color: string): LineBrief => ({
  id,
  type,
  name,
  color,
  connected: true,
});
export const ventas = brief("l1", "telegram_bot", "Ventas 1", "#2f7de1");
export const tienda = brief("l2", "telegram_bot", "Bot tienda", "#0f9d8a");
export const ejemplo = brief("l3", "simulator", "Clientes de ejemplo", "#8b5cf6");

export const lines: LineView[] = [ventas, tienda, ejemplo].map((l, i) => ({
  id: l.id,
  type: l.type,
  name: l.name,
  external_id: ["@alba_ventas_bot", "@alba_tienda_bot", "sample"][i]!,
  color: l.color,
  state: i === 1 ? { state: "degraded", code: "NETWORK" } : { state: "connected" },
  base_url: null,
  last_heard_ms: NOW - [14_000, 340_000, 2000][i]!,
  slow_until_ms: null,
  unread: [3, 0, 1][i]!,
  conversations: [96, 31, 21][i]!,
  waiting: [2, 1, 0][i]!,
}));

interface Person {
  name: string;
  line: LineBrief;
  ago: number;
  text: string;
  kind?: string;
  out?: MessageView["delivery"];
  unread?: number;
  dot?: boolean;
  draft?: string;
  window?: number;
  failed?: number;
  snoozed?: number;
  closed?: boolean;
  tags?: string[];
  waiting?: boolean;
}
const people: Person[] = [
  {
    name: "María Fernanda Ríos",
    line: ventas,
    ago: 3 * MIN,
    text: "¿Y si pago hoy me lo entregan el viernes?",
    window: 3 * HOUR + 12 * MIN,
    tags: ["comedor", "factura", "entrega viernes"],
    waiting: true,
  },
  {
    name: "Taller Hermanos Vega",
    line: ventas,
    ago: 8 * MIN,
    text: "Necesito las 12 sillas antes del sábado, ¿puedes?",
    unread: 4,
    window: 42 * MIN,
    tags: ["mayorista"],
    waiting: true,
  },
  {
    name: "João Batista Almeida",
    line: ejemplo,
    ago: 11 * MIN,
    text: "Vocês entregam em Curitiba? Preciso do CEP para calcular o frete",
    unread: 3,
    tags: ["brasil"],
    waiting: true,
  },
  {
    name: "Daniela Quispe",
    line: tienda,
    ago: 14 * MIN,
    text: "Ya hice el pago, te mando la constancia",
    unread: 1,
    tags: ["dormitorio"],
    waiting: true,
  },
  {
    name: "Rodrigo Peña",
    line: ventas,
    ago: 31 * MIN,
    text: "",
    draft: "Te paso el presupuesto con la melamina blanca y la tapa de roble",
    window: HOUR + 50 * MIN,
    tags: ["cocina", "obra"],
  },
  {
    name: "Emily Carter",
    line: ejemplo,
    ago: 49 * MIN,
    text: "Yes, we ship to Arequipa for S/ 80",
    out: "failed",
    failed: 1,
    tags: ["envío"],
  },
  {
    name: "Beatriz Souza",
    line: tienda,
    ago: 67 * MIN,
    text: "Mensagem de voz · 0:24",
    kind: "voice",
    unread: 128,
    tags: ["brasil", "sala"],
    waiting: true,
  },
  { name: "+55 11 98123-4477", line: ventas, ago: 102 * MIN, text: "Oi, vi o anúncio da mesa de jantar", dot: true },
  {
    name: "Lucía Ferreyra",
    line: ejemplo,
    ago: DAY,
    text: "Te escribo apenas llegue la tela nueva",
    out: "delivered",
    window: -HOUR,
    tags: ["sofá"],
  },
  {
    name: "Constructora Andina",
    line: tienda,
    ago: DAY + HOUR,
    text: "Ok, quedo atento",
    snoozed: 6 * DAY,
    tags: ["obra", "factura", "mayorista", "lima"],
  },
  {
    name: "Pedro Salas",
    line: ventas,
    ago: DAY + 2 * HOUR,
    text: "Dale, mañana te confirmo la medida de la cocina",
    out: "read",
    tags: ["cocina"],
  },
  {
    name: "Camila Torres",
    line: ejemplo,
    ago: 2 * DAY,
    text: "“algo así, pero en roble”",
    kind: "image",
    tags: ["escritorio"],
  },
  {
    name: "Grupo Alborada",
    line: tienda,
    ago: 2 * DAY + HOUR,
    text: "Adjunto factura",
    out: "unknown",
    tags: ["empresa"],
  },
  {
    name: "Óscar Medina",
    line: ventas,
    ago: 3 * DAY,
    text: "Gracias a ti, que disfrutes la mesa",
    out: "read",
    closed: true,
    tags: ["cliente"],
  },
];

export function makeRows(more: number): InboxRow[] {
  const rows = people.map((p, i) => row(p, i));
  for (let i = 0; i < more; i++) {
    const p = people[i % people.length]!;
    rows.push({
      ...row(
        { ...p, unread: i % 7 === 0 ? (i % 5) + 1 : 0, draft: undefined, snoozed: undefined, window: undefined },
        people.length + i,
      ),
      name: `${p.name} ${i + 1}`,
      last_at_ms: NOW - 4 * DAY - i * 37_000,
    });
  }
  return rows;
}
function row(p: Person, i: number): InboxRow {
  return {
    id: `c${i}`,
    contact_id: `p${i}`,
    name: p.name,
    saved: !p.name.startsWith("+"),
    line: p.line,
    state: p.snoozed
      ? { state: "snoozed", until_ms: NOW + p.snoozed + 31 * MIN, until_reply: true, by: "me" }
      : p.closed
        ? { state: "closed", reason: null }
        : { state: "open" },
    blocked: false,
    last_at_ms: NOW - p.ago,
    preview:
      p.text === ""
        ? null
        : {
            message_id: `m${i}-last`,
            from_us: p.out !== undefined,
            kind: p.kind ?? "text",
            text: p.kind === "voice" ? "" : p.text,
            delivery: p.out ?? "received",
            held: false,
          },
    unread: p.unread ?? 0,
    manual_unread: p.dot ?? false,
    waiting_since_ms: p.waiting ? NOW - p.ago : null,
    window_closes_at_ms: p.window === undefined ? null : NOW + p.window,
    next_follow_up: null,
    draft_text: p.draft ?? null,
    failed_count: p.failed ?? 0,
    photo: null,
    lead: null,
    is_customer: false,
    tags: (p.tags ?? []).map((name) => ({ id: name, name, color: "#8a8f98" })),
  };
}

export function viewOf(r: InboxRow): ConversationView {
  return {
    id: r.id,
    contact_id: r.contact_id,
    name: r.name,
    photo: null,
    saved: r.saved,
    username: "mafe.rios",
    line: r.line,
    line_down: null,
    locked: null,
    state: r.state,
    blocked: r.blocked,
    unread: r.unread,
    manual_unread: r.manual_unread,
    read_inbound: r.id === "c0" ? 1 : Math.max(0, 30 - r.unread),
    waiting_since_ms: r.waiting_since_ms,
    window_closes_at_ms: r.window_closes_at_ms,
    last_inbound_ms: r.last_at_ms,
    tags: r.tags,
    is_customer: r.is_customer,
    is_converted: false,
    siblings: r.id === "c0" ? [{ conversation_id: "c3", line: tienda, unread: 1 }] : [],
    abilities: {
      can_edit: true,
      receipts: true,
      max_text_chars: 4096,
      max_upload_bytes: 50_000_000,
      max_photo_bytes: 10_000_000,
      max_video_bytes: 16_000_000,
      max_audio_bytes: 16_000_000,
    },
  };
}

export function contactOf(r: InboxRow): ContactView {
  return {
    id: r.contact_id,
    display_name: r.name,
    channel_name: r.name,
    saved: r.saved,
    blocked: false,
    photo: null,
    about: "Departamento nuevo en Surco. Prefiere nogal.",
    language: "es",
    phone_text: "",
    phone_e164: "+51987654321",
    phone_display: "+51 987 654 321",
    phone_country: "PE",
    time_zone: "America/Lima",
    email: "mafe.rios@correo.pe",
    fields: [],
    tags: r.tags,
    is_customer: r.is_customer,
    created_at_ms: NOW - 40 * DAY,
    identities: [{ type: r.line.type, external_id: "4839201", username: "mafe_rios" }],
    conversations: [{ conversation_id: r.id, line: r.line, last_at_ms: r.last_at_ms, unread: r.unread }],
    can_start_on: [],
    next_follow_up: null,
  };
}

/** The long example thread of the first conversation; a generated one for the others. */
export function makeThread(r: InboxRow, count: number): MessageView[] {
  const out: MessageView[] = [];
  let seq = 0;
  let inbound = 0;
  const yesterday = NOW - DAY - 14.5 * HOUR + 17 * HOUR;
  const today = new Date(NOW).setHours(0, 0, 0, 0);
  const push = (
    at_ms: number,
    direction: MessageView["direction"],
    body: MessageView["body"],
    more: Partial<MessageView> = {},
  ) => {
    seq++;
    if (direction === "in") inbound++;
    out.push({
      id: `${r.id}-m${seq}`,
      conversation_id: r.id,
      direction,
      author: direction === "in" ? { by: "customer" } : { by: "member", id: "me" },
      author_name: direction === "in" ? r.name : "Ana Paredes",
      body,
      key: { sort_s: Math.floor(at_ms / 1000), conv_seq: seq },
      inbound_no: direction === "in" ? inbound : null,
      at_ms,
      received_at_ms: at_ms,
      delivery: direction === "in" ? "received" : "read",
      held_until_ms: null,
      attempt: 1,
      error: null,
      waiting_for: null,
      quote: null,
      reactions: [],
      edited_at_ms: null,
      earlier: [],
      deleted_at_ms: null,
      wanted_edit: null,
      change_waiting: false,
      allowed: direction === "out" ? ["edit"] : ["open", "save"],
      ...more,
    });
  };
  const t = (text: string): MessageView["body"] => ({ kind: "text", text });
  if (r.id !== "c0") {
    const texts = [
      "Hola, ¿sigue disponible?",
      "Sí, claro. ¿De qué medida lo necesitas?",
      "De 1,80 por 90",
      "Te paso el precio en un momento",
      "Perfecto 👍",
      "Queda en S/ 1 250 con envío. Lo puedes ver en https://alba.example/mesas/roble-180 con todas las fotos.",
    ];
    for (let i = 0; i < count; i++)
      push(NOW - (count - i) * 47 * MIN, i % 2 === 0 ? "in" : "out", t(texts[i % texts.length]!));
    return out;
  }
  for (let i = 0; i < count; i++)
    push(
      yesterday - 3 * DAY - (count - i) * 11 * MIN,
      i % 2 ? "out" : "in",
      t(i % 2 ? "Claro, te cuento enseguida." : `Consulta número ${i + 1} sobre los muebles`),
      { inbound_no: null },
    );
  inbound = 0;
  push(yesterday, "in", t("Hola, vi el comedor Nogal en Instagram. ¿Sigue disponible?"));
  push(yesterday + MIN, "out", t("Hola, María. Te leo en un momento."), {
    author: { by: "bot", name: "Bienvenida" },
    author_name: "Leadbot: Bienvenida",
  });
  push(yesterday + 7 * MIN, "out", {
    kind: "media",
    media: "image",
    caption: "Este, en nogal: S/ 2 890",
    file: {
      file: { state: "here", hash: "table" },
      name: "comedor.jpg",
      mime: "image/jpeg",
      size_bytes: 482_000,
      width_px: 1200,
      height_px: 640,
    },
  });
  push(yesterday + 18 * MIN, "event", {
    kind: "event",
    event: { what: "snoozed", until_ms: today + 13 * HOUR, until_reply: true },
  });
  push(yesterday + 30 * MIN, "out", {
    kind: "media",
    media: "document",
    file: {
      file: { state: "here", hash: "doc" },
      name: "Catálogo comedores 2026.pdf",
      mime: "application/pdf",
      size_bytes: 2_400_000,
    },
  });
  push(
    today + 13 * HOUR,
    "event",
    { kind: "event", event: { what: "snooze_ended" } },
    { author: { by: "system" }, author_name: "" },
  );
  push(today + 13.85 * HOUR, "out", t("Pagando hoy te queda en S/ 2 790 con envío."), {
    edited_at_ms: NOW - 20 * MIN,
    earlier: ["Pagando hoy te queda en S/ 2 800."],
  });
  push(today + 13.88 * HOUR, "out", t("La cuenta para separar: BCP 191-2345678-0-12"), {
    delivery: "failed",
    error: { code: "REJECTED", detail: "Bad Request: chat not found" },
    allowed: ["retry", "take_back", "discard"],
  });
  push(today + 13.9 * HOUR, "out", t("También se puede pagar con Yape."), { delivery: "unknown", allowed: ["settle"] });
  push(today + 13.92 * HOUR, "out", t("Los viernes repartimos en Surco."), { delivery: "delivered" });
  push(today + 14.43 * HOUR, "in", t("¿Y si pago hoy me lo entregan el viernes?"), {
    quote: {
      message_id: `${r.id}-m${count + 7}`,
      from_us: true,
      author_name: "Ana Paredes",
      kind: "text",
      text: "Pagando hoy te queda en S/ 2 790 con envío.",
    },
    reactions: [{ emoji: "👍", from_me: true }],
  });
  push(
    today + 14.48 * HOUR,
    "out",
    {
      kind: "media",
      media: "voice",
      file: {
        file: { state: "here", hash: "voice" },
        mime: "audio/ogg",
        size_bytes: 21_000,
        duration_ms: 6000,
        waveform: [
          4, 80, 30, 20, 60, 55, 60, 72, 10, 16, 70, 12, 90, 40, 25, 40, 44, 66, 84, 10, 16, 56, 12, 94, 44, 34, 20, 40,
          66, 90, 50, 12,
        ],
      },
    },
    { delivery: "sent" },
  );
  push(today + 14.485 * HOUR, "out", t("Te aparto el de nogal claro."), {
    delivery: "queued",
    waiting_for: "OFFLINE",
    allowed: ["cancel", "take_back"],
    key: { sort_s: 253_402_300_799, conv_seq: 900 },
  });
  return out;
}
