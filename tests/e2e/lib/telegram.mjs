// A small Bot API: one bot, long polling with offsets, text both ways. It answers as Telegram does, errors too.
import { once } from "node:events";
import { createServer } from "node:http";

export class TelegramFake {
  /** `{ chat_id, text }` of each message that the bot sent. */
  sent = [];
  polls = 0;
  #updates = [];
  #waiting = new Set();
  #next = { update: 1000, message: 1 };

  static async start({ token }) {
    const fake = new TelegramFake();
    fake.token = token;
    fake.server = createServer((request, response) => void fake.#answer(request, response));
    fake.server.listen(0, "127.0.0.1");
    await once(fake.server, "listening");
    fake.url = `http://127.0.0.1:${fake.server.address().port}`;
    return fake;
  }

  /** A person writes to the bot. */
  write(from, text) {
    this.#updates.push({
      update_id: this.#next.update++,
      message: {
        message_id: this.#next.message++,
        date: Math.floor(Date.now() / 1000),
        from: { is_bot: false, language_code: "es", ...from },
        chat: { type: "private", ...from },
        text,
      },
    });
    for (const wake of this.#waiting) wake();
  }

  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, this.url);
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    const body = Buffer.concat(chunks).toString();
    const args = { ...Object.fromEntries(url.searchParams), ...(body === "" ? {} : JSON.parse(body)) };
    const answer = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (token !== this.token) return answer(401, { ok: false, error_code: 401, description: "Unauthorized" });
    if (method === "getMe")
      return answer(200, {
        ok: true,
        result: { id: 123456789, is_bot: true, first_name: "Muebles Ana", username: "muebles_ana_bot", can_join_groups: false },
      });
    // A bot has a webhook or polls, never both.
    if (method === "getWebhookInfo") return answer(200, { ok: true, result: { url: this.webhook ?? "" } });
    if (method === "deleteWebhook") {
      this.webhook = undefined;
      return answer(200, { ok: true, result: true });
    }
    if (method === "getUpdates" && this.webhook)
      return answer(409, { ok: false, error_code: 409, description: "Conflict: can't use getUpdates method while webhook is active" });
    if (method === "getUpdates") {
      this.polls++;
      const offset = Number(args.offset ?? 0);
      // What lies below the offset was received: it never comes again.
      this.#updates = this.#updates.filter((update) => update.update_id >= offset);
      if (this.#updates.length === 0) await this.#news(Number(args.timeout ?? 0) * 1000, response);
      return answer(200, { ok: true, result: this.#updates.filter((update) => update.update_id >= offset) });
    }
    if (method === "sendMessage") {
      const chat_id = Number(args.chat_id);
      this.sent.push({ chat_id, text: args.text });
      const message = {
        message_id: this.#next.message++,
        date: Math.floor(Date.now() / 1000),
        chat: { id: chat_id, type: "private", first_name: "Lucía" },
        text: args.text,
      };
      return answer(200, { ok: true, result: message });
    }
    return answer(404, { ok: false, error_code: 404, description: `Not Found: method ${method} not found` });
  }

  #news(wait_ms, response) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, wait_ms);
      this.#waiting.add(end);
      response.on("close", end);
    });
  }

  async stop() {
    for (const wake of this.#waiting) wake();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
