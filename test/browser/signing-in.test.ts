/** Ways in and out of the console, in a real browser. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PASSWORD } from "../integration/access/access-world.js";
import { type ConsoleDesk, expectAccessible, openConsoleDesk, signIn } from "./console-desk.js";

let desk: ConsoleDesk;
beforeEach(async () => {
  desk = await openConsoleDesk();
  await desk.addPerson("ana", ["operator"]);
});
afterEach(async () => {
  const { faults } = desk;
  await desk.close();
  expect(faults).toEqual([]);
});

test("a person signs in and sees the balance, what needs a person and why nothing is sent", async () => {
  const page = await desk.open();
  await expectAccessible(page);
  await signIn(page, "ana");

  await page.getByText("10,000.00").first().waitFor();
  for (const heading of ["Balance", "Needs a person", "Why nothing is sent", "Campaigns that run"]) {
    await page.getByRole("heading", { name: heading }).waitFor();
  }
  await page.locator(".dot", { hasText: "Live" }).waitFor();
  await expectAccessible(page);
});

test("a wrong password is refused in words, and the right one still works", async () => {
  const page = await desk.open();
  await page.getByLabel("User name").fill("ana");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await expectAccessible(page);

  await signIn(page, "ana");
});

describe("a session that is over leads to the sign-in", () => {
  test("when the person signs out everywhere, in every browser", async () => {
    const one = await desk.signedIn("ana");
    const other = await desk.signedIn("ana");
    await one.getByText("ana", { exact: true }).click();
    await one.getByRole("button", { name: "Sign out everywhere" }).click();
    await one.getByLabel("User name").waitFor();

    await other.getByRole("link", { name: "Gates" }).click();
    await other.getByLabel("User name").waitFor();
  });

  test("when the person signs out, here alone", async () => {
    const one = await desk.signedIn("ana");
    const other = await desk.signedIn("ana");
    await one.getByText("ana", { exact: true }).click();
    await one.getByRole("button", { name: "Sign out", exact: true }).click();
    await one.getByLabel("User name").waitFor();

    await other.getByRole("link", { name: "Gates" }).click();
    await other.getByText("No gate is closed.").waitFor();
  });
});

test("the keyboard alone leads from the sign-in to a page and out again", async () => {
  const page = await desk.open();
  await page.getByLabel("User name").focus();
  await page.keyboard.type("ana");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").waitFor();
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
  await page.keyboard.press("/");
  await page.getByLabel("A phone number").waitFor();

  expect(new URL(page.url()).pathname).toBe("/search");
});

test("the console speaks the browser's language, or the one that was chosen, and keeps the choice", async () => {
  const page = await desk.open("/", { locale: "fr-FR" });
  await page.getByLabel("Nom d’utilisateur").fill("ana");
  await page.getByLabel("Mot de passe").fill(PASSWORD);
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByText("10 000,00").first().waitFor();
  await page.getByText("ana", { exact: true }).click();
  await page.getByLabel("Langue").selectOption("es");
  await page.reload();

  await page.getByRole("heading", { name: "Saldo" }).waitFor();
  expect(await page.evaluate("document.documentElement.lang")).toBe("es");
});
