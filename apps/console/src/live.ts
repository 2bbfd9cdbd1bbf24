import { signal } from "@preact/signals";
import { after } from "./clock.js";

/** The event stream of this page. */
export const live = {
  /** Whether it is open. While it is not, pages ask in intervals. */
  isLive: signal(false),
  /** How many events have come. */
  events: signal(0),
};

let source: EventSource | undefined;

/** Opens the stream. The browser opens it again after it breaks, and goes on where it ended. */
export function goLive(): void {
  if (source !== undefined) return;
  source = new EventSource("/v1/events/stream");
  source.onopen = () => {
    live.isLive.value = true;
  };
  source.onerror = () => {
    live.isLive.value = false;
    if (source?.readyState === EventSource.CLOSED) retryLater();
  };
  for (const type of EVENT_NAMES) source.addEventListener(type, noteEvent);
}

/** Closes the stream: nobody is signed in. */
export function endLive(): void {
  source?.close();
  source = undefined;
  live.isLive.value = false;
}

function noteEvent(): void {
  live.events.value += 1;
}

/** The browser gives up for good after an answer such as 503. */
const RETRY_MS = 5_000;

function retryLater(): void {
  source = undefined;
  after(RETRY_MS, () => {
    if (source === undefined) goLive();
  });
}

const EVENT_NAMES = [
  "topup.succeeded",
  "topup.refunded",
  "topup.failed",
  "topup.rejected",
  "topup.cancelled",
  "topup.held",
  "topup.review",
  "topup.contradicted",
  "topup.overpaid",
  "provider.orphan",
  "topup.contradiction_accepted",
  "campaign.checked",
  "campaign.started",
  "campaign.paused",
  "campaign.resumed",
  "campaign.progress",
  "campaign.completed",
  "campaign.cancelled",
];
