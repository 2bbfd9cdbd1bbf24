import { signal } from "@preact/signals";
import { en, type Texts } from "./en.js";
import { es } from "./es.js";
import { fr } from "./fr.js";

/** The languages, by their code, with their own names. */
export const LANGUAGES = {
  en: { name: "English", texts: en },
  fr: { name: "Français", texts: fr },
  es: { name: "Español", texts: es },
};
/** The code of a language. */
export type Language = keyof typeof LANGUAGES;

const STORED = "surefill.language";

/** The language of the page: chosen by the person, or the browser's. */
export const language = signal<Language>(stored() ?? ofBrowser());

/** The texts in the language of the page. */
export const t = (): Texts => LANGUAGES[language.value].texts;

/** Changes the language and remembers it in this browser. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(STORED, chosen);
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}

function stored(): Language | undefined {
  try {
    const found = localStorage.getItem(STORED) ?? "";
    return isLanguage(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function ofBrowser(): Language {
  const found = navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage);
  return found ?? "en";
}

/** Whether there are texts in this language. */
export function isLanguage(code: string): code is Language {
  return Object.hasOwn(LANGUAGES, code);
}
