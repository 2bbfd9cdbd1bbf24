import { useLocation } from "preact-iso";

/** The filters of a page, which stand in its URL; and what changes them. An empty one is left out. */
export function useQuery(): [
  query: Record<string, string>,
  change: (changes: Record<string, string | undefined>) => void,
] {
  const { path, query, route } = useLocation();
  const change = (changes: Record<string, string | undefined>) => {
    const entries = Object.entries({ ...query, ...changes }).filter((entry): entry is [string, string] => !!entry[1]);
    const text = new URLSearchParams(entries).toString();
    route(text === "" ? path : `${path}?${text}`);
  };
  return [query, change];
}
