// Served by the dev host. The token in the address is traded for a cookie once and then leaves the address bar.
import { ApiError } from "../error";
import type { Brought, Transport } from "../transport";

const RECONNECT_MS = [250, 500, 1000, 2000, 5000];

export function httpTransport(): Transport {
  let session: Promise<void> | undefined;

  function signIn(): Promise<void> {
    const token = location.hash.startsWith("#token=") ? location.hash.slice(7) : location.hash.slice(1);
    if (!token) return Promise.resolve();
    history.replaceState(null, "", location.pathname + location.search);
    return fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
      credentials: "same-origin",
    }).then((response) => {
      if (!response.ok) throw new ApiError("session", {}, false);
    });
  }
  const ready = () => (session ??= signIn());

  const listeners = new Set<{ handler: (event: unknown) => void; resumed: () => void }>();
  let first: Promise<void> | undefined;
  /** Before anything is read: what happens after a read is heard, however soon. Resolves without a link, too: it is
   *  tried again, and what was missed is told. */
  const listening = () => (first ??= new Promise((settled) => void hear(settled)));
  async function hear(settled: () => void, failures = 0, isLate = false) {
    await ready().catch(() => undefined);
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/events`);
    socket.onopen = () => {
      failures = 0;
      settled();
      if (isLate) listeners.forEach((listener) => listener.resumed());
    };
    socket.onmessage = (message) => {
      if (typeof message.data !== "string") return;
      const event: unknown = JSON.parse(message.data);
      listeners.forEach((listener) => listener.handler(event));
    };
    socket.onclose = () => {
      settled();
      const pause_ms = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)];
      setTimeout(() => void hear(settled, failures + 1, true), pause_ms);
    };
  }

  return {
    async call(command, args) {
      await ready();
      await listening();
      let response: Response;
      try {
        response = await fetch(`/call/${command}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(args ?? {}),
          credentials: "same-origin",
        });
      } catch {
        throw new ApiError("host_unreachable", {}, true);
      }
      const text = await response.text();
      let body: unknown;
      try {
        body = text === "" ? null : JSON.parse(text);
      } catch {
        throw new ApiError("internal", {}, false);
      }
      if (!response.ok) throw ApiError.from(body);
      return body;
    },

    mediaUrl: (hash, what) => `/media/${hash}${what === "preview" ? "?as=preview" : ""}`,

    async upload(file, on = {}) {
      await ready();
      // fetch tells nothing of what has gone up.
      const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
        const request = new XMLHttpRequest();
        const failed = () => reject(new ApiError("host_unreachable", {}, true));
        request.upload.onprogress = (event) => event.lengthComputable && on.progress?.(event.loaded / event.total);
        request.onload = () => resolve({ status: request.status, text: request.responseText });
        request.onerror = request.onabort = failed;
        if (on.signal?.aborted) return failed();
        on.signal?.addEventListener("abort", () => request.abort());
        request.open("POST", "/blob");
        request.send(file);
      });
      const body = JSON.parse(text) as { hash: string };
      if (status !== 200) throw ApiError.from(body);
      return body.hash;
    },

    pickFiles: (kind) =>
      new Promise<Brought[]>((resolve) => {
        const input = document.createElement("input");
        input.type = "file";
        input.multiple = kind?.many ?? !kind;
        if (kind) input.accept = kind.extensions.map((end) => `.${end}`).join(",");
        input.onchange = () => resolve([...(input.files ?? [])].map((file) => ({ file })));
        input.oncancel = () => resolve([]);
        input.click();
      }),

    // The dev host saves into its own downloads folder; the name is enough.
    pickSavePath: (name) => Promise.resolve(name),

    events(handler, resumed) {
      const listener = { handler, resumed };
      listeners.add(listener);
      void listening();
      return () => listeners.delete(listener);
    },
  };
}
