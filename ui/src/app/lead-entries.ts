// The values that a lead can be given, as entries of a menu: in the panel, in the table, for one lead or for many.
import type { LeadStatusId, Marker, MemberId, Stage, StageId } from "../backend";
import { giveTo } from "./away";
import { finalStatuses, memberName, openStatuses, sale } from "./sale.svelte";
import type { MenuEntry, MenuItem } from "../components/menu";
import { MARKERS, markerName, markerSign, saleName, type Named } from "../lib/sale";
import { m } from "../paraglide/messages.js";

type Coloured = Named & { id: string; color: string };
const entry =
  <Id extends string>(now: Id | null | undefined, run: (id: string) => void) =>
  (one: Coloured): MenuItem => ({
    label: saleName(one),
    dot: one.color,
    checked: now === undefined ? undefined : one.id === now,
    run: () => run(one.id),
  });

export function statusEntries(now: LeadStatusId | undefined, run: (id: LeadStatusId) => void): MenuEntry[] {
  return [
    { kind: "caption", label: m.lead_group_open() },
    ...openStatuses().map(entry(now, run)),
    { kind: "caption", label: m.lead_group_final() },
    ...finalStatuses().map(entry(now, run)),
  ];
}

/** Several funnels open menus of their own. */
export function stageEntries(now: StageId | undefined, run: (id: StageId) => void): MenuEntry[] {
  const { intake, funnels } = sale() ?? { intake: null, funnels: [] };
  const first: MenuEntry[] = intake ? [entry(now, run)(intake)] : [];
  if (funnels.length === 1) return [...first, { kind: "line" }, ...funnels[0]!.stages.map(entry(now, run))];
  return [
    ...first,
    { kind: "line" },
    ...funnels.map(({ funnel, stages }): MenuEntry => ({
      kind: "branch",
      label: saleName(funnel),
      dot: funnel.color,
      entries: stages.map(entry(now, run)),
    })),
  ];
}
/** The same in one list, for a menu that is itself inside of one. */
export function flatStages(now: StageId | undefined, run: (id: StageId) => void): (MenuItem | { kind: "line" })[] {
  const { intake, funnels } = sale() ?? { intake: null, funnels: [] };
  const item = (stage: Stage, before: string): MenuItem => {
    const made = entry(now, run)(stage);
    return { ...made, label: before + made.label };
  };
  return [
    ...(intake ? [item(intake, "")] : []),
    ...funnels.flatMap(({ funnel, stages }) => [
      { kind: "line" as const },
      ...stages.map((stage) => item(stage, funnels.length > 1 ? `${saleName(funnel)} · ` : "")),
    ]),
  ];
}

export function markerEntries(
  now: Marker | undefined,
  run: (marker: Marker) => void,
  keys: (marker: Marker) => string | undefined = () => undefined,
): MenuItem[] {
  return MARKERS.map((marker) => ({
    label: markerName(marker),
    sign: markerSign(marker),
    checked: now === undefined ? undefined : marker === now,
    keys: keys(marker),
    run: () => run(marker),
  }));
}

/** `detail` says how much somebody has already. Who is away says so, and is asked about (LED-04). `now` undefined: of many, nobody is checked. */
export function peopleEntries(
  now: MemberId | null | undefined,
  run: (id: MemberId | null) => void,
  detail: (id: MemberId) => string | undefined = () => undefined,
): MenuItem[] {
  const checked = (id: MemberId | null) => (now === undefined ? undefined : id === now);
  return [
    ...(sale()?.members ?? []).map((member): MenuItem => ({
      label: memberName(member.id),
      detail: [
        detail(member.id) ?? (member.is_me && member.name ? m.lead_me() : undefined),
        member.away ? m.availability_away() : undefined,
      ]
        .filter(Boolean)
        .join(" · "),
      checked: checked(member.id),
      run: () => (member.id === now ? run(member.id) : giveTo(member.id, () => run(member.id))),
    })),
    { label: m.lead_nobody(), checked: checked(null), run: () => run(null) },
  ];
}
