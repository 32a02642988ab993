import { register } from "../../app/actions.svelte";
import { closeAlertLog, hideNames, muteAll, mutedAll, namesHidden, showAlertLog } from "../../app/alerts.svelte";
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
    {
      id: "alerts.hide_hour",
      title: () => `${m.alerts_hide()}: ${m.alerts_hide_hour()}`,
      words: m.alerts_privacy,
      group: "app",
      run: () => hideNames("one_hour"),
    },
    {
      id: "alerts.hide",
      title: () => `${m.alerts_hide()}: ${m.alerts_hide_for_now()}`,
      words: m.alerts_privacy,
      group: "app",
      run: () => hideNames("for_now"),
    },
    {
      id: "alerts.show_names",
      title: () => `${m.alerts_show_names()}: ${m.alerts_title()}`,
      words: m.alerts_hide,
      group: "app",
      run: () => hideNames(null),
      available: () => namesHidden() !== undefined || m.alerts_names_shown(),
    },
  );
}
