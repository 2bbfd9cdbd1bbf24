/** Reads docker-compose.yml and Dockerfile as Docker would, and holds them against the code that runs in them. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadProducerConfig, producerSettings } from "@surefill/producer";
import { loadWorkerConfig, workerSettings } from "@surefill/worker";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z
    .object({
      context: z.literal("."),
      target: z.string(),
      args: z.object({ BUILD_COMMIT: z.string() }).optional(),
    })
    .optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: z.string().optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  container_name: z.string().optional(),
  working_dir: z.string().optional(),
  restart: z.string(),
  healthcheck: z
    .object({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() })
    .optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()),
});

/** What stands in `.env` for the compose file; the defaults are used for the rest. */
const given: Readonly<Record<string, string>> = { REDIS_PASSWORD: "canary0password" };
const interpolated = JSON.stringify(parse(read("docker-compose.yml"), { merge: true })).replace(
  /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
  (_, name: string, kind: string, rest: string) => given[name] ?? (kind === "-" ? rest : ""),
);
const compose = composeSchema.parse(JSON.parse(interpolated));
const service = (name: string) => serviceSchema.parse(compose.services[name]);

/** The stages of the Dockerfile by name: the stage each is built on, and its instructions. */
const stages = new Map(
  read("Dockerfile")
    .replaceAll("\\\n", " ")
    .split(/^(?=FROM )/m)
    .flatMap((text) => {
      const [, base = "", name = ""] = /^FROM (\S+) AS (\S+)/.exec(text) ?? [];
      return name === "" ? [] : [[name, { base, text }] as const];
    }),
);

const needed = { RELOADLY_CLIENT_ID: "id", RELOADLY_CLIENT_SECRET: "a-secret-of-length" };
const configs = {
  producer: () =>
    loadProducerConfig({ ...needed, API_KEYS: `a:${"0".repeat(64)}`, ...service("producer").environment }),
  worker: () => loadWorkerConfig({ ...needed, ...service("worker").environment }),
};

describe("redis", () => {
  test("forgets nothing: every write is on the disk before it is acknowledged, nothing is evicted", () => {
    const { command = [] } = service("redis");
    const settings = Object.fromEntries(
      command.flatMap((word, index) => (word.startsWith("--") ? [[word.slice(2), command[index + 1]]] : [])),
    );
    expect(settings).toMatchObject({
      appendonly: "yes",
      appendfsync: "always",
      "no-appendfsync-on-rewrite": "no",
      "maxmemory-policy": "noeviction",
    });
  });

  test("keeps its file on a volume that outlives the container, and is reached by nobody outside", () => {
    const [volume = "", path] = service("redis").volumes[0]?.split(":") ?? [];
    expect(path).toBe("/data");
    expect(Object.keys(compose.volumes)).toContain(volume);
    expect(service("redis").ports).toEqual([]);
  });
});

test("Redis takes nobody without the password, which has no default", () => {
  const { command = [], environment } = service("redis");
  expect(command[command.indexOf("--requirepass") + 1]).toBe("canary0password");
  expect(environment).toEqual({ REDISCLI_AUTH: "canary0password" });
  const uses = [...read("docker-compose.yml").matchAll(/\$\{REDIS_PASSWORD(\S*?)[ }]/g)].map(([, kind]) => kind);
  expect(uses.length).toBeGreaterThan(4);
  for (const kind of uses) expect(kind).toMatch(/^:\?/);
});

