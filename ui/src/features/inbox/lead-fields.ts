// What the list can be narrowed by of the contact's newest lead, and the tags of the contact: the choices of each field,
// and how a filter says them.
import type { InboxFilter, Marker } from "../../backend";
import { memberName, sale } from "../../app/sale.svelte";
import { tagOf, tags } from "../../app/tags.svelte";
import type { Pickable } from "../../components/pick";
import { MARKERS, markerName, markerSign, saleName } from "../../lib/sale";
import { number } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";

export type LeadField = "status" | "stage" | "marker" | "source" | "responsible" | "tags";
export const LEAD_FIELDS: readonly LeadField[] = ["status", "stage", "marker", "source", "responsible", "tags"];

const NOBODY = "nobody";

export function fieldName(field: LeadField): string {
  return {
    status: m.lead_status,
    stage: m.lead_stage,
    marker: m.lead_marker,
    source: m.lead_source,
    responsible: m.lead_responsible,
    tags: m.tags,
  }[field]();
}

export function choices(field: LeadField): Pickable[] {
  const view = sale();
  switch (field) {
    case "status":
      return (view?.statuses ?? []).map((row) => ({ value: row.id, label: saleName(row), dot: row.color }));
    case "stage": {
      const intake = view?.intake
        ? [{ value: view.intake.id, label: saleName(view.intake), dot: view.intake.color }]
        : [];
      const funnels = (view?.funnels ?? []).flatMap(({ funnel, stages }) => [
        { value: funnel.id, label: saleName(funnel), stands_for: stages.map((stage) => stage.id) },
        ...stages.map((stage) => ({ value: stage.id, label: saleName(stage), dot: stage.color, inner: true })),
      ]);
      return [...intake, ...funnels];
    }
    case "marker":
      return MARKERS.map((marker) => ({ value: marker, label: markerName(marker), sign: markerSign(marker) }));
    case "source":
      return (view?.sources ?? []).map((row) => ({ value: row.id, label: saleName(row) }));
    case "responsible":
      return [
        { value: NOBODY, label: m.filter_nobody() },
        ...(view?.members ?? []).map(({ id }) => ({ value: id, label: memberName(id) })),
      ];
    case "tags":
      return tags().map(({ tag }) => ({ value: tag.id, label: tag.name, dot: tag.color }));
  }
}

export function chosenOf(field: LeadField, filter: InboxFilter): readonly string[] {
  switch (field) {
    case "status":
      return filter.lead_status_ids;
    case "stage":
      return filter.stage_ids;
    case "marker":
      return filter.markers;
    case "source":
      return filter.source_ids;
    case "responsible":
      return [...(filter.nobodys ? [NOBODY] : []), ...filter.responsible_ids];
    case "tags":
      return filter.tag_ids;
  }
}

export function patchOf(field: LeadField, chosen: readonly string[]): Partial<InboxFilter> {
  switch (field) {
    case "status":
      return { lead_status_ids: [...chosen] };
    case "stage":
      return { stage_ids: [...chosen] };
    case "marker":
      return { markers: [...chosen] as Marker[] };
    case "source":
      return { source_ids: [...chosen] };
    case "responsible":
      return { nobodys: chosen.includes(NOBODY), responsible_ids: chosen.filter((one) => one !== NOBODY) };
    case "tags":
      return chosen.length > 1 ? { tag_ids: [...chosen] } : { tag_ids: [...chosen], all_tags: false };
  }
}

/** "New, Qualified", or how many; of what is gone meanwhile a mark. */
export function wordsOf(field: LeadField, filter: InboxFilter): string {
  const chosen = chosenOf(field, filter);
  if (chosen.length > 2) return number(chosen.length);
  const known = choices(field);
  const name = (value: string) =>
    known.find((one) => one.value === value)?.label ?? (field === "tags" ? tagOf(value)?.name : undefined) ?? "…";
  return chosen.map(name).join(field === "tags" && filter.all_tags ? " + " : ", ");
}
