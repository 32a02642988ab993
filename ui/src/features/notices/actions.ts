import { register } from "../../app/actions.svelte";
import { noticeCounts, noticesOpen, openNotices, readAllNotices } from "../../app/notices.svelte";
import { currentScreen } from "../../app/route.svelte";
import { m } from "../../paraglide/messages.js";

export function registerNoticeActions(): () => void {
  return register(
    {
      id: "go.notices",
      title: m.action_go_notices,
      words: m.alerts_title,
      group: "go",
      keys: ["g n"],
      run: openNotices,
      available: () => !noticesOpen() || currentScreen() !== "inbox" || m.reason_already(),
    },
    {
      id: "notices.read_all",
      title: m.action_read_notices,
      words: m.alerts_title,
      group: "app",
      run: () => readAllNotices(),
      available: () => noticeCounts().unread > 0 || m.notices_none_unread(),
    },
  );
}
