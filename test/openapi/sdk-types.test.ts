import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startProducerUnderTest } from "../integration/producer/running-producer.js";
import { sdkTypes } from "./sdk-types.js";

const folder = fileURLToPath(new URL("../../packages/sdk/src/generated/", import.meta.url));

test("the SDK's types are those of the API (UPDATE_DOCS=1 writes them)", async () => {
  const producer = await startProducerUnderTest();
  try {
    const { text } = await producer.call("GET", "/openapi.json", { key: null });
    for (const [name, expected] of Object.entries(await sdkTypes(text))) {
      if (process.env.UPDATE_DOCS === "1") await writeFile(folder + name, expected);
      expect((await readFile(folder + name, "utf8")) === expected, `${name} is what the API's document gives`).toBe(
        true,
      );
    }
  } finally {
    await producer.close();
  }
});
