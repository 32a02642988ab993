// Diagnostics and room on the disk, in the preview's small app.
import { later, MIN, type Handlers, type World } from "./fake-world";
import { NOW } from "./scene";

export function system(world: World, toReview: () => number): Handlers {
  return {
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
        review: toReview(),
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
    check_database: () => later(600, () => system(world, toReview).get_diagnostics!({}) as never),
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
