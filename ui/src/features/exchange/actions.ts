import { register } from "../../app/actions.svelte";
import { goSettings } from "../../app/route.svelte";
import { m } from "../../paraglide/messages.js";
import { openExport } from "../../app/exporting.svelte";
import { beginChats, beginImport } from "./shown.svelte";

export function registerExchangeActions(): () => void {
  return register(
    {
      id: "exchange.import",
      title: m.import_contacts,
      words: m.exchange_title,
      group: "app",
      run: () => {
        beginImport();
        goSettings("exchange");
      },
    },
    {
      id: "exchange.import-chats",
      title: m.chats_import,
      words: m.exchange_title,
      group: "app",
      run: () => {
        beginChats();
        goSettings("exchange");
      },
    },
    {
      id: "exchange.export-contacts",
      title: m.export_contacts,
      words: m.exchange_title,
      group: "app",
      run: () => openExport({ what: "contacts" }),
    },
    {
      id: "exchange.export-workspace",
      title: m.export_workspace,
      words: m.exchange_title,
      group: "app",
      run: () => openExport({ what: "workspace" }),
    },
    {
      id: "settings.exchange",
      title: () => `${m.settings()}: ${m.exchange_title()}`,
      group: "app",
      run: () => goSettings("exchange"),
    },
  );
}
