/** What each part of the command says of itself. Apart from the parts, so that help needs nothing else loaded. */
export const DESCRIPTIONS = {
  campaign: `Campaigns: a file of recipients, under control from upload to result.
Asks the producer at SUREFILL_URL (default http://127.0.0.1:3000) with the API key in SUREFILL_KEY.
Exit code 0: done; 1: refused, cancelled or not true; 2: the command could not be carried out; 130: stopped by Ctrl-C,
which leaves a campaign as it is. With --json a refusal is one JSON object, too: the API's problem document.`,
  gates: `Says why top-ups wait: every closed gate with its reason, since when, the next try, how many top-ups wait and
what to do. Asks the producer at SUREFILL_URL (default http://127.0.0.1:3000) with the API key in SUREFILL_KEY.
Exit code 0: no gate is closed; 1: one is; 2: the producer could not be asked.`,
  reviews: `Lists the top-ups that wait for a person's verdict, grouped by cause, with the verdict that the evidence
supports. \`surefill reviews resolve GROUP\` gives one verdict on all of a group.
Asks the producer at SUREFILL_URL (default http://127.0.0.1:3000) with the API key in SUREFILL_KEY.
Exit code 0: nothing waits, or all were resolved; 1: some wait, some were refused, or the group has changed; 2: not done.`,
  operators: `Lists the operators that the account can send to, with their ids and amounts.
Asks the producer at SUREFILL_URL (default http://127.0.0.1:3000) with the API key in SUREFILL_KEY.
Exit code 0: some are found; 1: none is; 2: the producer could not be asked.`,
  verify: `Checks that everybody was paid exactly once: holds the ledger against itself, against Reloadly's
report and against the event log. Reads only. Takes the worker's settings from the environment.
Exit code 0: no invariant is broken, as far as was asked; 1: at least one is; 2: what was asked for could not be
checked; 78: the settings, or Redis with these settings, do not allow it.`,
  init: `Creates an empty ledger under REDIS_PREFIX, once, before the first start, for the Reloadly account of the
environment's settings. Where there is a ledger it changes nothing. Refuses where STATE_DIR or Redis show that a ledger
was there and is gone: then \`surefill rebuild\` makes it again.
Exit code 0: created, or there already; 1: refused, the reason is told; 78: the settings are wrong.`,
  rebuild: `After Redis has lost data: makes the ledger whole from the journals in STATE_DIR and Reloadly's
report, then lets everybody go on. Pays nobody: what it cannot know the end of is looked up by the workers before
anything is sent. Takes the worker's settings from the environment. Safe to run again, also after it was killed.
Exit code 0: done; 1: not done, the reason is told; 78: not done, because of the settings.`,
  recreated: `Lists the top-ups that a rebuild made again and of which Reloadly's report shows nothing that may be paid.
They are looked up, and none is sent again before a person has confirmed, once for all of them, with --confirm.
Exit code 0: nothing waits, or confirmed; 1: some wait, or the number differs; 2: not done; 78: the settings are wrong.`,
  reopen: `Says what a ledger waits for that is closed since Redis became another server (a restart, a promoted replica),
and opens it with --confirm where that cannot come. Without this it opens by itself as soon as all that was known of the
ledger has been compared.
Exit code 0: it is open; 1: it is closed, or cannot be opened; 2: not done; 78: the settings are wrong.`,
  rebind: `Gives the ledger under REDIS_PREFIX to the Reloadly account of the environment's settings. A ledger
belongs to the account that it was created for; programs with another one do not start. Refused while a
top-up or a campaign is open: it would be paid by the wrong account, or looked up where it never was. The reason is
recorded beside the ledger.
Exit code 0: done, or so already; 1: refused, the reason is told; 78: the settings are wrong.`,
  changes: `Lists who created, rebuilt, rebound and confirmed the ledger under REDIS_PREFIX, when, and why. Whoever does one
of these on the command line is recorded: by --by, or as the user of the operating system.
Exit code 0: listed; 2: the ledger could not be read; 78: the settings are wrong.`,
  people: `The people who may sign in: add, list, change, password, remove. Works on Redis itself (REDIS_URL,
REDIS_PREFIX), so the first administrator is made with it. Passwords are read from the standard input or asked for.
Exit code 0: done; 1: refused, the reason is told; 78: the settings are wrong.`,
  keys: `Keys for programs: create, list, revoke. Works on Redis itself (REDIS_URL, REDIS_PREFIX).
Exit code 0: done; 1: refused, the reason is told; 78: the settings are wrong.`,
  "audit-log": `The audit log: export it from Redis (REDIS_URL, REDIS_PREFIX), and verify an export offline.
Exit code 0: done, and the chain holds; 1: it is broken, or refused; 2: the file could not be read; 78: the settings are
wrong.`,
} as const satisfies Record<string, string>;

/** A part of the command. */
export type PartName = keyof typeof DESCRIPTIONS;
