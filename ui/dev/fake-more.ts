// The rest of the small app of the preview, by topic.
import { alerts } from "./fake-alerts";
import { contacts } from "./fake-contacts";
import { lines } from "./fake-lines";
import { system } from "./fake-system";
import type { Handlers, World } from "./fake-world";
import { writing } from "./fake-writing";

export function more(world: World): Handlers {
  const written = writing(world);
  const toReview = () => (written.list_review!({}) as unknown[]).length;
  return { ...alerts(world), ...contacts(world), ...lines(world), ...written, ...system(world, toReview) };
}
