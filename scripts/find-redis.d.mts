export type RedisServer = { kind: "program"; path: string } | { kind: "docker"; image: string };

export function findRedisServer(): Promise<{ kind: "program"; path: string } | undefined>;
export function findOrInstallRedisServer(): Promise<RedisServer>;
