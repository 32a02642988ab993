// What can be done to the person behind the open conversation, from the palette.
import { call } from "../../backend";
import { register } from "../../app/actions.svelte";
import { attempt } from "../../app/act";
import { chatOnScreen } from "../../app/beside.svelte";
import { chosenView } from "../../app/chosen.svelte";
import { copyText } from "../../app/copy";
import { fillFields } from "../../app/fields/fill";
import { currentScreen } from "../../app/route.svelte";
import { toast } from "../../app/toast.svelte";
import { m } from "../../paraglide/messages.js";
import { block } from "../../app/block";

export function registerContactActions(): () => void {
  const available = () => (chatOnScreen() !== null && chosenView() !== undefined) || m.reason_no_chat();
  return register(
    {
      id: "contact.block",
      title: m.contact_action_block,
      words: m.contact,
      group: "conversation",
      run: () => {
        const view = chosenView();
        if (view) void block(view.contact_id, view.name, !view.blocked);
      },
      available,
    },
    {
      id: "contact.fields",
      title: m.fields_fill,
      words: m.fields,
      group: "conversation",
      run: () => {
        const view = chosenView();
        if (view) void fillFields(view.contact_id);
      },
      // A chat that stands beside the board or the agenda has no panel there.
      available: () => {
        const is = available();
        return is === true && currentScreen() !== "inbox" ? m.fields_fill_elsewhere() : is;
      },
    },
    {
      id: "contact.copy-phone",
      title: m.contact_action_copy,
      words: m.contact,
      group: "conversation",
      run: async () => {
        const view = chosenView();
        const contact = view && (await attempt(() => call("get_contact", { contact_id: view.contact_id })));
        if (!contact) return;
        const phone = contact.phone_display || contact.phone_text;
        if (phone) await copyText(phone);
        else toast(m.contact_no_phone());
      },
      available,
    },
  );
}
