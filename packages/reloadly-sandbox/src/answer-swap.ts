import type { Answer } from "./answer.js";

/** A POST without a partner gets its own answer after this: senders wait about as long. */
const PARTNER_WAIT_MS = 60_000;

/** Exchanges the answers of two POSTs: each is told the other's transaction. */
export class AnswerSwap {
  #first: { answer: Answer; give: (answer: Answer) => void } | undefined;
  readonly #later: (delayMs: number, action: () => Answer) => Promise<Answer>;

  /** `later` acts after a wait, unless the sandbox closes first. */
  constructor(later: (delayMs: number, action: () => Answer) => Promise<Answer>) {
    this.#later = later;
  }

  /** Resolves to the answer of the POST that comes next, or of the one that waits. */
  exchange(answer: Answer): Promise<Answer> {
    const first = this.#first;
    if (first !== undefined) {
      this.#first = undefined;
      first.give(answer);
      return Promise.resolve(first.answer);
    }
    const partner = new Promise<Answer>((give) => {
      this.#first = { answer, give };
    });
    const alone = this.#later(PARTNER_WAIT_MS, () => {
      if (this.#first?.answer === answer) this.#first = undefined;
      return answer;
    });
    return Promise.race([partner, alone]);
  }
}
