export const DURABLE_SETTINGS: Readonly<Record<string, string>>;
export function redisArgs(settings: Readonly<Record<string, string>>): string[];
export const DURABLE_REDIS_COMMAND: string;
