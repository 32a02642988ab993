// Who may be meant by what is being typed: asked when the typing rests, answered for the newest words alone.
import { call, type SameContact } from "../../backend";

const TYPED_MS = 180;

/** `asked`: what is typed now, each trimmed; undefined asks nothing. Called while a component is set up. */
export function sameAsTyped(asked: () => { name: string; phone: string; email: string } | undefined): {
  readonly list: readonly SameContact[];
} {
  let same = $state.raw<readonly SameContact[]>([]);
  $effect(() => {
    const now = asked();
    if (!now || (now.name === "" && now.phone === "" && now.email === "")) {
      same = [];
      return;
    }
    let stale = false;
    const timer = setTimeout(() => {
      void call("list_same_contacts", now)
        .then((found) => {
          if (!stale) same = found;
        })
        .catch(() => undefined);
    }, TYPED_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  });
  return {
    get list() {
      return same;
    },
  };
}
