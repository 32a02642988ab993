// A funnel's stages while they are edited, and what of them has to be kept.
import type { Stage } from "../../backend";
import { saleName } from "../../lib/sale";
import { nameToSave } from "./names";

export interface Editable {
  id: string;
  code?: string | null;
  /** What it is called on screen. */
  text: string;
  /** As it was read: a name that nobody touched is kept as it was, whatever the language on screen is by now. */
  was?: { text: string; name: string };
  color: string;
  position: string;
  bound_status_id: string | null;
}

export function editable(stage: Stage): Editable {
  const { id, code, color, position } = stage;
  const text = saleName(stage);
  return {
    id,
    code,
    text,
    was: { text, name: stage.name },
    color,
    position,
    bound_status_id: stage.bound_status_id ?? null,
  };
}

/** New and changed ones. */
export function stagesToSave(now: readonly Editable[], before: readonly Stage[], funnel_id: string): Stage[] {
  return now
    .map((one): Stage => {
      const { id, code, color, position, bound_status_id, was } = one;
      const name = was?.text === one.text ? was.name : nameToSave({ code, name: "" }, one.text);
      return { id, code, funnel_id, name, color, position, bound_status_id };
    })
    .filter((one) => {
      const old = before.find((stage) => stage.id === one.id);
      return (
        !old ||
        old.name !== one.name ||
        old.color !== one.color ||
        old.position !== one.position ||
        (old.bound_status_id ?? null) !== one.bound_status_id
      );
    });
}
