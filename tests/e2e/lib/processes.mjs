// Starts the programs that a test talks to. Each says where it listens in one line of JSON.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export const DEV_HOST = process.env.EMBUDO_DEV_HOST;

/** Runs the dev host's binary; resolves once it has printed its line. */
export async function start(args, env = {}) {
  if (!DEV_HOST) throw new Error("EMBUDO_DEV_HOST must name the built dev host: cargo xtask test sets it");
  const child = spawn(DEV_HOST, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit");
  const line = await Promise.race([
    once(lines, "line").then(([text]) => text),
    ended.then(([code]) => Promise.reject(new Error(`${args.join(" ")} ended with ${code}:\n${said.join("\n")}`))),
    once(child, "error").then(([error]) => Promise.reject(error)),
  ]);
  return {
    ...JSON.parse(line),
    said,
    pid: child.pid,
    /** Ends it as a power cut would, or politely. */
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}
