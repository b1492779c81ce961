import type { Random } from "./random";

type WordList = readonly [string, ...string[]];

const FIRST_NAMES: WordList = [
  ...(["Amara", "Anton", "Beatriz", "Chiara", "Daniel", "Elif", "Emre", "Farah", "Goran", "Hana"] as const),
  ...["Ines", "Ivo", "Jonas", "Kaito", "Lena", "Lucas", "Mara", "Mateo", "Nadia", "Noor", "Oskar", "Priya"],
  ...["Quentin", "Rosa", "Samuel", "Sofia", "Tariq", "Uma", "Viktor", "Wanda", "Yara", "Zoe"],
];
const LAST_NAMES: WordList = [
  ...(["Almeida", "Bauer", "Castillo", "Dubois", "Eriksen", "Ferrari", "Garcia", "Haddad", "Ito"] as const),
  ...["Jansen", "Kowalski", "Lindgren", "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Sato"],
  ...["Tanaka", "Ueda", "Varga", "Weber", "Xu", "Yilmaz", "Zimmer"],
];
const COMPANIES: WordList = [
  ...(["alder-studio", "bluefin", "cobalt-works", "driftwood", "eastgate", "fernhill", "granite"] as const),
  ...["harbor-press", "inkwell", "juniper", "kestrel", "lumen", "meridian", "northwind", "opal", "pinecrest"],
  ...["quarry", "riverbend", "saltmarsh", "tidewater", "umbra", "vireo", "westbrook", "yarrow", "zephyr"],
];

export interface Person {
  name: string;
  /** Under `.example`, which reaches nobody (RFC 2606). */
  email: string;
}

/**
 * People none of whom shares an e-mail with another: a number tells namesakes apart.
 * @param tag ends the name of every company, so that the people of two stories do not meet; may be empty
 */
export function people(random: Random, count: number, tag: string, company?: string): Person[] {
  const seen = new Map<string, number>();
  return Array.from({ length: count }, () => {
    const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
    const local = `${first}.${last}`.toLowerCase();
    const domain = `${company ?? random.pick(COMPANIES)}${tag}.example`;
    const number = (seen.get(`${local}@${domain}`) ?? 0) + 1;
    seen.set(`${local}@${domain}`, number);
    return { name: `${first} ${last}`, email: `${local}${number > 1 ? number : ""}@${domain}` };
  });
}
