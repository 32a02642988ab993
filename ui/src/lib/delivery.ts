import type { Delivery } from "../backend";
import { m } from "../paraglide/messages.js";

export function deliveryName(delivery: Delivery): string {
  switch (delivery) {
    case "received":
      return m.delivery_received();
    case "queued":
      return m.delivery_queued();
    case "needs_ok":
      return m.delivery_needs_ok();
    case "waiting_reply":
      return m.delivery_waiting_reply();
    case "sending":
      return m.delivery_sending();
    case "sent":
      return m.delivery_sent();
    case "delivered":
      return m.delivery_delivered();
    case "read":
      return m.delivery_read();
    case "played":
      return m.delivery_played();
    case "failed":
      return m.delivery_failed();
    case "unknown":
      return m.delivery_unknown();
    case "canceled":
      return m.delivery_canceled();
  }
}
