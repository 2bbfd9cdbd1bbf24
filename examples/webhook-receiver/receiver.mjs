/**
 * Receives Surefill's webhooks: verifies them with the `standardwebhooks` package, takes each event once, and answers
 * only when that is on the disk.
 *
 *   WEBHOOK_SECRET=whsec_… JOURNAL=received.jsonl PORT=4000 node examples/webhook-receiver/receiver.mjs
 *
 * The secret is in the answer to `POST /v1/webhook-endpoints`, and nowhere else.
 */
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { openJournal } from "../journal.mjs";

const BODY_BYTES_MAX = 20_000; // More than any webhook of ours has.

const { WEBHOOK_SECRET: secret, JOURNAL: path = "received.jsonl", PORT: port = "4000" } = process.env;
if (secret === undefined) throw new Error("WEBHOOK_SECRET is missing: the secret of your webhook endpoint, whsec_…");
const webhook = new Webhook(secret);
const journal = openJournal(path);

// Without an answer the event comes again, so whatever goes wrong here is no loss.
const server = createServer((request, response) => receive(request, response).catch(() => response.destroy()));

async function receive(request, response) {
  const body = await readBody(request);
  if (body === undefined) return response.writeHead(413).end();

  let event;
  try {
    // Over the bytes as they came: parsing and writing them again would change them. Checks the timestamp too, so
    // that nobody can play an old message again.
    event = webhook.verify(body, request.headers);
  } catch {
    return response.writeHead(401).end();
  }
  // The same event comes again whenever our answer was lost: its id tells.
  const isNew = journal.write(request.headers["webhook-id"], effectOf(event));
  if (isNew) console.log(JSON.stringify({ received: event.type, reference: event.data.reference }));
  // 2xx says "I have it". Whatever else is answered, or nothing in time, makes it come again.
  response.writeHead(204).end();
}

/** What your service makes of an event. Events may overtake each other: the higher `version` of a top-up is the later. */
function effectOf({ type, data }) {
  return { type, reference: data.reference, state: data.state, version: data.version };
}

async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

server.listen(Number(port), "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/` }));
});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close(() => journal.close());
    server.closeIdleConnections();
  });
}
