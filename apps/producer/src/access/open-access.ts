import type { Clock, Logger } from "@surefill/runtime";
import { AccessKeys, AuditLog, type Ledger, People, Sessions } from "@surefill/topup-store";
import type { ProducerConfig } from "../config.js";
import { AuditTrail } from "./audit-trail.js";
import { identifier, identifySession } from "./identify.js";
import { PasswordChecks } from "./password-checks.js";
import type { RequestFacts } from "./request-facts.js";
import { SignIn } from "./sign-in.js";
import { StoredKeys } from "./stored-keys.js";

const DAY_MS = 86_400_000;

/** What opening needs. */
type AccessNeeds = {
  redis: ConstructorParameters<typeof AuditLog>[0];
  ledger: Pick<Ledger, "witness">;
  clock: Clock;
  log: Logger;
};

/** Opens everything that decides who may do what, and what the routes of it need. */
export function openAccess(config: ProducerConfig, { redis, ledger, clock, log }: AccessNeeds) {
  const { REDIS_PREFIX: prefix, SESSION_IDLE_MS: idleMs, SESSION_MS_MAX: mostMs } = config;
  const { witness } = ledger;
  const auditLog = new AuditLog(redis, { prefix, witness, keptMs: config.AUDIT_LOG_DAYS * DAY_MS });
  const trail = new AuditTrail(auditLog, { clock, log });
  const accessKeys = new AccessKeys(redis, { prefix, audit: auditLog });
  const people = new People(redis, { prefix, audit: auditLog });
  const sessions = new Sessions(redis, { prefix, audit: auditLog, idleMs, mostMs, witness });
  const storedKeys = new StoredKeys({ keys: accessKeys, clock });
  const passwordChecks = new PasswordChecks();
  const site = { publicUrl: config.PUBLIC_URL };
  return {
    trail,
    identify: identifier({ environmentKeys: config.API_KEYS, storedKeys, sessions, site, clock }),
    sessionOf: (request: RequestFacts) => identifySession({ sessions, site, clock }, request),
    passwordChecks,
    routeParts: {
      auditLog,
      accessKeys,
      storedKeys,
      environmentKeys: config.API_KEYS.map(({ name }) => name),
      people,
      sessions,
      signIn: new SignIn({ people, checks: passwordChecks, clock }),
      sessionLimits: { idleMs, mostMs },
      trail,
      site,
      clock,
    },
  };
}
