// A small app in memory that answers the real commands, for the design preview and the UI's own tests. Never
// shipped: nothing in src/ imports it.
import {
  ApiError,
  type AppEvent,
  type AppState,
  type DraftView,
  type InboxRow,
  type InboxView,
  type MessageView,
  type Settings,
} from "../src/backend";
import type { Commands } from "../src/backend/gen/commands";
import type { Transport } from "../src/backend/transport";
import { more } from "./fake-more";
import { lines, makeRows, makeThread, NOW, viewOf } from "./scene";

interface Options {
  scene: "full" | "empty" | "first";
  language: "en" | "es" | "pt";
  theme: "light" | "dark";
  density: "comfortable" | "compact";
  rows: number;
}
type Handlers = {
  [C in keyof Commands]?: (args: Commands[C]["args"]) => Commands[C]["result"] | Promise<Commands[C]["result"]>;
};

const PICTURE =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 236 118"><rect width="236" height="118" fill="#e9dfd3"/><rect y="80" width="236" height="38" fill="#cdb9a3"/><g fill="#5a3c28"><rect x="52" y="62" width="132" height="8" rx="2"/><path d="M62 70h7l-3 36h-6zM167 70h7l2 36h-6z"/></g><g fill="#7a5439"><path d="M36 42h6l3 30h14v5H44l-2 29h-5l2-29zM200 42h-6l-3 30h-14v5h15l2 29h5l-2-29z"/></g></svg>',
  );

