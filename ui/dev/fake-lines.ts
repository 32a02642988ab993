// Lines and the workspace, in the preview's small app.
import { ApiError, type Done, type LineView } from "../src/backend";
import { later, type Handlers, type World } from "./fake-world";

export function lines(world: World): Handlers {
  const lineChange = (id: string, patch: Partial<LineView>): Done => {
    const before = world.lines();
    world.setLines(before.map((l) => (l.id === id ? { ...l, ...patch } : l)));
    world.emit({ event: "lines_changed" });
    return world.undoable(() => {
      world.setLines(before);
      world.emit({ event: "lines_changed" });
    });
  };
  const judge = (token: string): void => {
    if (!/^\d+:[\w-]{20,}$/.test(token)) throw new ApiError("TOKEN_SHAPE");
    if (token.startsWith("401")) throw new ApiError("UNAUTHORIZED");
    if (token.startsWith("409")) throw new ApiError("CONFLICT", {}, true);
    if (token.startsWith("500")) throw new ApiError("NOT_REACHED", {}, true);
    if (token.startsWith("100")) throw new ApiError("LINE_DUPLICATE", { line_id: "l1", name: "Ventas 1" });
  };

  return {
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
  };
}
