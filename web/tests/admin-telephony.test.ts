import { describe, expect, it } from "vitest";
import {
  passwordsTable,
  withTransport,
  FRESH_TRUNK,
  numberTroubles,
  telephoneTroubles,
  trunkBody,
  trunkDraft,
  trunkTroubles,
  withoutTelephone,
  type Telephone,
  type TrunkDraft,
} from "../src/lib/admin/telephony";

const draft = (part: Partial<TrunkDraft> = {}): TrunkDraft => ({ ...trunkDraft(FRESH_TRUNK), name: "Main", ...part });
const wrong = (part: Partial<TrunkDraft>, hasPassword = false) => Object.keys(trunkTroubles(draft(part), [{ id: "b", name: "Backup" }], hasPassword)).sort();
const registering = { host: "sip.example.com", username: "u1", password: "x" };

describe("a trunk", () => {
  it("that registers needs host, user and password", () => {
    expect(wrong({})).toEqual(["host", "password", "username"]);
    expect(wrong(registering)).toEqual([]);
    expect(wrong({ ...registering, password: "" }, true)).toEqual([]);
    expect(wrong({ ...registering, password: "", enabled: false })).toEqual([]);
  });
  it("by address needs an address or a host", () => {
    expect(wrong({ kind: "by-address" })).toEqual(["addresses"]);
    expect(wrong({ kind: "by-address", addresses: ["203.0.113.0/28"] })).toEqual([]);
    expect(wrong({ kind: "by-address", addresses: ["example.com"] })).toEqual(["addresses"]);
    expect(wrong({ kind: "by-address", addresses: ["203.0.113.7"], allowed: ["+49"] })).toEqual(["host"]);
  });
  it("says which field cannot be", () => {
    expect(wrong({ ...registering, name: "backup" })).toEqual(["name"]);
    expect(wrong({ ...registering, host: "sip:example.com" })).toEqual(["host"]);
    expect(wrong({ ...registering, port: 70000, position: Number.NaN })).toEqual(["port", "position"].sort());
    expect(wrong({ ...registering, allowed: ["+49 30", "*"], denied: ["abc"] })).toEqual(["denied"]);
    expect(wrong({ ...registering, caller_id: "+49 (30) 12345", dial_prefix: "0" })).toEqual([]);
    expect(wrong({ ...registering, caller_id: "anna", country: "Germany", dial_prefix: "+" })).toEqual(["caller_id", "country", "dial_prefix"]);
    expect(wrong({ ...registering, max_calls: 0, calls_per_second: 0 })).toEqual(["calls_per_second", "max_calls"]);
  });
  it("by TLS has the usual port, and the name of its certificate then only", () => {
    expect(withTransport(draft(), "tls")).toEqual({ transport: "tls", port: 5061 });
    expect(withTransport(draft({ transport: "tls", port: 5061 }), "udp")).toEqual({ transport: "udp", port: 5060 });
    expect(withTransport(draft({ port: 5099 }), "tls")).toEqual({ transport: "tls", port: 5099 });
    expect(wrong({ ...registering, transport: "tls", certificate_name: "*.example.com" })).toEqual([]);
    expect(wrong({ ...registering, transport: "tls", certificate_name: "sip:example.com" })).toEqual(["certificate_name"]);
    expect(trunkBody(draft({ certificate_name: "x" }))).toMatchObject({ certificate_name: "" });
    expect(trunkBody(draft({ transport: "tls", certificate_name: "x" }))).toMatchObject({ certificate_name: "x" });
  });
  it("is sent without an empty password, and without what only the other kind has", () => {
    expect(trunkBody(draft({ ...registering, addresses: ["203.0.113.7"] }))).toMatchObject({ password: "x", addresses: [] });
    expect(trunkBody(draft({ kind: "by-address", addresses: ["203.0.113.7"] }))).not.toHaveProperty("password");
    expect(trunkBody(draft({ kind: "by-address", addresses: ["203.0.113.7"] }))).toMatchObject({ addresses: ["203.0.113.7"] });
    expect(trunkBody(draft())).not.toHaveProperty("has_password");
  });
});

describe("a telephone", () => {
  const body = { username: "", name: "Lobby", user_id: null, disabled: false };
  it("has a user name of its own, or none yet", () => {
    expect(telephoneTroubles(body, ["lobby"])).toEqual({});
    expect(telephoneTroubles({ ...body, username: "Lobby" }, ["lobby"])).toEqual({ username: { key: "nameTaken" } });
    expect(telephoneTroubles({ ...body, username: "a b" }, [])).toEqual({ username: { key: "usernameWrong" } });
  });
  it("is offered to agents without one", () => {
    const agents = [
      { id: "anna", name: "Anna" },
      { id: "ben", name: "Ben" },
    ];
    const taken: Telephone = { username: "desk", name: "", user_id: "anna", owner: null, disabled: false, contacts: [] };
    expect(withoutTelephone(agents, [taken], null).map((agent) => agent.id)).toEqual(["ben"]);
    expect(withoutTelephone(agents, [taken], "anna").map((agent) => agent.id)).toEqual(["anna", "ben"]);
  });
});

describe("telephones brought in", () => {
  it("are kept with the passwords of those that were added", () => {
    const line = { line: 2, what: "add", field: null, problem: null } as const;
    const taken = {
      applied: true,
      added: 2,
      changed: 1,
      bad: 0,
      server: "cc.example",
      port: 5060,
      realm: "r",
      items: [
        { ...line, username: "lobby", password: "abc" },
        { ...line, username: "-gate", password: "d,e" },
        { ...line, username: "shed", what: "change", password: null } as const,
      ],
    };
    const lines = passwordsTable(taken).trimEnd().split("\r\n");
    expect(lines).toEqual(["\ufeffusername,password,server,port,realm", "lobby,abc,cc.example,5060,r", "'-gate,\"d,e\",cc.example,5060,r"]);
  });
});

describe("a number", () => {
  const body = { pattern: "+49 30 123450", name: "", flow: "main", trunk_id: null };
  it("is a whole one, a beginning, or all", () => {
    for (const pattern of ["+49 30 123450", "+4930*", "*", "1000", "sales"]) expect(numberTroubles({ ...body, pattern })).toEqual({});
    for (const pattern of ["a b!", "+49*30"]) expect(numberTroubles({ ...body, pattern })).toEqual({ pattern: { key: "patternWrong" } });
    expect(numberTroubles({ ...body, pattern: " ", flow: null })).toEqual({ pattern: { key: "patternMissing" }, flow: { key: "flowMissing" } });
  });
});
