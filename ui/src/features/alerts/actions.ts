import { register } from "../../app/actions.svelte";
import { closeAlertLog, showAlertLog } from "../../app/alerts.svelte";
import { goSettings } from "../../app/route.svelte";
import { m } from "../../paraglide/messages.js";
import { isTesting, runTest } from "./test.svelte";

export function registerAlertActions(): () => void {
  return register(
    {
      id: "settings.alerts",
      title: () => `${m.settings()}: ${m.alerts_title()}`,
      words: m.alerts_sound_each,
      group: "app",
      run: () => {
        closeAlertLog();
        goSettings("alerts");
      },
    },
    {
      id: "alerts.log",
      title: m.alert_log,
      words: m.alerts_title,
      group: "go",
      run: () => {
        showAlertLog(null);
        goSettings("alerts");
      },
    },
    {
      id: "alerts.test",
      title: () => `${m.alerts_test()}: ${m.alerts_title()}`,
      group: "app",
      run: runTest,
      available: () => !isTesting() || m.alerts_testing(),
    },
  );
}
