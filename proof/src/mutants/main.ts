/**
 * `node proof/dist/mutants/main.js --redis-url URL --prefix P [--part 1/2] [--only TEXT]`: kills mutants and prints one
 * line of JSON for each. Exit code 1 when one lived.
 */
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { MUTANTS, runMutants } from "./run-mutants.js";

const { values } = parseArgs({
  options: {
    "redis-url": { type: "string", default: "redis://127.0.0.1:6379" },
    prefix: { type: "string", default: "surefill-mutants" },
    part: { type: "string", default: "1/1" },
    only: { type: "string", default: "" },
  },
});
const [part = 1, parts = 1] = values.part.split("/").map(Number);
// What a mutant throws is looked at by its kind alone.
Error.stackTraceLimit = 0;
const redis = new Redis(values["redis-url"], { commandTimeout: 10_000 });
const chosen = MUTANTS.filter(({ name }, index) => name.includes(values.only) && index % parts === part - 1);
try {
  await runMutants(chosen, { redis, prefix: values.prefix }, (result) => {
    console.log(JSON.stringify(result));
    if (result.killedBy === undefined) process.exitCode = 1;
  });
} finally {
  redis.disconnect();
}
