/** Finds a Redis or Valkey server program on this machine, or installs one. */

import { isExecutable, isOnPath, runAsRoot, whereProgramsAre } from "./machine-programs.mjs";
import { DURABLE_REDIS_COMMAND } from "./redis-settings.mjs";
import { progress, runCommand } from "./run-command.mjs";

const MAJOR_MIN = 7;
const PROGRAMS = ["redis-server", "valkey-server"];
const DOCKER_IMAGE = "redis:7.4";

/**
 * On Debian the package starts a service on port 6379 that nobody asked for. policy-rc.d is Debian's own way to forbid
 * that; it is put back as it was. An older release has no valkey, a newer one may have no redis.
 */
const APT_SCRIPT = `set -e
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
apt-get update -qq
apt-get install -y -qq --no-install-recommends redis-server || apt-get install -y -qq --no-install-recommends valkey-server
`;

const PACKAGE_MANAGERS = [
  { program: "apt-get", needsRoot: true, script: APT_SCRIPT },
  { program: "apk", needsRoot: true, script: "apk add --no-cache redis || apk add --no-cache valkey" },
  { program: "dnf", needsRoot: true, script: "dnf install -y valkey || dnf install -y redis" },
  { program: "yum", needsRoot: true, script: "yum install -y valkey || yum install -y redis" },
  { program: "pacman", needsRoot: true, script: "pacman -Sy --noconfirm valkey" },
  {
    program: "zypper",
    needsRoot: true,
    script: "zypper --non-interactive install valkey || zypper --non-interactive install redis",
  },
  { program: "brew", needsRoot: false, script: "brew install redis" },
];

/**
 * @typedef {{ kind: "program", path: string } | { kind: "docker", image: string }} RedisServer
 */

/**
 * A server of version 7 or newer that is on this machine, or undefined.
 * @returns {Promise<{ kind: "program", path: string } | undefined>}
 */
export async function findRedisServer() {
  const named = process.env.SUREFILL_REDIS_SERVER;
  for (const path of named === undefined ? whereProgramsAre(PROGRAMS) : [named]) {
    if (await isGoodServer(path)) return { kind: "program", path };
  }
  return undefined;
}

/**
 * A server of version 7 or newer: found, else installed by the machine's package manager, else run by Docker.
 * @returns {Promise<RedisServer>}
 */
export async function findOrInstallRedisServer() {
  const found = await findRedisServer();
  if (found !== undefined) return found;
  const tried = [];
  for (const manager of PACKAGE_MANAGERS) {
    if (!(await isOnPath(manager.program))) continue;
    progress(`No Redis on this machine; installing one with ${manager.program}…`);
    const { code, output } = await runAsRoot(manager);
    const installed = await findRedisServer();
    if (installed !== undefined) return installed;
    const why = code === 0 ? `its version is older than ${MAJOR_MIN}` : output.trim().split("\n").slice(-3).join(" ");
    tried.push(`${manager.program}: ${why}`);
  }
  if (await dockerRuns()) return { kind: "docker", image: DOCKER_IMAGE };
  throw new Error(
    [
      `Surefill needs Redis or Valkey ${MAJOR_MIN} or newer, and could neither find nor install one.`,
      ...tried.map((line) => `  tried ${line}`),
      "Do one of these, then run the command again:",
      "  Debian, Ubuntu:  sudo apt-get install redis-server",
      "  macOS:           brew install redis",
      "  Docker:          start the Docker engine",
      `  elsewhere:       set REDIS_URL=redis://host:6379 to one that was started with ${DURABLE_REDIS_COMMAND}`,
    ].join("\n"),
  );
}

async function isGoodServer(path) {
  if (!(await isExecutable(path))) return false;
  const { code, output } = await runCommand(path, ["--version"], { timeoutMs: 5_000 });
  const major = /\bv=(\d+)\./.exec(output)?.[1];
  return code === 0 && major !== undefined && Number(major) >= MAJOR_MIN;
}

async function dockerRuns() {
  const { code } = await runCommand("docker", ["version"], { timeoutMs: 10_000 });
  return code === 0;
}
