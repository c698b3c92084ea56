// better-auth in its own memory, by the adapter that it ships for that; e-mail and password as its documentation begins.
// HASHING=ours takes argon2id with 19 MiB, 2 passes and 1 lane in place of its default, scrypt. One process: both hash in
// Node's thread pool, which uses every core.
import { createServer } from "node:http";
import { hash, verify } from "@node-rs/argon2";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";

const address = `http://127.0.0.1:${process.env.PORT}`;
const cost = { memoryCost: 19456, timeCost: 2, parallelism: 1 };
const ours = { hash: (password) => hash(password, cost), verify: ({ hash, password }) => verify(hash, password) };

const auth = betterAuth({
  baseURL: address,
  secret: "of-this-benchmark-alone-and-long-enough",
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true, ...(process.env.HASHING === "ours" ? { password: ours } : {}) },
  rateLimit: { enabled: false },
});

createServer(toNodeHandler(auth)).listen(Number(process.env.PORT), "127.0.0.1");
