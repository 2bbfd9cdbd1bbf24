/** A check that cannot come to an end, for a reason that its owner can do something about: the message says which. */
export class CheckImpossible extends Error {
  override readonly name = "CheckImpossible";
}

/** Somebody edited or cancelled the campaign, or another process runs its check: this one is to stop. */
export class CheckOvertaken extends Error {
  override readonly name = "CheckOvertaken";

  constructor() {
    super("the campaign is not checked by this run any more");
  }
}
