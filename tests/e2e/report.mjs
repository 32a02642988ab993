// Node's own "spec" output, closed by one line of sums that people and `cargo xtask test` read alike.
import { Transform } from "node:stream";
import { spec } from "node:test/reporters";

export default class Report extends Transform {
  #spec = new spec();
  #start = Date.now();
  #sums = { passed: 0, failed: 0, skipped: 0 };

  constructor() {
    super({ writableObjectMode: true });
    this.#spec.on("data", (chunk) => this.push(chunk));
  }
  _transform(event, _encoding, done) {
    const { type, data } = event;
    const leaf = (type === "test:pass" || type === "test:fail") && data.details?.type !== "suite";
    if (leaf && (data.skip !== undefined || data.todo !== undefined)) this.#sums.skipped++;
    else if (leaf) this.#sums[type === "test:pass" ? "passed" : "failed"]++;
    if (this.#spec.write(event)) done();
    else this.#spec.once("drain", done);
  }
  _flush(done) {
    this.#spec.on("end", () => {
      const { passed, failed, skipped } = this.#sums;
      this.push("\n");
      if (failed > 0) this.push(`  ${failed} failed\n`);
      if (skipped > 0) this.push(`  ${skipped} skipped\n`);
      this.push(`  ${passed} passed (${((Date.now() - this.#start) / 1000).toFixed(1)}s)\n`);
      done();
    });
    this.#spec.end();
  }
}
