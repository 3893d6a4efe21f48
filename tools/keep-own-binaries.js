import { existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Runs after packages are installed. ONNX Runtime's package brings the libraries of every system, 243 MB more than the
// one that can be loaded here. With npm's own `--os` and `--cpu` the packages are meant for another system.
const { npm_config_os: os = process.platform, npm_config_cpu: cpu = process.arch } = process.env;
const libraries = fileURLToPath(new URL('../node_modules/onnxruntime-node/bin/napi-v6', import.meta.url));

/** Removes what lies in a folder beside one name. */
function keepOnly(folder, name) {
  for (const other of readdirSync(folder).filter((each) => each !== name)) {
    rmSync(`${folder}/${other}`, { recursive: true });
  }
}

// Where there is none for this system, the package is laid out otherwise than known here.
if (existsSync(`${libraries}/${os}/${cpu}`)) {
  keepOnly(libraries, os);
  keepOnly(`${libraries}/${os}`, cpu);
}
