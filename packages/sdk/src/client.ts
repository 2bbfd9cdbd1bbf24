import { Campaigns } from "./campaigns.js";
import { Connection, type ConnectionOptions } from "./connection.js";
import { Events } from "./events.js";
import { Operators } from "./operators.js";
import { Topups } from "./topups.js";
import { WebhookEndpoints } from "./webhook-endpoints.js";

/** A client of one Surefill. */
export type Surefill = {
  topups: Topups;
  operators: Operators;
  campaigns: Campaigns;
  events: Events;
  webhookEndpoints: WebhookEndpoints;
  /** The typed calls of every path, for what the others do not have. They are repeated: only for what is safe to repeat. */
  api: Connection["api"];
};

/** Makes a client. It opens connections when they are needed, and has nothing to close. */
export function createClient(options: ConnectionOptions): Surefill {
  const connection = new Connection(options);
  return {
    topups: new Topups(connection),
    operators: new Operators(connection),
    campaigns: new Campaigns(connection),
    events: new Events(connection),
    webhookEndpoints: new WebhookEndpoints(connection),
    api: connection.api,
  };
}
