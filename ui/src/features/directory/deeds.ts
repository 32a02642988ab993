// What is done to the picked contacts: one deed, one report in words, one undo.
import { ApiError, call, type ContactBulkReport, type ContactDeed, type ContactTarget } from "../../backend";
import { tell } from "../../app/act";
import { inChunks, sayWithThem, type Progress } from "../../app/bulk-leads";
import { leftWords, reported } from "../../app/left-out";
import { tagOf } from "../../app/tags.svelte";
import { number } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";

/** "5 contacts archived · 3 were already active: skipped" */
function words(deed: ContactDeed, report: ContactBulkReport): string {
  const count = report.done;
  const shown = number(count);
  const DID: Record<ContactDeed["do"], () => string> = {
    assign: () => m.directory_did_assign({ count, shown }),
    stage: () => m.directory_did_stage({ count, shown }),
    source: () => m.directory_did_source({ count, shown }),
    archive: () => m.directory_did_archive({ count, shown }),
    unarchive: () => m.directory_did_unarchive({ count, shown }),
    delete: () => m.directory_did_delete({ count, shown }),
    restore: () => m.directory_did_restore({ count, shown }),
    tag: () => {
      const isOn = deed.do === "tag" && deed.on;
      return (isOn ? m.did_bulk_tag : m.did_bulk_untag)({
        count,
        shown,
        tag: deed.do === "tag" ? (tagOf(deed.tag_id)?.name ?? "") : "",
      });
    },
  };
  const not = report.left_out.map(leftWords);
  if (report.left > 0) not.push(m.directory_left({ count: report.left, shown: number(report.left) }));
  return reported(count > 0, DID[deed.do], not);
}

/** `expect`: how many a person was asked about. Answers how many they are by now where they are others, and false
 *  where nothing was done. */
export async function doTo(
  target: ContactTarget,
  deed: ContactDeed,
  progress: (now: Progress | null) => void,
  expect?: number,
): Promise<boolean | { now: number }> {
  try {
    const report = await inChunks(progress, (id) => call("bulk_contacts", { id, target, deed, expect }));
    const said = words(deed, report);
    sayWithThem(said, report.undo, report.left_out);
    if (report.error) tell(report.error);
    return true;
  } catch (error) {
    tell(error);
    const { code, params } = ApiError.from(error);
    return code === "COUNT_CHANGED" && { now: Number(params["now"]) };
  }
}
