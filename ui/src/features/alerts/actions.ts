import { register } from "../../app/actions.svelte";
import { closeAlertLog, muteAll, mutedAll, showAlertLog } from "../../app/alerts.svelte";
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
      id: "alerts.mute",
      title: () => `${m.alerts_mute_all()}: ${m.mute_one_hour()}`,
      group: "app",
      run: () => muteAll("one_hour"),
      available: () => !mutedAll() || m.reason_already(),
    },
    {
      id: "alerts.unmute",
      title: m.alerts_hear_again,
      words: m.alerts_mute_all,
      group: "app",
      run: () => muteAll(null),
      available: () => !!mutedAll() || m.reason_not_muted(),
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
