// Runs as the first module of every entry, in plain JavaScript: what follows imports what an older Node lacks, and would
// end with a stack that names none of this.
const OLDEST = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `Keyward needs Node ${OLDEST.join(".")} or newer, and this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}
