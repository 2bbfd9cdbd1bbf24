export { LedgerCorruptError, LedgerUnavailableError } from "./errors.js";
export { followEvents, LOG_START, readEvents } from "./event-log.js";
export { Gates } from "./gates.js";
export { queuePrefix } from "./keys.js";
export {
  type Accepted,
  type Claimed,
  Ledger,
  type LedgerOptions,
  type ListFilter,
  type ListPage,
  type Looked,
  type Moved,
  type MoveOptions,
  type NewTopup,
} from "./ledger.js";
