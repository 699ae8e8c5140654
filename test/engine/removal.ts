import { openEngine } from "../../src/engine/engine.ts";
import { removePorts } from "../../src/operations/remove/ports.ts";
import { remove } from "../../src/operations/remove/remove.ts";
import { openProject, readDeployment } from "../../src/project/project.ts";

/** Removes a deployment with its data, and kills its own process after a step: `node removal.ts <root> <stack> <step>`. */
const [root = "", stack = "", last = ""] = process.argv.slice(2);
const deployment = readDeployment(openProject(root), stack);
if (!deployment.ok) throw new Error(`${stack} cannot be resolved`);
const engine = await openEngine(root);
const ports = removePorts({
  engine,
  deployment: deployment.value,
  inUse: () => Promise.resolve([]),
  line: (text) => console.log(text),
});
await remove(
  ports,
  {
    notify: ({ code, step }) => {
      if (code === "step-done" && step === last) process.kill(process.pid, "SIGKILL");
    },
    ask: () => Promise.resolve(),
    during: (_, work) => work(),
  },
  { root, deployment: deployment.value, data: true },
);
