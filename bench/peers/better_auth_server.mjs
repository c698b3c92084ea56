// better-auth with the memory adapter that it ships; e-mail and password as its documentation begins. It hashes with
// Utenza's parameters, argon2id with 19 MiB, 2 passes and 1 lane, instead of its default. One process is enough: it
// hashes in Node's thread pool, which uses every core.
import { createServer } from "node:http";
import { hash, verify } from "@node-rs/argon2";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";

const address = `http://127.0.0.1:${process.env.PORT}`;
const cost = { memoryCost: 19456, timeCost: 2, parallelism: 1 };
const argon2 = { hash: (password) => hash(password, cost), verify: ({ hash, password }) => verify(hash, password) };

const auth = betterAuth({
  baseURL: address,
  secret: "of-this-benchmark-alone-and-long-enough",
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true, password: argon2 },
  rateLimit: { enabled: false },
});

createServer(toNodeHandler(auth)).listen(Number(process.env.PORT), "127.0.0.1");
