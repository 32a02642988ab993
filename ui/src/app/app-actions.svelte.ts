// The actions that belong to no feature: going places, the palette, undo, how it looks.
import { m } from "../paraglide/messages.js";
import { register } from "./actions.svelte";
import { undoLast } from "./act";
import { closeAlertLog, shownAlertLog } from "./alerts.svelte";
import { appLock, lockNow } from "./app-lock.svelte";
import { desktop, quit } from "./desktop.svelte";
import { dialogs } from "./dialogs.svelte";
import { LOCALE_NAMES, LOCALES, locale } from "./locale.svelte";
import { closeNotices } from "./notices.svelte";
import { currentScreen, go, goBack, goSettings } from "./route.svelte";
import { appState, availabilityLabel, changeSettings, session } from "./session.svelte";
import { currentDensity, currentTheme, type Theme } from "./theme.svelte";
import { undoDepth } from "./undo.svelte";

export function registerAppActions(overlays: { palette: boolean; help: boolean }): () => void {
  const ready = () => appState()?.phase.phase === "ready" || m.reason_not_ready();
  const themes: Theme[] = ["system", "light", "dark"];
  const themeTitle = { system: m.action_theme_system, light: m.action_theme_light, dark: m.action_theme_dark };

  return register(
    {
      id: "go.inbox",
      title: m.action_go_inbox,
      group: "go",
      keys: ["g i"],
      run: () => {
        closeNotices();
        go("inbox");
      },
      available: ready,
    },
    {
      id: "go.board",
      title: m.action_go_board,
      words: m.board_funnel,
      group: "go",
      keys: ["g b"],
      run: () => go("board"),
      available: ready,
    },
    {
      id: "go.directory",
      title: m.action_go_directory,
      words: m.contact,
      group: "go",
      keys: ["g d"],
      run: () => go("directory"),
      available: ready,
    },
    {
      id: "contact.new",
      title: m.contact_new_title,
      words: m.directory,
      group: "app",
      run: () => void (dialogs.newContact = {}),
      available: ready,
    },
    {
      id: "contact.duplicates",
      title: m.duplicates_title,
      words: m.directory,
      group: "app",
      run: () => void (dialogs.duplicates = true),
      available: ready,
    },
    {
      id: "go.leads",
      title: m.action_go_leads,
      words: m.lead,
      group: "go",
      keys: ["g l"],
      run: () => go("leads"),
      available: ready,
    },
    {
      id: "go.agenda",
      title: m.action_go_agenda,
      words: m.follow_ups,
      group: "go",
      keys: ["g f"],
      run: () => go("agenda"),
      available: ready,
    },
    {
      id: "go.settings",
      title: m.action_go_settings,
      group: "go",
      keys: ["mod+,"],
      run: () => goSettings(),
      available: ready,
    },
    {
      id: "app.palette",
      title: m.action_palette,
      group: "app",
      keys: ["mod+k"],
      quiet: true,
      run: () => void (overlays.palette = true),
      available: ready,
    },
    {
      id: "app.lock",
      title: m.action_lock,
      words: m.pin,
      group: "app",
      keys: ["mod+shift+l"],
      run: lockNow,
      available: () => (ready() !== true ? ready() : appLock().is_set || m.reason_no_pin()),
    },
    { id: "app.help", title: m.action_help, group: "app", keys: ["?"], run: () => void (overlays.help = true) },
    {
      id: "app.undo",
      title: m.action_undo,
      group: "app",
      keys: ["mod+z"],
      run: undoLast,
      available: () => undoDepth() > 0 || m.nothing_to_undo(),
    },
    ...themes.map((theme) => ({
      id: `app.theme.${theme}`,
      title: themeTitle[theme],
      words: m.theme,
      group: "app" as const,
      run: () => changeSettings({ theme }, themeTitle[theme]()),
      available: () => currentTheme() !== theme || m.reason_already(),
    })),
    {
      id: "app.density",
      title: m.action_density,
      group: "app",
      run: () =>
        changeSettings({ density: currentDensity() === "compact" ? "comfortable" : "compact" }, m.did_density()),
      available: ready,
    },
    ...LOCALES.map((language) => ({
      id: `app.language.${language}`,
      title: () => m.action_locale({ language: LOCALE_NAMES[language] }),
      words: () => `${m.language()} ${LOCALE_NAMES[language]}`,
      group: "app" as const,
      run: () => changeSettings({ language }, m.did_language),
      available: () => locale() !== language || m.reason_already(),
    })),
    ...(["online", "away"] as const).map((availability) => ({
      id: `app.availability.${availability}`,
      title: () => `${m.availability()}: ${availability === "away" ? m.availability_away() : m.availability_online()}`,
      group: "app" as const,
      run: () => changeSettings({ availability }, () => availabilityLabel(availability)),
      available: () =>
        ready() !== true ? ready() : session()?.settings.availability !== availability || m.reason_already(),
    })),
    {
      id: "app.quit",
      title: m.tray_quit,
      group: "app",
      keys: ["mod+q"],
      run: quit,
      available: () => desktop() !== null || m.error_no_desktop(),
    },
    {
      id: "app.back",
      title: m.back,
      group: "go",
      quiet: true,
      keys: ["esc"],
      // A page of a page first.
      run: () => (currentScreen() === "settings" && shownAlertLog() ? closeAlertLog() : goBack()),
      available: () => currentScreen() === "settings" || m.reason_already(),
    },
  );
}