describe.each(["producer", "worker"] as const)("%s", (name) => {
  test("is given only settings that it has, and takes their values", () => {
    const known = Object.keys({ producer: producerSettings, worker: workerSettings }[name]);
    expect(known).toEqual(expect.arrayContaining(Object.keys(service(name).environment)));
    expect(configs[name]().REDIS_URL).toBe("redis://:canary0password@redis:6379");
  });

  test("keeps what it knows of the ledger on a volume that outlives it and that its user may write to", () => {
    const { STATE_DIR } = configs[name]();
    const [volume = "", path] = service(name).volumes[0]?.split(":") ?? [];
    expect(path).toBe(STATE_DIR);
    expect(Object.keys(compose.volumes)).toContain(volume);
    expect(stages.get("runtime")?.text).toMatch(new RegExp(`^RUN install .*--owner=node .*${STATE_DIR}$`, "m"));
  });

  test("is killed only after it has had its time to stop", () => {
    const graceMs = Number.parseInt(service(name).stop_grace_period ?? "10s", 10) * 1_000;
    expect(graceMs).toBeGreaterThan(configs[name]().SHUTDOWN_MS);
  });

  test("starts when Redis is healthy, and is asked for its readiness at the port that it listens on", () => {
    expect(service(name).depends_on).toEqual({ redis: { condition: "service_healthy" } });
    const config = configs[name]();
    const port = "PRODUCER_PORT" in config ? config.PRODUCER_PORT : config.WORKER_PORT;
    expect(service(name).healthcheck?.test.join(" ")).toContain(`http://127.0.0.1:${port}/readyz`);
    expect(stages.get(name)?.text).toContain(`EXPOSE ${port}\n`);
  });
});

test("any number of workers can run: none has a name or a port of the host", () => {
  expect(service("worker")).toMatchObject({ ports: [] });
  expect(service("worker").container_name).toBeUndefined();
});

test("the local Reloadly and the command start only when they are asked for", () => {
  const profiles = Object.entries(compose.services).map(([name, { profiles }]) => [name, profiles]);
  expect(Object.fromEntries(profiles)).toEqual({
    redis: [],
    producer: [],
    worker: [],
    init: ["tools"],
    cli: ["tools"],
    reloadly: ["local"],
  });
});

test("the command works on the ledger and the folder of those whom it helps, and is not started again", () => {
  const { environment, volumes, env_file } = service("cli");
  expect({ environment, volumes, env_file }).toEqual({
    environment: {
      REDIS_URL: configs.worker().REDIS_URL,
      STATE_DIR: configs.worker().STATE_DIR,
      SUREFILL_URL: `http://producer:${configs.producer().PRODUCER_PORT}`,
      SUREFILL_KEY: "",
    },
    volumes: [...service("worker").volumes, "./files:/files"],
    env_file: service("worker").env_file,
  });
  expect(service("cli")).toMatchObject({ restart: "no", working_dir: "/files" });
});

test("the ledger is created by a service that runs once, on purpose, and that reads what was known of a former one", () => {
  const { command, environment, volumes, restart } = service("init");
  expect({ command, environment, volumes, restart }).toEqual({
    command: ["init"],
    environment: { REDIS_URL: configs.worker().REDIS_URL, STATE_DIR: configs.worker().STATE_DIR },
    volumes: service("worker").volumes,
    restart: "no",
  });
});

test("what is published is published on this machine only", () => {
  const ports = Object.values(compose.services).flatMap((each) => each.ports);
  expect(ports.length).toBeGreaterThan(0);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test("no container may write to its own files, hold a capability or gain a privilege", () => {
  for (const each of Object.values(compose.services)) {
    expect(each).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
  }
});

describe("the images", () => {
  test("every service that is built has its target", () => {
    const targets = Object.values(compose.services).flatMap(({ build }) => (build === undefined ? [] : [build.target]));
    expect(targets.toSorted()).toEqual(["cli", "cli", "producer", "sandbox", "worker"]);
    for (const target of targets) expect(stages.has(target)).toBe(true);
  });

  test("run on Node 24 and not as root", () => {
    for (const target of ["producer", "worker", "cli", "sandbox"]) {
      expect(stages.get(target)?.base).toBe("runtime");
      expect(stages.get(target)?.text).not.toMatch(/^USER /m);
    }
    expect(stages.get("runtime")?.base).toMatch(/^node:24-/);
    expect(stages.get("runtime")?.text).toMatch(/^USER node$/m);
  });

  test("are installed from the manifest of every package there is", () => {
    const groups = ["apps", "packages"].flatMap((group) =>
      readdirSync(`${root}${group}`).map((name) => `${group}/${name}`),
    );
    const folders = [...groups, "proof", "test/openapi"];
    const copied = [...(stages.get("build")?.text ?? "").matchAll(/^COPY (\S+)\/package\.json (\S+)\/$/gm)];
    expect(copied.map(([, from]) => from).toSorted()).toEqual(folders.toSorted());
    for (const [, from, to] of copied) expect(to).toBe(from);
  });
});