export function fakeApp(options: Options) {
  const handlers = new Set<(event: unknown) => void>();
  const emit = (event: AppEvent) => handlers.forEach((h) => h(event));
  const started = Date.now();
  const now = () => NOW + Date.now() - started;
  let phase: AppState["phase"] = options.scene === "first" ? { phase: "first_run" } : { phase: "ready" };
  let settings: Settings = {
    language: options.language,
    theme: options.theme,
    density: options.density,
    undo_send_s: 5,
    enter_sends: true,
    keep_unread_until_reply: false,
    show_events: true,
    close_reason_required: false,
    keys: {},
    focus_line: false,
    availability: "online",
  };
  let rows: InboxRow[] = options.scene === "full" ? makeRows(options.rows) : [];
  let theLines = options.scene === "full" ? lines : [];
  const threads = new Map<string, MessageView[]>();
  const drafts = new Map<string, DraftView>();
  const memory = new Map<string, string>();
  let seq = 5000;
  let workspace = "Muebles Alba";
  let country = "PE";

  const state = (): AppState => ({
    phase,
    language: settings.language,
    theme: settings.theme,
    version: "0.1.0",
    session:
      phase.phase === "ready"
        ? {
            workspace: { id: "w", name: workspace, default_country: country, created_at_ms: 0 },
            me: { id: "me", name: "Ana Paredes", role: "owner", active: true },
            settings,
            has_lines: theLines.length > 0,
          }
        : null,
  });
  const thread = (id: string) => {
    let found = threads.get(id);
    const row = rows.find((r) => r.id === id);
    if (!row) throw new ApiError("NOT_FOUND");
    if (!found) threads.set(id, (found = makeThread(row, id === "c0" ? 120 : 60)));
    return found;
  };
  const message = (id: string) => [...threads.values()].flat().find((m) => m.id === id);
  const draft = (id: string): DraftView => {
    let found = drafts.get(id);
    if (!found) {
      const row = rows.find((r) => r.id === id);
      const text =
        row?.draft_text ?? (id === "c0" ? "Sí, María: el viernes por la mañana. Te aviso cuando el camión salga." : "");
      drafts.set(
        id,
        (found = {
          conversation_id: id,
          message_id: crypto.randomUUID(),
          text,
          attachments: [],
          reply_to: null,
          updated_at_ms: now(),
        }),
      );
    }
    return found;
  };
  const inView = (view: InboxView) => (r: InboxRow) => {
    const scope =
      view.scope === "everything" ||
      (view.scope === "blocked"
        ? r.blocked
        : r.state.state === view.scope || (view.scope === "open" && options.scene === "full"));
    const f = view.filter;
    return (
      scope &&
      (view.tab === "all" || r.unread > 0 || r.manual_unread) &&
      (f.line_ids.length === 0 || f.line_ids.includes(r.line.id)) &&
      (!f.waiting_on || (f.waiting_on === "us") === (r.waiting_since_ms !== null)) &&
      (!f.has_draft || r.draft_text !== null) &&
      (!f.has_failed || r.failed_count > 0)
    );
  };
  const listed = (view: InboxView) =>
    rows.filter(inView(view)).sort((a, b) => b.last_at_ms - a.last_at_ms || (a.id < b.id ? 1 : -1));
  const changeRow = (id: string, patch: Partial<InboxRow>) => {
    const before = rows.find((r) => r.id === id);
    rows = rows.map((r) => (r.id === id ? { ...r, ...patch } : r));
    emit({ event: "conversations_changed", ids: [id] });
    return before;
  };
  const undos = new Map<string, () => void>();
  const undoable = (undo: () => void) => {
    const id = crypto.randomUUID();
    undos.set(id, undo);
    return { undo: { id } };
  };
  const patchRow = (id: string, patch: Partial<InboxRow>) => {
    const before = changeRow(id, patch);
    return undoable(() => before && changeRow(id, before));
  };
  const putMessage = (m: MessageView) => {
    const list = thread(m.conversation_id);
    const at = list.findIndex((x) => x.id === m.id);
    if (at === -1) list.push(m);
    else list[at] = m;
    emit({ event: "messages_changed", conversation_id: m.conversation_id, ids: [m.id] });
  };

  const conversation = (id: string) => {
    const row = rows.find((r) => r.id === id);
    if (!row) throw new ApiError("NOT_FOUND");
    return viewOf(row);
  };
  const page = ({ conversation_id, at, limit, with_events }: Commands["list_messages"]["args"]) => {
    const all = thread(conversation_id)
      .filter((m) => with_events || m.direction !== "event")
      .sort((a, b) => a.key.sort_s - b.key.sort_s || a.key.conv_seq - b.key.conv_seq);
    const index = (key: { sort_s: number; conv_seq: number }) =>
      all.findIndex((m) => m.key.sort_s === key.sort_s && m.key.conv_seq === key.conv_seq);
    let from = Math.max(0, all.length - limit);
    let to = all.length;
    if (at.at === "oldest") [from, to] = [0, limit];
    else if (at.at === "before") [from, to] = [Math.max(0, index(at.key) - limit), index(at.key)];
    else if (at.at === "after") [from, to] = [index(at.key) + 1, index(at.key) + 1 + limit];
    else if (at.at === "around" || at.at === "date") {
      const middle =
        at.at === "around" ? all.findIndex((m) => m.id === at.message_id) : all.findIndex((m) => m.at_ms >= at.at_ms);
      [from, to] = [Math.max(0, middle - limit / 2), middle + limit / 2];
    }
    return { messages: all.slice(from, to), has_before: from > 0, has_after: to < all.length };
  };

  const answers: Handlers = {
    get_app_state: state,
    create_workspace: ({ language }) => {
      phase = { phase: "ready" };
      settings = { ...settings, language };
      return state();
    },
    update_settings: (patch) => {
      const before = settings;
      settings = { ...settings, ...patch };
      emit({ event: "state_changed" });
      return undoable(() => {
        settings = before;
        emit({ event: "state_changed" });
      });
    },
    get_ui_state: ({ key }) =>
      memory.get(key) ?? (key === "window" && options.scene === "full" ? JSON.stringify({ chosen: "c0" }) : null),
    put_ui_state: ({ key, value }) => (memory.set(key, value), {}),
    undo: ({ id }) => (undos.get(id)?.(), { is_done: true, left_out: [] }),
    list_conversations: ({ view, after, from_index, limit }) => {
      const all = listed(view);
      const start = after ? all.findIndex((r) => r.id === after.id) + 1 : (from_index ?? 0);
      const page = all.slice(start, start + limit);
      const last = page.at(-1);
      return { rows: page, next: last && start + limit < all.length ? { sort: last.last_at_ms, id: last.id } : null };
    },
    get_inbox_rows: ({ view, ids }) =>
      rows
        .filter((r) => ids.includes(r.id))
        .map((row) => ({ row, in_view: inView(view)(row), key: { sort: row.last_at_ms, id: row.id } })),
    get_inbox_counts: (view) => ({
      all: listed({ ...view, tab: "all" }).length,
      unread: listed({ ...view, tab: "unread" }).length,
      badge: rows.filter((r) => r.unread > 0 || r.manual_unread).length,
      snoozed: 1,
      closed: 1,
      blocked: 0,
    }),
    close_conversation: ({ conversation_id, reason }) =>
      patchRow(conversation_id, { state: { state: "closed", reason } }),
    reopen_conversation: ({ conversation_id }) => patchRow(conversation_id, { state: { state: "open" } }),
    snooze_conversation: ({ conversation_id, until_ms, until_reply }) =>
      patchRow(conversation_id, { state: { state: "snoozed", until_ms, until_reply, by: "me" } }),
    list_snooze_presets: () => [
      { key: "later_today", until_ms: now() + 3 * 3_600_000 },
      { key: "tomorrow", until_ms: new Date(NOW + 86_400_000).setHours(8, 0, 0, 0) },
      { key: "weekend", until_ms: new Date(NOW + 3 * 86_400_000).setHours(10, 0, 0, 0) },
      { key: "next_week", until_ms: new Date(NOW + 5 * 86_400_000).setHours(8, 0, 0, 0) },
    ],
    parse_time: ({ text }) => ({ at_ms: /\d/.test(text) ? now() + 5 * 3_600_000 : null }),
    mark_read: ({ conversation_id }) => patchRow(conversation_id, { unread: 0, manual_unread: false }),
    mark_unread: ({ conversation_id }) => patchRow(conversation_id, { manual_unread: true }),
    mark_no_reply_needed: ({ conversation_id }) => patchRow(conversation_id, { waiting_since_ms: null }),
    bulk_conversations: ({ target }) => ({
      done: target.on === "ids" ? target.ids.length : rows.length,
      skipped: 0,
      ...undoable(() => undefined),
    }),
    get_conversation: ({ conversation_id }) => conversation(conversation_id),
    list_messages: page,
    // It knows no history and no notes.
    get_thread: ({ conversation_id, at, limit, with_events }) => ({
      view: conversation(conversation_id),
      page: page({ conversation_id, at, limit, with_events }),
      steps: [],
      notes: [],
    }),
    get_messages: ({ ids }) => [...threads.values()].flat().filter((m) => ids.includes(m.id)),
    get_delivery: ({ message_id }) => ({
      marks: [
        { attempt: 1, status: "queued", at_ms: now() - 60_000 },
        {
          attempt: 1,
          status: message(message_id)?.delivery ?? "sent",
          at_ms: now() - 50_000,
          error: message(message_id)?.error ?? null,
        },
      ],
      provider_id: "8841:1203",
      attempts: 1,
      receipts: true,
    }),
    get_draft: ({ conversation_id }) => draft(conversation_id),
    save_draft: ({ settle: _settle, ...rest }) => {
      drafts.set(rest.conversation_id, { ...rest, updated_at_ms: now() });
      changeRow(rest.conversation_id, {
        draft_text: rest.text === "" && rest.attachments.length === 0 ? null : rest.text,
      });
      return {};
    },
    send_message: ({ conversation_id, message_id, text, reply_to }) => {
      const existing = thread(conversation_id).find((m) => m.id === message_id);
      const sent: MessageView = existing ?? {
        ...thread(conversation_id).find((m) => m.direction === "out")!,
        id: message_id,
        body: { kind: "text", text },
        key: { sort_s: 253_402_300_799, conv_seq: ++seq },
        at_ms: now(),
        received_at_ms: now(),
        delivery: "queued",
        held_until_ms: now() + settings.undo_send_s * 1000,
        error: null,
        quote: null,
        author: { by: "member", id: "me" },
        author_name: "Ana Paredes",
        reactions: [],
        allowed: ["cancel"],
      };
      void reply_to;
      putMessage(sent);
      const next: DraftView = {
        conversation_id,
        message_id: crypto.randomUUID(),
        text: "",
        attachments: [],
        reply_to: null,
        updated_at_ms: now(),
      };
      drafts.set(conversation_id, next);
      changeRow(conversation_id, {
        draft_text: null,
        last_at_ms: now(),
        preview: { message_id, from_us: true, kind: "text", text, delivery: "queued", held: true },
      });
      setTimeout(() => {
        const still = message(message_id);
        if (!still || still.held_until_ms === null) return;
        putMessage({ ...still, held_until_ms: null, delivery: "sent" });
        setTimeout(() => putMessage({ ...still, held_until_ms: null, delivery: "read" }), 1500);
      }, settings.undo_send_s * 1000);
      return { messages: [sent], draft: next };
    },
    undo_send: ({ message_id }) => {
      const taken = message(message_id);
      if (!taken) throw new ApiError("WRONG_DELIVERY");
      const list = thread(taken.conversation_id);
      list.splice(list.indexOf(taken), 1);
      emit({ event: "messages_changed", conversation_id: taken.conversation_id, ids: [message_id] });
      const back: DraftView = {
        conversation_id: taken.conversation_id,
        message_id,
        text: taken.body.kind === "text" ? taken.body.text : "",
        attachments: [],
        reply_to: null,
        updated_at_ms: now(),
      };
      drafts.set(taken.conversation_id, back);
      return back;
    },
    get_filled_quick_reply: ({ id }) => ({
      text: id === "q1" ? "Hola, María. ¿En qué te ayudo?" : "La cuenta para separar es BCP 191-2345678-0-12.",
      attachments: [],
      missing: [],
    }),
    connect_simulator: () => {
      theLines = lines.slice(2);
      rows = makeRows(0).slice(0, 4);
      setTimeout(() => {
        emit({ event: "lines_changed" });
        emit({ event: "conversations_changed", ids: [] });
      }, 50);
      return lines[2]!;
    },
    get_status: () => ({
      hub: "in_this_app",
      lines: theLines.map((l) => ({
        line_id: l.id,
        name: l.name,
        state: l.state,
        last_heard_ms: l.last_heard_ms,
        slow_until_ms: l.slow_until_ms,
      })),
      waiting: options.scene === "full" ? 3 : 0,
      asking: 0,
      failed: 0,
      unknown: 0,
      unsynced: 0,
      review: 0,
      clock_off_ms: null,
      now_ms: now(),
      time_is_sure: true,
      database: "good",
    }),
    get_link: ({ url }) => ({ url, host: new URL(url).host }),
    open_link: () => ({}),
  };

  Object.assign(
    answers,
    more({
      full: options.scene === "full",
      emit,
      now,
      undoable,
      rows: () => rows,
      changeRow,
      thread,
      lines: () => theLines,
      setLines: (next) => (theLines = next),
      rename: (name) => (workspace = name),
      setCountry: (code) => (country = code),
    }),
  );

  const transport: Transport = {
    async call(command, args) {
      const answer = (answers as Record<string, ((args: unknown) => unknown) | undefined>)[command];
      if (!answer) throw new ApiError("UNKNOWN_COMMAND", { command });
      const result = await answer(structuredClone(args));
      return result === null || result === undefined ? result : structuredClone(result);
    },
    events(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    mediaUrl: (hash) => (hash === "table" ? PICTURE : ""),
    upload: () => Promise.resolve("blob"),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  };

  return {
    transport,
    emit,
    /** A customer writes now. */
    receive(conversation_id: string, text: string) {
      const list = thread(conversation_id);
      const row = rows.find((r) => r.id === conversation_id)!;
      const inbound_no = Math.max(0, ...list.map((m) => m.inbound_no ?? 0)) + 1;
      const base = list.find((m) => m.direction === "in")!;
      const at_ms = now();
      putMessage({
        ...base,
        id: crypto.randomUUID(),
        body: { kind: "text", text },
        key: { sort_s: Math.floor(at_ms / 1000), conv_seq: ++seq },
        inbound_no,
        at_ms,
        received_at_ms: at_ms,
        quote: null,
        reactions: [],
      });
      changeRow(conversation_id, {
        last_at_ms: at_ms,
        unread: row.unread + 1,
        preview: { message_id: `x${seq}`, from_us: false, kind: "text", text, delivery: "received", held: false },
      });
      emit({ event: "message_arrived", conversation_id, message_id: `x${seq}`, name: row.name });
    },
  };
}
