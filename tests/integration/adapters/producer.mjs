// Puts one pair job into the queue:  REDIS_URL=redis://127.0.0.1:6379 node producer.mjs pair.json
// Needs `npm install bullmq ioredis`. REDIS_URL may also be a Unix socket: unix:///path/to/redis.sock
import { readFileSync } from "node:fs";
import { Queue } from "bullmq";
import { Redis } from "ioredis";

const connection = new Redis(process.env.REDIS_URL ?? "redis://127.0.0.1:6379");
const queue = new Queue(process.env.QUEUE ?? "bet-pairs", { connection });
const pair = JSON.parse(readFileSync(process.argv[2], "utf8"));
const job = await queue.add("pair", pair, { jobId: `pair-${pair.betPairId}` });
console.log(job.id);
await queue.close();
await connection.quit();
