/**
 * Every place where a process hands something to the outside and waits: between two of these it does nothing that
 * outlives it. A run can be stopped at each of them, before the effect or after it. The list is closed; a call that is
 * not in it cannot be made in the harness.
 */
export const SEAMS = {
  "ledger.accept": "store a new top-up",
  "ledger.claim": "claim the right to send",
  "ledger.move": "write a decision down",
  "ledger.evidence": "keep a transactionId",
  "ledger.look": "read a record",
  "ledger.overdue": "list overdue records",
  "ledger.ring": "set a record's next alarm",
  "ledger.records": "read several records",
  "ledger.confirmed": "find a confirmed top-up to hold the report against",
  "ledger.now": "ask for the ledger's time",
  "gates.close": "close a gate",
  "gates.failure": "count a failure against a gate",
  "gates.open": "open a gate",
  "gates.closed": "list the closed gates",
  "gates.parked": "list the rows at a gate",
  "journal.append": "write down what is about to be sent",
  "queue.take": "take a job",
  "queue.ring": "put a job into a queue",
  "queue.find": "ask for a job's state",
  "queue.hurry": "let a delayed job ring now",
  "queue.replace-data": "take personal data out of a job",
  "queue.delay": "let the job at hand ring again later",
  "queue.finish": "end a job",
  "provider.token": "fetch a token",
  "provider.post": "POST a top-up",
  "provider.status": "ask for a transaction's status",
  "provider.report": "look an identifier up in the report",
  "provider.detect": "detect an operator",
  "provider.balance": "ask for the balance",
} as const;

export type Seam = keyof typeof SEAMS;
