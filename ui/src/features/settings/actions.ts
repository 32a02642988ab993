import { register } from "../../app/actions.svelte";
import { goSettings } from "../../app/route.svelte";
import { m } from "../../paraglide/messages.js";
import { showNotices } from "./notices.svelte";

export function registerSettingsActions(): () => void {
  const sections: [string, () => string][] = [
    ["language", m.settings_look],
    ["conversations", m.settings_conversations],
    ["keys", m.settings_keys],
    ["workspace", m.settings_workspace],
    ["about", m.settings_about],
  ];
  return register(
    ...sections.map(([section, title]) => ({
      id: `settings.${section}`,
      title: () => `${m.settings()}: ${title()}`,
      group: "app" as const,
      run: () => goSettings(section),
    })),
    {
      id: "settings.notices",
      title: m.notices_title,
      words: m.notices_find,
      group: "app",
      run: () => {
        showNotices(true);
        goSettings("about");
      },
    },
  );
}
