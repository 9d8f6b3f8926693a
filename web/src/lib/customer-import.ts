/** Customers from a file: which column is what, parts as the server takes them, and what has come of them. */
import { written, type Row } from "./csv";
import type { CustomField } from "./customers";

export const TARGETS = [
  "name",
  "first_name",
  "last_name",
  "called",
  "kind",
  "organisation",
  "phone",
  "email",
  "handle",
  "external",
  "address",
  "postcode",
  "city",
  "region",
  "country",
  "language",
  "timezone",
  "tags",
  "vip",
  "priority",
] as const;
export type Target = (typeof TARGETS)[number];
export type Known = "update" | "skip" | "add";
export const KNOWN: readonly Known[] = ["update", "skip", "add"];

/** What people and other programs call these columns, without signs and in lower case. */
const WORDS: Record<Target, readonly string[]> = {
  name: ["name", "fullname", "displayname", "customer", "customername", "contact", "contactname", "kunde"],
  first_name: ["firstname", "givenname", "forename", "vorname", "prenom", "nombre"],
  last_name: ["lastname", "surname", "familyname", "nachname", "nomdefamille", "apellido", "apellidos"],
  called: ["called", "salutation", "nickname", "preferredname", "anrede"],
  kind: ["kind", "type", "customertype"],
  organisation: ["organisation", "organization", "company", "companyname", "account", "accountname", "firma", "employer"],
  phone: ["phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell", "cellphone", "homephone", "workphone", "businessphone", "telefon", "handy", "mobil", "telefono"],
  email: ["email", "emailaddress", "mail", "emailadresse"],
  handle: ["handle", "whatsapp", "social"],
  external: ["external", "externalid", "crmid"],
  address: ["address", "street", "streetaddress", "address1", "addressline1", "strasse", "adresse", "rue", "calle"],
  postcode: ["postcode", "zip", "zipcode", "postalcode", "plz"],
  city: ["city", "town", "ort", "stadt", "ville", "ciudad"],
  region: ["region", "state", "province", "county", "bundesland"],
  country: ["country", "land", "pays", "pais"],
  language: ["language", "lang", "locale", "sprache"],
  timezone: ["timezone", "tz"],
  tags: ["tags", "tag", "labels"],
  vip: ["vip"],
  priority: ["priority", "prio"],
};

const plain = (text: string) =>
  text
    .normalize("NFKD")
    .replaceAll("ß", "ss")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");

/** What each column is likely to be: "" for what is not taken. One thing twice only where several can be. */
export function guessed(headers: readonly string[], fields: readonly CustomField[]): string[] {
  const taken = new Set<string>();
  return headers.map((header) => {
    const word = plain(header);
    const own = fields.find((field) => header.trim() === `field.${field.id}` || (word !== "" && (plain(field.name) === word || plain(field.id) === word)));
    const target = own ? `field.${own.id}` : (TARGETS.find((each) => WORDS[each].includes(word)) ?? "");
    if (!target || (taken.has(target) && !several(target))) return "";
    taken.add(target);
    return target;
  });
}

/** Whether two columns may be the same thing: numbers and the like add up. */
export const several = (target: string) => ["phone", "email", "handle", "external", "tags"].includes(target);

export type MappingTrouble = { kind: "noName" } | { kind: "twice"; target: string } | null;

export function mappingTrouble(mapping: readonly string[]): MappingTrouble {
  if (!mapping.some((target) => ["name", "first_name", "last_name"].includes(target))) return { kind: "noName" };
  const twice = mapping.find((target, index) => target !== "" && !several(target) && mapping.indexOf(target) < index);
  return twice ? { kind: "twice", target: twice } : null;
}

export interface Part {
  csv: string;
  rows: Row[];
  /** The last line of each record within `csv`, as the server names it. */
  ends: number[];
}

/** Fewer than the server takes at once, so that the way can be seen and left. */
export const PART_ROWS = 200;
const PART_SIGNS = 600_000;

/** The file's records under the server's own names, in parts with a head each. */
export function parts(rows: readonly Row[], mapping: readonly string[]): Part[] {
  const named = mapping.includes("first_name") || mapping.includes("last_name");
  const columns = mapping.map((target, index) => ({ target, index })).filter(({ target }) => target !== "" && !["first_name", "last_name", ...(named ? ["name"] : [])].includes(target));
  const head = written([...columns.map(({ target }) => target), ...(named ? ["name"] : [])]);
  const found: Part[] = [];
  let part: Part | null = null;
  for (const row of rows) {
    const cells = columns.map(({ index }) => row.cells[index] ?? "");
    if (named) cells.push(nameOf(row, mapping));
    const line = written(cells);
    if (!part || part.rows.length >= PART_ROWS || part.csv.length + line.length > PART_SIGNS) {
      part = { csv: head, rows: [], ends: [] };
      found.push(part);
    }
    part.csv += `\n${line}`;
    part.rows.push(row);
    part.ends.push((part.ends.at(-1) ?? 1) + 1 + (line.match(/\r\n|\r|\n/g)?.length ?? 0));
  }
  return found;
}

/** A whole name counts when it is there, else what it is made of. */
function nameOf(row: Row, mapping: readonly string[]): string {
  const cell = (target: string) => (row.cells[mapping.indexOf(target)] ?? "").trim();
  const whole = mapping.includes("name") ? cell("name") : "";
  return whole || ["first_name", "last_name"].map((target) => (mapping.includes(target) ? cell(target) : "")).filter(Boolean).join(" ");
}

export interface ImportProblem {
  line: number;
  field: string;
  problem: string;
}

export interface ImportAnswer {
  added: number;
  updated: number;
  skipped: number;
  problems: ImportProblem[];
}

export interface Refused {
  row: Row;
  field: string;
  problem: string;
}

export interface Outcome {
  added: number;
  updated: number;
  skipped: number;
  refused: Refused[];
}

export const NOTHING: Outcome = { added: 0, updated: 0, skipped: 0, refused: [] };

/** What has come of the parts before and of this one, its lines as those of the file. */
export function plus(before: Outcome, part: Part, answer: ImportAnswer): Outcome {
  const refused = answer.problems.map(({ line, field, problem }) => {
    const at = part.ends.findIndex((end) => line <= end);
    return { row: part.rows[at < 0 ? part.rows.length - 1 : at] as Row, field, problem };
  });
  return {
    added: before.added + answer.added,
    updated: before.updated + answer.updated,
    skipped: before.skipped + answer.skipped,
    refused: [...before.refused, ...refused],
  };
}
